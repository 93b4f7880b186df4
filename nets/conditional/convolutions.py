"""The two stacks of AC-GAN's networks: from a small map up to an image, and from an image down."""

import dataclasses
from collections.abc import Callable

import keras
from keras import layers

from nets.blocks import conv2d, dense, discriminator_model, generator_model, scaled
from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from tfgan_kit.layers import Conv2DTranspose, Dropout, GaussianNoise, normalization
from tfgan_kit.layers.normalization import removes_bias


@dataclasses.dataclass(frozen=True)
class Convolution:
    """Channels and stride of one layer, and whether its input is padded."""

    filters: int
    stride: int
    padding: str = "same"


def generator(
    image_shape,
    latent_size,
    *,
    first: tuple[int, int],
    hidden: tuple[Convolution, ...],
    initializer: Callable,
    width: float,
    norm: str,
    label: GeneratorLabel | None,
):
    """Returns a generator: dense to a first map with ReLU, transposed convolutions 5x5, tanh.

    Args:
      image_shape: (size, size, channels); the size results from the first map and the strides.
      latent_size: length of the latent vector.
      first: size and channels of the first map.
      hidden: the transposed convolutions between the first map and the image.
      initializer: makes an initialiser of a kernel.
      width: factor on all channel counts.
      norm: name of the normalization before the ReLU of each of `hidden`.
      label: "cbn" conditions all normalizations but the last.

    Returns:
      A Keras model with outputs "features_1", the first map, one per hidden map, and "image".
    """
    label = label or GeneratorLabel()
    size, channels = first[0], scaled(first[1], width)
    latent = keras.Input((latent_size,), name="latent")
    x = layers.Dense(size * size * channels, kernel_initializer=initializer(), name="projection")(
        label.join_latent(latent)
    )
    x = layers.Reshape((size, size, channels), name="reshape")(x)
    x = layers.ReLU(name="relu_1")(x)
    features = [x]
    x = label.join_map(x)
    for i, layer in enumerate(hidden, start=2):
        x = Conv2DTranspose(
            scaled(layer.filters, width),
            5,
            strides=layer.stride,
            padding=layer.padding,
            use_bias=not removes_bias(norm),
            kernel_initializer=initializer(),
            name=f"conv_{i}",
        )(x)
        # The last one, before the output, does not use the label.
        by = label if i <= len(hidden) else GeneratorLabel()
        x = by.normalize(x, norm, f"norm_{i}")
        x = layers.ReLU(name=f"relu_{i}")(x)
        features.append(x)
    x = Conv2DTranspose(
        image_shape[-1],
        5,
        strides=2,
        padding="same",
        kernel_initializer=initializer(),
        name="output",
    )(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return generator_model(label.inputs(latent), features, image)


def discriminator(
    image_shape,
    *,
    hidden: tuple[Convolution, ...],
    initializer: Callable,
    dropout: float,
    noise: float,
    width: float,
    norm: str,
    spectral_norm: bool,
    label: DiscriminatorLabel | None,
):
    """Returns a discriminator: convolutions 3x3 with LeakyReLU 0.2 and dropout, then the logits.

    Args:
      image_shape: (size, size, channels).
      hidden: the convolutions.
      initializer: makes an initialiser of a kernel.
      dropout: rate after each activation.
      noise: standard deviation of Gaussian noise on each activation in training.
      width: factor on all channel counts.
      norm: name of the normalization before each LeakyReLU but the first.
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`.

    Returns:
      A Keras model with an output "features_i" per map, after the activation and before noise and
      dropout, and with the outputs of `DiscriminatorLabel.heads`.
    """
    label = label or DiscriminatorLabel()

    def last(units, **kwargs):
        return dense(units, spectral_norm=spectral_norm, kernel_initializer=initializer(), **kwargs)

    image = keras.Input(image_shape, name="image")
    x, features = label.join_image(image), []
    for i, layer in enumerate(hidden, start=1):
        kind = norm if i > 1 else "none"
        x = conv2d(
            scaled(layer.filters, width),
            3,
            strides=layer.stride,
            use_bias=not removes_bias(kind),
            spectral_norm=spectral_norm,
            kernel_initializer=initializer(),
            name=f"conv_{i}",
        )(x)
        x = normalization(kind, name=f"norm_{i}")(x)
        x = layers.LeakyReLU(0.2, name=f"leaky_relu_{i}")(x)
        features.append(x)
        if noise:
            x = GaussianNoise(noise, name=f"noise_{i}")(x)
        if dropout:
            x = Dropout(dropout, name=f"dropout_{i}")(x)
    flat = layers.Flatten(name="flatten")(x)
    flat = label.join_features(flat, x.shape[-1], last)
    return discriminator_model(label.inputs(image), features, label.heads(flat, x, last))
