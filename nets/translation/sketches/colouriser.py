"""The two-sided colouriser, which paints one side of an object in the colours of the other.

Reference: a thesis of the University of Parma on colouring shoes gives the plan: two steps down,
four residual blocks, two steps up, and where the coloured side enters. The widths are ours.
"""

import keras
from keras import layers

from nets.blocks import generator_model
from nets.translation.residual import Parts
from tfgan_kit.layers import LabToRGB, RGBToLab

_BLOCKS = 4
_DOWNS = 2


def generator(
    input_channels,
    reference_channels,
    channels,
    *,
    filters=64,
    norm="instance",
    latent_reference=True,
):
    """Returns a residual generator of an outline and a coloured reference.

    Both are joined at the input. An encoder of the reference alone, with layers of the same kind,
    joins once more before the residual blocks, where a convolution 3x3 brings the channels back.
    Maps on the way up are joined with those of the same size on the way down. Weights start as
    N(0, 0.02).

    Args:
      input_channels: channels of the outline.
      reference_channels: channels of the coloured side.
      channels: channels of the output image.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".
      latent_reference: whether the reference also joins before the residual blocks.

    Returns:
      A Keras model: {"input": (batch, height, width, input_channels), "reference": (batch, height,
      width, reference_channels)} to "features_1", ..., the maps from the first to the last, and
      "image": (batch, height, width, channels) in [-1, 1]. Height and width must divide by 4.

    Raises:
      UserError: if the normalisation is unknown.
    """
    source = keras.Input((None, None, input_channels), name="input")
    reference = keras.Input((None, None, reference_channels), name="reference")
    features, image = _painted(source, reference, channels, filters, norm, latent_reference)
    return generator_model({"input": source, "reference": reference}, features, image)


def lab_generator(input_channels, *, filters=64, norm="instance", latent_reference=True):
    """Returns `generator` between conversions of colour: it works in Lab and is used in RGB.

    Args:
      input_channels: 1, for outlines in gray, or 3, in RGB.
      filters, norm, latent_reference: see `generator`.

    Returns:
      A Keras model as of `generator`, whose input of 3 channels, "reference" and "image" are RGB in
      [-1, 1], and a further output "lab": (batch, height, width, 3), see
      `tfgan_kit.pictures.lab.rgb_to_lab`.

    Raises:
      UserError: if the normalisation is unknown.
    """
    source = keras.Input((None, None, input_channels), name="input")
    reference = keras.Input((None, None, 3), name="reference")
    outline = RGBToLab(name="input_lab")(source) if input_channels == 3 else source
    colours = RGBToLab(name="reference_lab")(reference)
    features, lab = _painted(outline, colours, 3, filters, norm, latent_reference)
    image = LabToRGB(name="rgb")(lab)
    inputs = {"input": source, "reference": reference}
    return generator_model(inputs, features, image, lab=lab)


def _painted(source, reference, channels, filters, norm, latent_reference):
    """The maps of `generator` as a list, and its output."""
    parts = Parts(norm)
    both = layers.Concatenate(name="joined")([source, reference])
    features = _encoded(both, parts, filters, "")
    down, x = features[:_DOWNS], features[-1]
    if latent_reference:
        of_reference = _encoded(reference, parts, filters, "reference_")[-1]
        x = layers.Concatenate(name="latent_joined")([x, of_reference])
        x = parts.same(x, filters * 2**_DOWNS, "latent")
        features.append(x)
    for i in range(1, _BLOCKS + 1):
        x = parts.residual(x, f"block_{i}")
        features.append(x)
    for i in range(_DOWNS, 0, -1):
        x = parts.up(x, filters * 2 ** (i - 1), f"up_{i}")
        features.append(x)
        x = layers.Concatenate(name=f"up_{i}_joined")([x, down[i - 1]])
    return features, parts.last(x, channels)


def _encoded(x, parts, filters, prefix):
    """Maps of full size, half and a quarter, as a list."""
    maps = [parts.first(x, filters, f"{prefix}first")]
    for i in range(1, _DOWNS + 1):
        maps.append(parts.down(maps[-1], filters * 2**i, f"{prefix}down_{i}"))
    return maps
