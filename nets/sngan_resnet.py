"""The residual networks of SNGAN.

Reference: Miyato et al., Spectral Normalization for Generative Adversarial Networks, 2018, tables
4 and 5; 64 pixels as in the authors' published code for cGANs with a projection discriminator.
"""

import functools

import keras
from keras import layers

from nets.blocks import (
    conv2d,
    dense,
    discriminator_model,
    generator_model,
    scaled,
    short_side,
    sum_positions,
)
from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from nets.residual import down_block, up_block
from tfgan_kit.layers import normalization
from tfgan_kit.layers.normalization import removes_bias
from tfgan_kit.settings.size import Sizes

# Per size: channels of the generator's maps from 4x4 on; channels of the discriminator's blocks,
# and the number of first blocks that halve the resolution.
_GENERATORS = {32: (256, 256, 256, 256), 64: (1024, 512, 256, 128, 64)}
_DISCRIMINATORS = {32: ((128, 128, 128, 128), 2), 64: ((64, 128, 256, 512, 1024), 5)}
SIZES = Sizes(tuple(_GENERATORS))


def generator(image_shape, latent_size, *, width=1.0, norm="batch", label=None):
    """Returns a generator: dense to 4x4, up-blocks, convolution.

    It has 256 channels throughout for 32 pixels, and 1024 down to 64 channels for 64 pixels.

    Args:
      image_shape: (size, size, channels), size 32 or 64.
      latent_size: length of the latent vector.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none".
      label: a `GeneratorLabel`; "cbn" conditions the normalizations of the blocks and adds the
        biases of the authors' code for it.

    Returns:
      A Keras model with outputs "features_1" (4x4), one per up-block, and "image" (tanh).

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    size = short_side("sngan_resnet", image_shape, SIZES)
    channels = [scaled(count, width) for count in _GENERATORS[size]]
    label = label or GeneratorLabel()
    biases = label.way == "cbn"
    latent = keras.Input((latent_size,), name="latent")
    x = layers.Dense(
        16 * channels[0], use_bias=biases or not removes_bias(norm), name="projection"
    )(label.join_latent(latent))
    x = layers.Reshape((4, 4, channels[0]), name="reshape")(x)
    features = [x]
    x = label.join_map(x)
    for i, filters in enumerate(channels[1:], start=1):
        x = up_block(
            x, filters, norm=norm, label=label, biases=biases, fan="fan_avg", name=f"block_{i}"
        )
        features.append(x)
    x = normalization(norm, name="output_norm")(x)
    x = layers.ReLU(name="output_relu")(x)
    x = conv2d(image_shape[-1], 3, name="output")(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return generator_model(label.inputs(latent), features, image)


def discriminator(image_shape, *, width=1.0, norm="none", spectral_norm=True, label=None):
    """Returns a discriminator: residual blocks, ReLU, sum over the positions, dense.

    For 32 pixels, it has four blocks of 128 channels, of which the first two halve the resolution;
    for 64 pixels, five blocks of 64 to 1024 channels, all of which halve it.

    Args:
      image_shape: (size, size, channels), size 32 or 64.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none".
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`; "projection" adds the biases of the authors' code for it.

    Returns:
      A Keras model with an output "features_i" per block, another for the sum (batch, channels),
      and "logits".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    size = short_side("sngan_resnet", image_shape, SIZES)
    channels, halving = _DISCRIMINATORS[size]
    label = label or DiscriminatorLabel()
    image = keras.Input(image_shape, name="image")
    x, features = label.join_image(image), []
    for i, filters in enumerate(channels):
        x = down_block(
            x,
            scaled(filters, width),
            norm=norm,
            down=i < halving,
            first=i == 0,
            spectral_norm=spectral_norm,
            biases=label.way == "projection",
            fan="fan_avg",
            name=f"block_{i + 1}",
        )
        features.append(x)
    x = layers.ReLU(name="output_relu")(x)
    h = sum_positions(x)
    features.append(h)
    last = functools.partial(dense, spectral_norm=spectral_norm)
    x = label.join_features(h, h.shape[-1], last)
    return discriminator_model(label.inputs(image), features, label.heads(x, h, last))
