"""Multi-layer perceptrons: the networks of the toy study, which also work for small images."""

import functools

import keras
from keras import layers

from nets.blocks import (
    dense,
    discriminator_model,
    from_units,
    generator_model,
    no_instance_norm,
    scaled,
    to_units,
)
from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from tfgan_kit.settings.size import Sizes

SIZES = Sizes()
_HIDDEN = (128, 128, 128)


def generator(image_shape, latent_size, *, width=1.0, norm="none", label=None):
    """Returns a generator of points or images.

    Args:
      image_shape: (d,) for points, whose output is linear, or (height, width, channels) for images
        in [-1, 1], whose output is a tanh.
      latent_size: length of the latent vector.
      width: factor on the units of the three hidden layers of 128.
      norm: "batch", "layer" or "none", before each tanh.
      label: a `GeneratorLabel`, except "map"; "cbn" conditions all normalizations.

    Returns:
      A Keras model with outputs "features_1" to "features_3" and "image".

    Raises:
      UserError: if the normalization or the way of using the label is not supported.
    """
    latent = keras.Input((latent_size,), name="latent")
    label = label or GeneratorLabel()
    x = label.join_map(label.join_latent(latent))
    features = _hidden(x, width, [norm] * 3, label=label)
    image = from_units(features[-1], image_shape)
    return generator_model(label.inputs(latent), features, image)


def discriminator(image_shape, *, width=1.0, norm="none", spectral_norm=False, label=None):
    """Returns a discriminator of points or images.

    Args:
      image_shape: (d,) for points or (height, width, channels) for images.
      width: factor on the units of the three hidden layers of 128.
      norm: "batch", "layer" or "none", before each tanh but the first.
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`; "map" requires images.

    Returns:
      A Keras model with outputs "features_1" to "features_3" and "logits".

    Raises:
      UserError: if the normalization or the way of using the label is not supported.
    """
    image = keras.Input(image_shape, name="image")
    label = label or DiscriminatorLabel()
    last = functools.partial(dense, spectral_norm=spectral_norm)
    x = to_units(label.join_image(image))
    features = _hidden(x, width, ["none", norm, norm], dense=last)
    h = features[-1]
    x = label.join_features(h, h.shape[-1], last)
    return discriminator_model(label.inputs(image), features, label.heads(x, h, last))


def _hidden(x, width, norms, *, label=None, dense=dense):
    """Returns the output of each hidden layer.

    Args:
      x: (batch, n).
      width: see `generator`.
      norms: name of the normalization of each hidden layer.
      label: a `GeneratorLabel`.
      dense: function from a number of units to a dense layer.
    """
    no_instance_norm("mlp", norms[-1])
    features = []
    label = label or GeneratorLabel()
    for i, (units, norm) in enumerate(zip(_HIDDEN, norms, strict=True), start=1):
        x = dense(scaled(units, width), use_bias=norm != "batch", name=f"hidden_{i}")(x)
        x = label.normalize(x, norm, f"norm_{i}")
        x = layers.Activation("tanh", name=f"tanh_{i}")(x)
        features.append(x)
    return features
