"""SRResNet, the generator of SRGAN.

Reference: Ledig et al., Photo-Realistic Single Image Super-Resolution Using a Generative
Adversarial Network, 2017, figure 4.
"""

import keras
from keras import layers

from nets.blocks import conv2d, generator_model
from nets.translation.scales import doublings
from tfgan_kit.layers import PixelShuffle, normalization


def generator(channels=3, *, scale=4, filters=64, blocks=16, norm="batch"):
    """Returns a generator that enlarges images of any size.

    A convolution 9x9 with PReLU; residual blocks (conv 3x3, norm, PReLU, conv 3x3, norm, add); a
    convolution 3x3 with norm, to which the first map is added; for each doubling of the size a
    convolution 3x3, pixel shuffle and PReLU; a convolution 9x9 without an activation. A PReLU has
    one slope per channel, 0.25 at first.

    The first layers see the input in [0, 1], as in the paper, where it gives the images to be
    enlarged in [0, 1] and the results in [-1, 1].

    Args:
      channels: of the images.
      scale: 2 or 4.
      filters: channels of all hidden maps.
      blocks: number of residual blocks.
      norm: "batch", "instance", "layer" or "none".

    Returns:
      A Keras model "generator" from "input" (b, h, w, channels) in [-1, 1] to "features_1" (the
      first map), "features_2" (before the size changes), one more per doubling, and "image" (b,
      scale * h, scale * w, channels), float32, around [-1, 1] but not limited to it.

    Raises:
      UserError: for another scale, or if there is no such normalization.
    """
    steps = doublings(scale)
    low = keras.Input((None, None, channels), name="input")
    x = layers.Rescaling(0.5, offset=0.5, name="to_unit_range")(low)
    x = conv2d(filters, 9, name="conv_first")(x)
    x = first = _prelu("prelu_first")(x)
    for i in range(1, blocks + 1):
        x = _residual_block(x, norm, f"block_{i}")
    x = conv2d(filters, 3, name="conv_trunk")(x)
    x = normalization(norm, name="norm_trunk")(x)
    x = layers.Add(name="trunk")([first, x])
    features = [first, x]
    for i in range(1, steps + 1):
        x = conv2d(4 * filters, 3, name=f"conv_up_{i}")(x)
        x = PixelShuffle(2, name=f"shuffle_{i}")(x)
        x = _prelu(f"prelu_up_{i}")(x)
        features.append(x)
    image = conv2d(channels, 9, dtype="float32", name="image")(x)
    return generator_model({"input": low}, features, image)


def _residual_block(x, norm, name):
    y = conv2d(x.shape[-1], 3, name=f"{name}_conv_1")(x)
    y = normalization(norm, name=f"{name}_norm_1")(y)
    y = _prelu(f"{name}_prelu")(y)
    y = conv2d(x.shape[-1], 3, name=f"{name}_conv_2")(y)
    y = normalization(norm, name=f"{name}_norm_2")(y)
    return layers.Add(name=name)([x, y])


def _prelu(name):
    # Without shared axes it would have a slope per pixel, which fixes the size.
    return layers.PReLU(keras.initializers.Constant(0.25), shared_axes=[1, 2], name=name)
