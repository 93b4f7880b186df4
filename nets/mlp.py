"""Multi-layer perceptrons: the networks of the toy study, also usable for small images."""

import math

import keras
from keras import layers

from nets.blocks import dense, discriminator_model, generator_model, scaled
from tfgan_kit.errors import UserError
from tfgan_kit.layers import normalization

_HIDDEN = (128, 128, 128)


def generator(image_shape, latent_size, *, width=1.0, norm="none"):
    """Returns a generator of points or images.

    Args:
      image_shape: (d,) for points, whose output is linear, or (height, width, channels) for images
        in [-1, 1], whose output is a tanh.
      latent_size: length of the latent vector.
      width: factor on the units of the three hidden layers of 128.
      norm: "batch", "layer" or "none", before each tanh.

    Returns:
      A Keras model with outputs "features_1" to "features_3" and "image".

    Raises:
      UserError: if the normalization cannot be used.
    """
    latent = keras.Input((latent_size,), name="latent")
    features = _hidden(latent, width, norm)
    image = layers.Dense(math.prod(image_shape), dtype="float32", name="output")(features[-1])
    if len(image_shape) > 1:
        image = layers.Reshape(image_shape, dtype="float32", name="reshape")(image)
        image = layers.Activation("tanh", dtype="float32", name="image")(image)
    return generator_model(latent, features, image)


def discriminator(image_shape, *, width=1.0, norm="none", spectral_norm=False):
    """Returns a discriminator of points or images.

    Args:
      image_shape: (d,) for points or (height, width, channels) for images.
      width: factor on the units of the three hidden layers of 128.
      norm: "batch", "layer" or "none", before each tanh but the first.
      spectral_norm: whether all layers are spectrally normalised.

    Returns:
      A Keras model with outputs "features_1" to "features_3" and "logits".

    Raises:
      UserError: if the normalization cannot be used.
    """
    image = keras.Input(image_shape, name="image")
    x = layers.Flatten(name="flatten")(image) if len(image_shape) > 1 else image
    features = _hidden(x, width, norm, norm_first=False, spectral_norm=spectral_norm)
    logits = dense(1, spectral_norm=spectral_norm, dtype="float32", name="logits")(features[-1])
    return discriminator_model(image, features, logits)


def _hidden(x, width, norm, *, norm_first=True, spectral_norm=False):
    if norm == "instance":
        raise UserError(
            "network 'mlp' cannot use norm 'instance', as its channels have one value each; "
            "choose batch, layer or none"
        )
    features = []
    for i, units in enumerate(_HIDDEN, start=1):
        kind = norm if norm_first or i > 1 else "none"
        x = dense(
            scaled(units, width),
            use_bias=kind != "batch",
            spectral_norm=spectral_norm,
            name=f"hidden_{i}",
        )(x)
        x = normalization(kind, name=f"norm_{i}")(x)
        x = layers.Activation("tanh", name=f"tanh_{i}")(x)
        features.append(x)
    return features
