"""The encoder of SCoGAN's latent cycle: from an image back to its latent.

The thesis "Improved Learning of Joint Distributions using Soft-Coupled GANs" (Aalborg 2020) does
not describe its encoder. This one has the convolutions of a DCGAN discriminator.
"""

import keras
from keras import layers

from nets.blocks import conv2d, scaled, short_side
from tfgan_kit.settings.size import Sizes

SIZES = Sizes((32, 64, 128, 256))


def encoder(image_shape, latent_size, *, width=1.0):
    """Returns an encoder: 4x4 convolutions of stride 2 with LeakyReLU 0.2 down to 4x4, then dense.

    The first map has 64 channels and each smaller one twice as many. There is no normalization, so
    that a latent depends only on its own image.

    Args:
      image_shape: (size, size, channels), size 32, 64, 128 or 256.
      latent_size: length of the latent vector.
      width: factor on all channel counts.

    Returns:
      A Keras model from "image" to {"latent": (batch, latent_size)}, linear and float32.

    Raises:
      UserError: for other image shapes.
    """
    size = short_side("encoder", image_shape, SIZES)
    image = x = keras.Input(image_shape, name="image")
    for i in range((size // 4).bit_length() - 1):
        x = conv2d(scaled(64 * 2**i, width), 4, strides=2, name=f"conv_{i + 1}")(x)
        x = layers.LeakyReLU(0.2, name=f"leaky_relu_{i + 1}")(x)
    x = layers.Flatten(name="flatten")(x)
    latent = layers.Dense(latent_size, dtype="float32", name="latent")(x)
    return keras.Model(image, {"latent": latent}, name="encoder")
