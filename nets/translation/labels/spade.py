"""The generator of SPADE (GauGAN), which draws images from label maps.

Reference: Park et al., Semantic Image Synthesis with Spatially-Adaptive Normalization, 2019,
section 3 and appendix A.
"""

import keras
from keras import layers

from nets.blocks import conv2d, generator_model
from nets.translation import multiscale
from nets.translation.blocks import tanh_image
from tfgan_kit.errors import UserError
from tfgan_kit.layers import SPADE, SpectralConv2D

# Channels of the blocks as multiples of the last one's.
_WIDTHS = (16, 16, 16, 8, 4, 2, 1)
# The blocks that the size doubles before: the first n of these for n doublings.
_DOUBLED = (7, 6, 5, 4, 2, 3)


def generator(
    input_channels,
    channels,
    *,
    doublings=5,
    filters=64,
    norm="batch",
    latent_size=0,
    size=(None, None),
):
    """Returns a generator of seven residual blocks whose normalisations read the label map.

    1024 channels three times, then 512, 256, 128 and 64. The convolutions of the blocks are
    spectrally normalised. The first map is a convolution of the label map or, with a latent, dense.
    A smaller label map has the value of every n-th pixel. Weights are initialised with
    Glorot's normal distribution.

    Args:
      input_channels: channels of the label map: one-hot classes, perhaps a boundary map.
      channels: channels of the image.
      doublings: 1 to 6; how often the size doubles, before the last blocks first. 5 in the paper
        for 256 pixels, so that the first map is 8x8; 6 is called "more" in the released code.
      filters: channels of the last block.
      norm: what `SPADE` normalises with.
      latent_size: length of the latent vector, 256 in the paper; without one, the image is a
        function of the label map.
      size: (height, width) of the images, which only a generator with a latent must know.

    Returns:
      A Keras model: {"input": (batch, height, width, input_channels)}, and "latent": (batch,
      latent_size) if there is one, to "features_1" to "features_7", one per block, and "image":
      (batch, height, width, channels) in [-1, 1]. Height and width must divide by 2**doublings.

    Raises:
      UserError: if the normalisation or the number of doublings is unknown, or a latent comes with
        a size that does not divide.
    """
    if doublings not in range(1, len(_DOUBLED) + 1):
        raise UserError(f"network 'spade' cannot double the size {doublings} times; choose 1 to 6")
    factor = 2**doublings
    labels = keras.Input((*size, input_channels), name="input")
    inputs = {"input": labels}
    small = _every(factor, labels)
    if latent_size:
        inputs["latent"] = keras.Input((latent_size,), name="latent")
        x = _of_latent(inputs["latent"], size, factor, _WIDTHS[0] * filters)
    else:
        x = conv2d(_WIDTHS[0] * filters, 3, kernel_initializer=_glorot(), name="first")(small)
    features = []
    for i, width in enumerate(_WIDTHS, start=1):
        if i in _DOUBLED[:doublings]:
            x = layers.UpSampling2D(name=f"up_{i}")(x)
            factor //= 2
            small = _every(factor, labels)
        x = _block(x, small, width * filters, norm=norm, hidden=2 * filters, name=f"block_{i}")
        features.append(x)
    x = layers.LeakyReLU(0.2, name="output_leaky_relu")(x)
    x = conv2d(channels, 3, kernel_initializer=_glorot(), name="output")(x)
    return generator_model(inputs, features, tanh_image(x))


def discriminator(channels, condition_channels, *, scales=2, layers=3, filters=64):
    """Returns pix2pixHD's discriminator with spectral and instance normalisation.

    Convolutions before an instance normalisation have no bias. See
    `nets.translation.multiscale.discriminator` for arguments and outputs.
    """
    return multiscale.discriminator(
        channels,
        condition_channels,
        scales=scales,
        layers=layers,
        filters=filters,
        spectral_norm=True,
        biases=False,
    )


def _block(x, labels, filters, *, norm, hidden, name):
    """x, or a SPADE and a convolution 1x1 of it, plus twice (SPADE, LeakyReLU, convolution 3x3)."""
    inside = min(x.shape[-1], filters)

    def spade(x, part):
        return SPADE(norm, hidden, name=f"{name}_spade_{part}")([x, labels])

    def convolution(x, filters, size, part, **kwargs):
        settings = {"kernel_initializer": _glorot(), "name": f"{name}_conv_{part}", **kwargs}
        return SpectralConv2D(filters, size, padding="same", **settings)(x)

    shortcut = x
    if x.shape[-1] != filters:
        shortcut = convolution(spade(x, "shortcut"), filters, 1, "shortcut", use_bias=False)
    for i, width in enumerate((inside, filters), start=1):
        x = layers.LeakyReLU(0.2, name=f"{name}_leaky_relu_{i}")(spade(x, i))
        x = convolution(x, width, 3, i)
    return layers.Add(name=name)([shortcut, x])


def _of_latent(latent, size, factor, channels):
    """The first map (batch, height / factor, width / factor, channels), dense."""
    if None in size or any(side % factor for side in size):
        raise UserError(
            f"network 'spade' with a latent does not support images of size {size[0]}x{size[1]}; "
            f"choose a height and a width that divide by {factor}, or fewer doublings"
        )
    height, width = (side // factor for side in size)
    x = layers.Dense(height * width * channels, kernel_initializer=_glorot(), name="first")(latent)
    return layers.Reshape((height, width, channels), name="reshape")(x)


def _every(n, labels):
    """Every n-th pixel of every n-th row, from the first."""
    return layers.MaxPooling2D(1, strides=n, name=f"every_{n}")(labels) if n > 1 else labels


def _glorot():
    return keras.initializers.GlorotNormal()
