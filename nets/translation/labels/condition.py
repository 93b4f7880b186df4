"""What networks are given of a scene beside its classes: boundaries, and features of instances.

Reference: Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional
GANs, 2018, sections 3.3 and 3.4.
"""

import keras
from keras import layers

from tfgan_kit.layers import BoundaryMap, DrawnCentres

CENTRES = 10  # Of each class.


def condition(channels):
    """Returns a network without weights that joins an input and the boundaries of its instances.

    Args:
      channels: channels of the input: one-hot classes, or an image.

    Returns:
      A Keras model "condition": {"input": (batch, height, width, channels), "instances": integers
      (batch, height, width)} to "condition": float32 (batch, height, width, channels + 1).
    """
    inputs = {
        "input": keras.Input((None, None, channels), name="input"),
        "instances": keras.Input((None, None), dtype="int32", name="instances"),
    }
    boundaries = BoundaryMap(dtype="float32", name="boundaries")(inputs["instances"])
    joined = layers.Concatenate(dtype="float32", name="condition")([inputs["input"], boundaries])
    return keras.Model(inputs, {"condition": joined}, name="condition")


def drawn_features(classes, feature_channels):
    """Returns a network that draws the features of each instance; see `DrawnCentres`.

    Its layer "centres" begins without any.

    Args:
      classes: number of classes.
      feature_channels: numbers per instance.

    Returns:
      A Keras model "features": {"input": one-hot (batch, height, width, classes), "instances":
      integers (batch, height, width), "seed": int64 (batch,)} to "features": float32 (batch,
      height, width, feature_channels).
    """
    inputs = {
        "input": keras.Input((None, None, classes), name="input"),
        "instances": keras.Input((None, None), dtype="int32", name="instances"),
        "seed": keras.Input((), dtype="int64", name="seed"),
    }
    drawn = DrawnCentres(classes, CENTRES, feature_channels, dtype="float32", name="centres")
    return keras.Model(inputs, {"features": drawn(list(inputs.values()))}, name="features")
