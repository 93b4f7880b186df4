"""DCGAN: strided convolutions all the way.

Reference: Radford et al., Unsupervised Representation Learning with Deep Convolutional Generative
Adversarial Networks, 2016.
"""

import keras
from keras import layers

from nets.blocks import conv2d, dense, discriminator_model, generator_model, scaled, short_side
from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from tfgan_kit.layers import Conv2DTranspose, normalization
from tfgan_kit.layers.normalization import removes_bias
from tfgan_kit.settings.size import Sizes

SIZES = Sizes((32, 64, 128), rectangles=True)


def generator(image_shape, latent_size, *, width=1.0, norm="batch", label=None):
    """Returns a generator: a projection to 4x4, then transposed convolutions 4x4 of stride 2.

    The largest hidden map has 64 channels and each smaller one twice as many: 256, 512 or 1024 at
    4x4 for 32, 64 or 128 pixels. For rectangles, the smallest map is wider or higher than 4x4.
    Weights are initialised with N(0, 0.02).

    Args:
      image_shape: (height, width, channels); the shorter side is 32, 64 or 128, and the longer one
        a multiple of a quarter of it.
      latent_size: length of the latent vector.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none", before each ReLU but not on the output.
      label: a `GeneratorLabel`; "cbn" conditions all normalizations but the last.

    Returns:
      A Keras model with outputs "features_1" (4x4), one per further hidden map, and "image".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    channels = _channels(image_shape, width)[::-1]
    height, across = (side * 4 // min(image_shape[:2]) for side in image_shape[:2])
    label = label or GeneratorLabel()
    bias = not removes_bias(norm)
    latent = keras.Input((latent_size,), name="latent")
    x = layers.Dense(
        height * across * channels[0],
        use_bias=bias,
        kernel_initializer=_normal(),
        name="projection",
    )(label.join_latent(latent))
    x = layers.Reshape((height, across, channels[0]), name="reshape")(x)
    features = []
    for i, filters in enumerate(channels, start=1):
        if i > 1:
            x = _upscale(filters, use_bias=bias, name=f"conv_{i}")(x)
        # The last one, before the output, does not use the label.
        by = label if i < len(channels) else GeneratorLabel()
        x = by.normalize(x, norm, f"norm_{i}")
        x = layers.ReLU(name=f"relu_{i}")(x)
        features.append(x)
        if i == 1:
            x = label.join_map(x)
    x = _upscale(image_shape[-1], name="output")(x)
    image = layers.Activation("tanh", dtype="float32", name="image")(x)
    return generator_model(label.inputs(latent), features, image)


def discriminator(image_shape, *, width=1.0, norm="batch", spectral_norm=False, label=None):
    """Returns a discriminator: convolutions 4x4 of stride 2 with LeakyReLU 0.2 down to 4x4.

    The first map has 64 channels and each smaller one twice as many. Weights are initialised with
    N(0, 0.02).

    Args:
      image_shape: see `generator`.
      width: factor on all channel counts.
      norm: "batch", "layer", "instance" or "none", before each LeakyReLU but the first.
      spectral_norm: whether all layers are spectrally normalised.
      label: a `DiscriminatorLabel`.

    Returns:
      A Keras model with an output "features_i" per map, and "logits".

    Raises:
      UserError: for other image shapes or an unknown normalization.
    """
    label = label or DiscriminatorLabel()
    image = keras.Input(image_shape, name="image")
    x, features = label.join_image(image), []
    for i, filters in enumerate(_channels(image_shape, width), start=1):
        kind = norm if i > 1 else "none"
        x = conv2d(
            filters,
            4,
            strides=2,
            use_bias=not removes_bias(kind),
            spectral_norm=spectral_norm,
            kernel_initializer=_normal(),
            name=f"conv_{i}",
        )(x)
        x = normalization(kind, name=f"norm_{i}")(x)
        x = layers.LeakyReLU(0.2, name=f"leaky_relu_{i}")(x)
        features.append(x)

    def last(units, **kwargs):
        return dense(units, spectral_norm=spectral_norm, kernel_initializer=_normal(), **kwargs)

    flat = layers.Flatten(name="flatten")(x)
    flat = label.join_features(flat, x.shape[-1], last)
    return discriminator_model(label.inputs(image), features, label.heads(flat, x, last))


def _channels(image_shape, width):
    """Returns the channels of the hidden maps, from the largest to the one of 4x4."""
    size = short_side("dcgan", image_shape, SIZES)
    return [scaled(64 * 2**i, width) for i in range((size // 4).bit_length() - 1)]


def _upscale(filters, **kwargs):
    return Conv2DTranspose(
        filters, 4, strides=2, padding="same", kernel_initializer=_normal(), **kwargs
    )


def _normal():
    # A new one for each layer: an initialiser draws the same numbers every time it is used.
    return keras.initializers.RandomNormal(stddev=0.02)
