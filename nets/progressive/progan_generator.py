"""The generator of ProGAN, at any of its resolutions.

Reference: Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and
Variation, 2018, table 2.
"""

import keras
from keras import layers

from nets.blocks import short_side
from nets.progressive.channels import channels_at
from nets.progressive.images import outputs, to_rgb
from nets.progressive.sizes import SIZES, SMALLEST, sides_between
from tfgan_kit.layers import ChannelBias, EqualizedConv2D, EqualizedDense, PixelNorm
from tfgan_kit.layers.progressive.equalized import HE


def generator(image_shape, latent_size, *, width=1.0, fading=False, shown_side=None):
    """Returns a generator of images of one resolution.

    The latent on the sphere; a dense layer to 4x4 and a convolution 3x3; per doubling, nearest
    neighbours and two convolutions 3x3; each with LeakyReLU 0.2 and pixel norm. "to_rgb_R", linear,
    makes images of the maps at R x R. Layers of one name are the same at every resolution, so that
    a larger generator can begin with the weights of a smaller one.

    Args:
      image_shape: (side, side, channels); the side is a power of 2 from 4 to 1024.
      latent_size: length of the latent vector.
      width: see `nets.progressive.channels.channels_at`.
      fading, shown_side: see `nets.progressive.images.outputs`.

    Returns:
      A Keras model "generator" from "latent" (batch, latent_size) to the outputs of
      `nets.progressive.images.outputs`, float32, around [-1, 1] but not limited to it.

    Raises:
      UserError: for other image shapes.
    """
    side = short_side("progan", image_shape, SIZES)
    latent = keras.Input((latent_size,), name="latent")
    x = PixelNorm(name="sphere")(latent)
    channels = channels_at(SMALLEST, width)
    gain = HE / 4.0  # Of the authors' code.
    x = EqualizedDense(16 * channels, gain=gain, use_bias=False, name="dense")(x)
    x = layers.Reshape((SMALLEST, SMALLEST, channels), name="reshape")(x)
    x = ChannelBias(name="dense_bias")(x)
    x = _normalized(x, "dense")
    x = _convolution(x, channels, f"conv_{SMALLEST}")
    images = {SMALLEST: to_rgb(x, image_shape[-1], SMALLEST)}
    for larger in sides_between(SMALLEST, side):
        x = layers.UpSampling2D(name=f"up_{larger}")(x)
        for i in (1, 2):
            x = _convolution(x, channels_at(larger, width), f"conv_{larger}_{i}")
        images[larger] = to_rgb(x, image_shape[-1], larger)
    made = outputs(images, fading=fading, shown_side=shown_side)
    return keras.Model(latent, made, name="generator")


def _convolution(x, filters, name):
    x = EqualizedConv2D(filters, 3, padding="same", name=name)(x)
    return _normalized(x, name)


def _normalized(x, name):
    x = layers.LeakyReLU(0.2, name=f"{name}_leaky_relu")(x)
    return PixelNorm(name=f"{name}_norm")(x)
