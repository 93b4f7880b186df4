"""The coarse-to-fine generator of pix2pixHD.

Reference: Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional
GANs, 2018, section 3.2 and appendix.
"""

import keras
from keras import layers

from nets.blocks import generator_model
from nets.translation.multiscale import halved
from nets.translation.residual import Parts
from nets.translation.resnet import hourglass

_DOWNS = 4
_GLOBAL = "global_"


def global_generator(
    input_channels, channels, *, blocks=9, filters=64, norm="instance", feature_channels=0
):
    """Returns G1, a residual generator for images of half the final resolution.

    c7s1-64, d128, d256, d512, d1024, R1024 times `blocks`, u512, u256, u128, u64, c7s1-3 in the
    paper's notation. Weights start as N(0, 0.02).

    Args:
      input_channels: channels of the input: one-hot labels, perhaps a boundary map; or an image.
      channels: channels of the output image.
      blocks: residual blocks.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".
      feature_channels: numbers per instance that describe its look, or 0.

    Returns:
      A Keras model: {"input": (batch, height, width, input_channels)}, and "features": (batch,
      height, width, feature_channels) if there are any, to "features_1", ..., and "image", (batch,
      height, width, channels) in [-1, 1]. Height and width must divide by 16.

    Raises:
      UserError: if the normalisation is unknown.
    """
    parts = Parts(norm)
    inputs, source = _inputs(input_channels, feature_channels)
    maps = _global_maps(source, parts, filters, blocks)
    image = parts.last(maps[-1], channels, f"{_GLOBAL}output")
    return generator_model(inputs, maps, image)


def generator(
    input_channels,
    channels,
    *,
    blocks=9,
    local_blocks=3,
    filters=64,
    norm="instance",
    feature_channels=0,
):
    """Returns G2 around G1, for images of the final resolution.

    G2 is c7s1-32, d64, R64 times `local_blocks`, u32, c7s1-3. To its map of 64 channels it adds the
    last of G1, which gets the average-pooled input. The layers of G1, without its output, have the
    names they have in `global_generator`, so that their weights can be taken over.

    Args:
      input_channels: see `global_generator`.
      channels: channels of the output image.
      blocks: residual blocks of G1.
      local_blocks: residual blocks of G2.
      filters: channels of G1's first map; G2's first map has half as many.
      norm: "batch", "layer", "instance" or "none".
      feature_channels: see `global_generator`.

    Returns:
      A Keras model as `global_generator` returns it, with G1's maps as first features. Height and
      width must divide by 32.

    Raises:
      UserError: if the normalisation is unknown.
    """
    parts = Parts(norm)
    inputs, source = _inputs(input_channels, feature_channels)
    features = _global_maps(halved(source, "halved"), parts, filters, blocks)
    x = parts.first(source, filters // 2, "local_first")
    features.append(x)
    x = parts.down(x, filters, "local_down")
    x = layers.Add(name="local_joined")([x, features[-2]])
    features.append(x)
    for i in range(1, local_blocks + 1):
        x = parts.residual(x, f"local_block_{i}")
        features.append(x)
    x = parts.up(x, filters // 2, "local_up")
    features.append(x)
    return generator_model(inputs, features, parts.last(x, channels, "local_output"))


def of_global(layer) -> bool:
    """Whether a layer of either generator belongs to G1."""
    return layer.name.startswith(_GLOBAL)


def _inputs(input_channels, feature_channels):
    """The inputs by name, and what they are together."""
    source = keras.Input((None, None, input_channels), name="input")
    if not feature_channels:
        return {"input": source}, source
    features = keras.Input((None, None, feature_channels), name="features")
    joined = layers.Concatenate(name="joined")([source, features])
    return {"input": source, "features": features}, joined


def _global_maps(x, parts, filters, blocks):
    return hourglass(x, parts, filters=filters, downs=_DOWNS, blocks=blocks, prefix=_GLOBAL)
