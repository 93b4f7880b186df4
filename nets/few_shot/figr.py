"""The residual networks of FIGR, with layer normalisation in both.

Reference: Clouatre & Demers, FIGR: Few-Shot Image Generation with Reptile, 2019, and the residual
networks of Gulrajani et al., Improved Training of Wasserstein GANs, 2017. Layer normalisation has
no statistics of a batch, which would be those of one task.
"""

import keras
from keras import layers

from nets.blocks import conv2d, dense, discriminator_model, generator_model, scaled, short_side
from nets.conditioning import GeneratorLabel
from nets.residual import down_block, up_block
from tfgan_kit.layers import normalization
from tfgan_kit.settings.size import Sizes

SIZES = Sizes((8, 16, 32, 64))
_CHANNELS, _MOST, _SLOPE = 64, 512, 0.2


def generator(image_shape, latent_size, *, width=1.0):
    """Returns a generator: dense to 4x4, an up-block for each doubling, convolution.

    Args:
      image_shape: (size, size, channels), size 8, 16, 32 or 64.
      latent_size: length of the latent vector.
      width: factor on all channel counts: 64 at the full size, twice as many at each half, up to
        512.

    Returns:
      A Keras model with outputs "features_1" (4x4), one per up-block, and "image" (tanh).

    Raises:
      UserError: for other image shapes.
    """
    channels = _channels(image_shape, width)[::-1]
    latent = keras.Input((latent_size,), name="latent")
    x = layers.Dense(16 * channels[0], name="projection")(latent)
    x = layers.Reshape((4, 4, channels[0]), name="reshape")(x)
    features = [x]
    for i, filters in enumerate(channels[1:], start=1):
        x = up_block(x, filters, norm="layer", label=GeneratorLabel(), name=f"block_{i}")
        features.append(x)
    x = normalization("layer", name="output_norm")(x)
    x = layers.ReLU(name="output_relu")(x)
    x = conv2d(image_shape[-1], 3, name="output")(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return generator_model(latent, features, image)


def discriminator(image_shape, *, width=1.0):
    """Returns a discriminator: convolution, down-blocks with LeakyReLU 0.2 to 4x4, dense.

    Args:
      image_shape, width: see `generator`.

    Returns:
      A Keras model with outputs "features_1" (full size), one per down-block, and "logits".

    Raises:
      UserError: for other image shapes.
    """
    channels = _channels(image_shape, width)
    image = keras.Input(image_shape, name="image")
    x = conv2d(channels[0], 3, name="input")(image)
    features = [x]
    for i, filters in enumerate(channels[1:], start=1):
        x = down_block(x, filters, norm="layer", slope=_SLOPE, name=f"block_{i}")
        features.append(x)
    flat = layers.Flatten(name="flatten")(x)
    logits = dense(1, dtype="float32", name="logits")(flat)
    return discriminator_model(image, features, {"logits": logits})


def _channels(image_shape, width):
    """Returns the channels of the maps, from the full size to 4x4."""
    halvings = (short_side("figr", image_shape, SIZES) // 4).bit_length() - 1
    return [scaled(min(_CHANNELS * 2**i, _MOST), width) for i in range(halvings + 1)]
