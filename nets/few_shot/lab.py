"""From gray pictures to the lightness that a colouriser sees, and from its colours to RGB.

Neither network has weights. They let a colouriser of Lab be used and served with gray and RGB.
"""

import keras
from keras import layers

from tfgan_kit.layers import LabToRGB, RGBToLab


def lightness_of_gray():
    """Returns a model of gray images to their lightness.

    Returns:
      A Keras model: {"image": (batch, height, width, 1) in [-1, 1]} to {"lightness": L / 50 - 1, of
      the same shape}.
    """
    image = keras.Input((None, None, 1), name="image")
    lab = RGBToLab(name="lab")(layers.Concatenate(name="repeated")([image] * 3))
    return keras.Model({"image": image}, {"lightness": lab[..., :1]}, name="lightness_of_gray")


def rgb_of_lab():
    """Returns a model of a lightness and colours to RGB.

    Returns:
      A Keras model: {"lightness": (batch, height, width, 1), L / 50 - 1; "ab": (batch, height,
      width, 2), a / 110 and b / 110} to {"image": RGB in [-1, 1]}, clipped to the gamut.
    """
    lightness = keras.Input((None, None, 1), name="lightness")
    ab = keras.Input((None, None, 2), name="ab")
    lab = layers.Concatenate(dtype="float32", name="lab")([lightness, ab])
    image = LabToRGB(name="image")(lab)
    return keras.Model({"lightness": lightness, "ab": ab}, {"image": image}, name="rgb_of_lab")
