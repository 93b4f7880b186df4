"""The networks of the first conditional GAN: dense layers, with maxout in the discriminator.

Reference: Mirza & Osindero, Conditional Generative Adversarial Nets, 2014, section 4.1. Its
generator ends in a sigmoid, this one in tanh, as images lie in [-1, 1].
"""

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
from tfgan_kit.layers import Dropout, normalization
from tfgan_kit.settings.size import Sizes

SIZES = Sizes()


def generator(image_shape, latent_size, *, width=1.0, norm="none", label=None, dropout=0.5):
    """Returns a generator: 200 units for the latent, 1000 for the label, 1200 for both, the image.

    This is the paper's "branch". With other labels, the first layer has 200 units for the latent
    combined with the label. Activations are ReLU.

    Args:
      image_shape: (height, width, channels) for images, (28, 28, 1) in the paper, or (d,) for
        points, whose output is linear.
      latent_size: length of the latent vector.
      width: factor on the units of all layers.
      norm: "batch", "layer" or "none", before the second ReLU.
      label: a `GeneratorLabel`, except "map".
      dropout: rate after each activation.

    Returns:
      A Keras model with outputs "features_1" and "features_2" (before dropout), and "image".

    Raises:
      UserError: if the normalization or the way of using the label is not supported.
    """
    no_instance_norm("cgan_mlp", norm)
    label = label or GeneratorLabel()
    of_latent, of_label, joined = (scaled(units, width) for units in (200, 1000, 1200))
    latent = keras.Input((latent_size,), name="latent")
    x = label.join_map(label.join_latent(latent, (of_latent, of_label)))
    if label.way != "branch":
        x = layers.Dense(of_latent, activation="relu", name="hidden_1")(x)
    features = [x]
    x = Dropout(dropout, name="dropout_1")(x)
    x = layers.Dense(joined, use_bias=norm != "batch", name="hidden_2")(x)
    x = label.normalize(x, norm, "norm_2")
    x = layers.ReLU(name="relu_2")(x)
    features.append(x)
    x = Dropout(dropout, name="dropout_2")(x)
    return generator_model(label.inputs(latent), features, from_units(x, image_shape))


def discriminator(
    image_shape, *, width=1.0, norm="none", spectral_norm=False, label=None, dropout=0.5
):
    """Returns a discriminator: maxout units, 240 for the image, 50 for the label, 240 for both.

    A unit is the maximum of 5 linear functions, or of 4 in the layer that combines image and label
    (Goodfellow et al., Maxout Networks, 2013). This is the paper's "branch". With other labels, the
    label has no units of its own; "concat" concatenates it with those of the image.

    Args:
      image_shape: (height, width, channels) for images, (28, 28, 1) in the paper, or (d,) for
        points.
      width: factor on the units of all layers.
      norm: "batch", "layer" or "none", in the second layer, before the maximum.
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`; "map" requires images.
      dropout: rate after each activation.

    Returns:
      A Keras model with outputs "features_1" (of the image) and "features_2", both before dropout,
      "logits", and with some labels "class_logits".

    Raises:
      UserError: if the normalization or the way of using the label is not supported.
    """
    no_instance_norm("cgan_mlp", norm)
    label = label or DiscriminatorLabel()
    last = functools.partial(dense, spectral_norm=spectral_norm)

    def maxout(x, units, pieces, name, kind="none"):
        units = scaled(units, width)
        x = last(units * pieces, use_bias=kind != "batch", name=name)(x)
        x = normalization(kind, name=f"{name}_norm")(x)
        x = layers.Reshape((units, pieces), name=f"{name}_pieces")(x)
        return layers.GlobalMaxPooling1D(data_format="channels_first", name=f"{name}_max")(x)

    image = keras.Input(image_shape, name="image")
    x = maxout(to_units(label.join_image(image)), 240, 5, "hidden_1")
    features = [x]
    if label.way in ("concat", "branch"):
        y = maxout(label.input, 50, 5, "label_branch") if label.way == "branch" else label.input
        x = layers.Concatenate(name="joined")([x, y])
    x = Dropout(dropout, name="dropout_1")(x)
    x = maxout(x, 240, 4, "hidden_2", norm)
    features.append(x)
    x = Dropout(dropout, name="dropout_2")(x)
    return discriminator_model(label.inputs(image), features, label.heads(x, x, last))
