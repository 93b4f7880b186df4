"""RRDBNet, the generator of ESRGAN: residual-in-residual dense blocks without normalization.

Reference: Wang et al., ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks, 2018,
section 3.1 and figure 4.
"""

import keras
from keras import layers

from nets.blocks import conv2d, generator_model
from nets.translation.scales import doublings

_ACTIVATION = "leaky_relu"  # Keras' slope is 0.2.
_RESIDUAL = 0.2  # Factor on what a block adds.
_DENSE_BLOCKS = 3  # In each RRDB.
_CONVOLUTIONS = 4  # In each dense block, before the one that returns to the block's channels.


def generator(channels=3, *, scale=4, filters=64, blocks=23, growth=32):
    """Returns a generator that enlarges images of any size.

    A convolution 3x3; the RRDBs and a convolution 3x3, to which the first map is added; for each
    doubling of the size nearest-neighbour upsampling and a convolution 3x3; two convolutions 3x3.
    All convolutions but the first, those that end a block or the trunk, and the last are followed
    by LeakyReLU 0.2. What a block adds is scaled by 0.2.

    Kernels of dense blocks start as 0.1 times He's normal distribution. The others start uniform
    with variance 1 / (3 fan in), as in the authors' later code: each block adds 0.2 times a map
    that contains its own input, so that 23 of them multiply the first map by some 66 at first.

    The first layers see the input in [0, 1].

    Args:
      channels: of the images.
      scale: 2 or 4.
      filters: channels of the hidden maps.
      blocks: number of RRDBs, 23 or 16 in the paper.
      growth: channels that each convolution of a dense block adds.

    Returns:
      A Keras model "generator" from "input" (b, h, w, channels) in [-1, 1] to "features_1" (the
      first map), "features_2" (before the size changes), one more per doubling, and "image" (b,
      scale * h, scale * w, channels), float32, around [-1, 1] but not limited to it.

    Raises:
      UserError: for another scale.
    """
    steps = doublings(scale)
    low = keras.Input((None, None, channels), name="input")
    x = layers.Rescaling(0.5, offset=0.5, name="to_unit_range")(low)
    x = first = _conv(filters, "conv_first")(x)
    for i in range(1, blocks + 1):
        x = _rrdb(x, growth, f"block_{i}")
    x = _conv(filters, "conv_trunk")(x)
    x = layers.Add(name="trunk")([first, x])
    features = [first, x]
    for i in range(1, steps + 1):
        x = layers.UpSampling2D(2, interpolation="nearest", name=f"up_{i}")(x)
        x = _conv(filters, f"conv_up_{i}", activation=_ACTIVATION)(x)
        features.append(x)
    x = _conv(filters, "conv_last", activation=_ACTIVATION)(x)
    image = _conv(channels, "image", dtype="float32")(x)
    return generator_model({"input": low}, features, image)


def _rrdb(x, growth, name):
    y = x
    for i in range(1, _DENSE_BLOCKS + 1):
        y = _dense_block(y, growth, f"{name}_dense_{i}")
    return _add(x, y, name)


def _dense_block(x, growth, name):
    maps = [x]
    for i in range(1, _CONVOLUTIONS + 1):
        conv = _inner(growth, f"{name}_conv_{i}", activation=_ACTIVATION)
        maps.append(conv(x if i == 1 else layers.Concatenate(name=f"{name}_joined_{i}")(maps)))
    joined = layers.Concatenate(name=f"{name}_joined_last")(maps)
    return _add(x, _inner(x.shape[-1], f"{name}_conv_last")(joined), name)


def _add(x, y, name):
    y = layers.Rescaling(_RESIDUAL, name=f"{name}_scaled")(y)
    return layers.Add(name=name)([x, y])


def _conv(filters, name, **kwargs):
    uniform = keras.initializers.VarianceScaling(1 / 3, "fan_in", "uniform")
    return conv2d(filters, 3, kernel_initializer=uniform, name=name, **kwargs)


def _inner(filters, name, **kwargs):
    small = keras.initializers.VarianceScaling(2 * 0.1**2, "fan_in", "untruncated_normal")
    return conv2d(filters, 3, kernel_initializer=small, name=name, **kwargs)
