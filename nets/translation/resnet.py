"""The residual generator of CycleGAN, also a choice for pix2pix.

Reference: Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
Networks, 2017, appendix 7.2.
"""

import keras

from nets.blocks import generator_model
from nets.translation.residual import Parts

_DOWNS = 2


def generator(input_channels, channels, *, blocks=9, filters=64, norm="instance", affine=False):
    """Returns a residual generator: two steps down, blocks of one size, two steps up.

    c7s1-64, d128, d256, R256 times `blocks`, u128, u64, c7s1-3 in the paper's notation. Weights
    start as N(0, 0.02).

    Args:
      input_channels: channels of the input image.
      channels: channels of the output image.
      blocks: residual blocks; the paper has 6 for images of up to 128 pixels and 9 above.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".
      affine: whether instance normalisation has a factor and an offset per channel.

    Returns:
      A Keras model: {"input": (batch, height, width, input_channels)} to "features_1", ..., one per
      map of another size or channel count and one per block, and "image", (batch, height, width,
      channels) in [-1, 1]. Height and width must divide by 4.

    Raises:
      UserError: if the normalisation is unknown.
    """
    parts = Parts(norm, affine)
    source = keras.Input((None, None, input_channels), name="input")
    features = hourglass(source, parts, filters=filters, downs=_DOWNS, blocks=blocks)
    return generator_model({"input": source}, features, parts.last(features[-1], channels))


def hourglass(x, parts, *, filters, downs, blocks, prefix=""):
    """Returns the maps of a residual generator without its last convolution, as a list.

    Args:
      x: (batch, height, width, channels).
      parts: the `Parts` to build it of.
      filters: channels of the first and of the last map.
      downs: steps down, each with twice the channels, and up.
      blocks: residual blocks in the middle.
      prefix: of the names of the layers.
    """
    x = parts.first(x, filters, f"{prefix}first")
    maps = [x]
    for i in range(1, downs + 1):
        x = parts.down(x, filters * 2**i, f"{prefix}down_{i}")
        maps.append(x)
    for i in range(1, blocks + 1):
        x = parts.residual(x, f"{prefix}block_{i}")
        maps.append(x)
    for i in range(downs, 0, -1):
        x = parts.up(x, filters * 2 ** (i - 1), f"{prefix}up_{i}")
        maps.append(x)
    return maps
