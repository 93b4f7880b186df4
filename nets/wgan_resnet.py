"""The residual networks of WGAN-GP.

Reference: Gulrajani et al., Improved Training of Wasserstein GANs, 2017, appendix F (64 pixels).
The networks for 32 and 128 pixels have one block less and one block more, respectively.
"""

import functools

import keras
from keras import layers

from nets.blocks import conv2d, dense, discriminator_model, generator_model, scaled, short_side
from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from nets.residual import down_block, up_block
from tfgan_kit.layers import normalization
from tfgan_kit.layers.normalization import removes_bias
from tfgan_kit.settings.size import Sizes

SIZES = Sizes((32, 64, 128))
_CHANNELS, _MOST = 64, 512


def generator(image_shape, latent_size, *, width=1.0, norm="batch", label=None):
    """Returns a generator: dense to 4x4 of 512 channels, up-blocks down to 64, convolution.

    Args:
      image_shape: (size, size, channels), size 32, 64 or 128.
      latent_size: length of the latent vector.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none".
      label: a `GeneratorLabel`; "cbn" conditions the normalizations of the blocks.

    Returns:
      A Keras model with outputs "features_1" (4x4), one per up-block, and "image" (tanh).

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    channels = _channels(image_shape, width)[::-1]
    label = label or GeneratorLabel()
    latent = keras.Input((latent_size,), name="latent")
    x = label.join_latent(latent)
    x = layers.Dense(16 * channels[0], use_bias=not removes_bias(norm), name="projection")(x)
    x = layers.Reshape((4, 4, channels[0]), name="reshape")(x)
    features = [x]
    x = label.join_map(x)
    for i, filters in enumerate(channels[1:], start=1):
        x = up_block(x, filters, norm=norm, label=label, name=f"block_{i}")
        features.append(x)
    x = normalization(norm, name="output_norm")(x)
    x = layers.ReLU(name="output_relu")(x)
    x = conv2d(image_shape[-1], 3, name="output")(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return generator_model(label.inputs(latent), features, image)


def discriminator(image_shape, *, width=1.0, norm="layer", spectral_norm=False, label=None):
    """Returns a discriminator: convolution to 64 channels, down-blocks up to 512 at 4x4, dense.

    Args:
      image_shape: (size, size, channels), size 32, 64 or 128.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none"; "batch" cannot be combined with a gradient
        penalty.
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`.

    Returns:
      A Keras model with outputs "features_1" (full size), one per down-block, and "logits".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    channels = _channels(image_shape, width)
    label = label or DiscriminatorLabel()
    image = keras.Input(image_shape, name="image")
    x = label.join_image(image)
    x = conv2d(channels[0], 3, spectral_norm=spectral_norm, name="input")(x)
    features = [x]
    for i, filters in enumerate(channels[1:], start=1):
        x = down_block(x, filters, norm=norm, spectral_norm=spectral_norm, name=f"block_{i}")
        features.append(x)
    last = functools.partial(dense, spectral_norm=spectral_norm)
    flat = layers.Flatten(name="flatten")(x)
    flat = label.join_features(flat, x.shape[-1], last)
    return discriminator_model(label.inputs(image), features, label.heads(flat, x, last))


def _channels(image_shape, width):
    """Returns the channels of the maps, from the full size to 4x4."""
    size = short_side("wgan_resnet", image_shape, SIZES)
    blocks = (size // 4).bit_length() - 1
    return [scaled(min(_CHANNELS * 2**i, _MOST), width) for i in range(blocks + 1)]
