"""The two networks of a variational autoencoder: small convolutions, mirrored."""

import keras
from keras import layers

from nets.blocks import scaled
from tfgan_kit.errors import UserError

CHANNELS = (32, 64, 128)
_MULTIPLE = 2 ** len(CHANNELS)


def encoder(image_shape, latent_size, *, width=1.0):
    """Returns an encoder: 4x4 convolutions of stride 2 with ReLU (32, 64, 128), dense.

    Args:
      image_shape: (height, width, channels), sides of at least 16 that 8 divides.
      latent_size: length of the latent vector.
      width: factor on all channel counts.

    Returns:
      A Keras model from "image" in [-1, 1] to {"latent": (batch, latent_size), the mean of the
      latents, "log_variance": the same shape}, linear and float32.

    Raises:
      UserError: for other image shapes.
    """
    _check(image_shape)
    image = x = keras.Input(image_shape, name="image")
    for i, filters in enumerate(CHANNELS, start=1):
        x = layers.Conv2D(scaled(filters, width), 4, strides=2, padding="same", name=f"conv_{i}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
    x = layers.Flatten(name="flatten")(x)
    outputs = {
        name: layers.Dense(latent_size, dtype="float32", name=name)(x)
        for name in ("latent", "log_variance")
    }
    return keras.Model(image, outputs, name="encoder")


def decoder(image_shape, latent_size, *, width=1.0):
    """Returns the encoder's mirror: dense, 4x4 transposed convolutions of stride 2 (64, 32, image).

    Args:
      image_shape, latent_size, width: see `encoder`.

    Returns:
      A Keras model from "latent" (batch, latent_size) to {"image": (batch, *image_shape) in [-1,
      1], "logits": the same shape, of pixels in [0, 1]}, so that image = 2 sigmoid(logits) - 1 =
      tanh(logits / 2). Both are float32.

    Raises:
      UserError: see `encoder`.
    """
    _check(image_shape)
    height, across, channels = image_shape
    *between, last = (scaled(filters, width) for filters in CHANNELS)
    latent = keras.Input((latent_size,), name="latent")
    small = (height // _MULTIPLE, across // _MULTIPLE, last)
    x = layers.Dense(small[0] * small[1] * small[2], name="dense")(latent)
    x = layers.ReLU(name="relu_1")(layers.Reshape(small, name="maps")(x))
    for i, filters in enumerate(reversed(between), start=2):
        x = layers.Conv2DTranspose(filters, 4, strides=2, padding="same", name=f"conv_{i - 1}")(x)
        x = layers.ReLU(name=f"relu_{i}")(x)
    logits = layers.Conv2DTranspose(
        channels, 4, strides=2, padding="same", dtype="float32", name="logits"
    )(x)
    halved = layers.Rescaling(0.5, dtype="float32", name="halved")(logits)
    image = layers.Activation("tanh", dtype="float32", name="image")(halved)
    return keras.Model(latent, {"image": image, "logits": logits}, name="decoder")


def _check(image_shape):
    sides = image_shape[:2]
    if len(image_shape) != 3 or min(sides) < 16 or any(side % _MULTIPLE for side in sides):
        shape = "x".join(map(str, image_shape))
        raise UserError(
            f"a VAE needs images with sides of 16 or more that {_MULTIPLE} divides, these are "
            f"{shape}; give another --image-size"
        )
