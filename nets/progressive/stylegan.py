"""The generator of StyleGAN, in three parts: mapping, truncation and synthesis.

Reference: Karras et al., A Style-Based Generator Architecture for Generative Adversarial Networks,
2019, figure 1.
"""

import math

import keras
from keras import layers

from nets.blocks import short_side
from nets.progressive.channels import channels_at
from nets.progressive.images import outputs, to_rgb
from nets.progressive.sizes import SIZES, SMALLEST, sides_between
from tfgan_kit.layers import (
    Blur,
    ChannelBias,
    EqualizedConv2D,
    EqualizedDense,
    LearnedConstant,
    PixelNoise,
    PixelNorm,
    StyleNorm,
    Truncation,
)


def layers_at(side: int) -> int:
    """The number of layers with a style at a resolution: two for each, 8 at 32x32."""
    return 2 * int(math.log2(side)) - 2


def mapping(latent_size, *, depth=8, lrmul=0.01):
    """Returns the mapping network: pixel norm, then dense layers with LeakyReLU 0.2.

    Args:
      latent_size: length of the latent and of the intermediate latent.
      depth: number of dense layers.
      lrmul: factor on their learning rate, see `tfgan_kit.layers.EqualizedDense`.

    Returns:
      A Keras model "mapping" from "latent" to "w", both (batch, latent_size); w is float32.
    """
    latent = keras.Input((latent_size,), name="latent")
    x = PixelNorm(name="sphere")(latent)
    for i in range(1, depth + 1):
        x = EqualizedDense(latent_size, lrmul=lrmul, name=f"mapping_{i}")(x)
        x = layers.LeakyReLU(0.2, name=f"mapping_{i}_leaky_relu")(x)
    w = layers.Activation("linear", dtype="float32", name="w")(x)
    return keras.Model(latent, {"w": w}, name="mapping")


def truncation(latent_size, side, *, first=8):
    """Returns the network that gives each layer its intermediate latent.

    Args:
      latent_size: length of the intermediate latent.
      side: resolution of the images.
      first: see `tfgan_kit.layers.Truncation`.

    Returns:
      A Keras model "truncation" from {"w": (batch, latent_size), "psi": (batch, 1)} to "styles"
      (batch, layers, latent_size), float32. Its layer "truncation" keeps the mean of w.
    """
    w = keras.Input((latent_size,), name="w")
    psi = keras.Input((1,), name="psi")
    styles = Truncation(layers_at(side), first, dtype="float32", name="truncation")([w, psi])
    return keras.Model({"w": w, "psi": psi}, {"styles": styles}, name="truncation")


def synthesis(image_shape, latent_size, *, width=1.0, fading=False, shown_side=None):
    """Returns the synthesis network.

    A learned map of 4x4 and a convolution; per doubling, nearest neighbours and two convolutions
    3x3, the first followed by a blur. After each of these layers come noise, a bias, LeakyReLU 0.2,
    instance norm and the style that an affine function makes of the layer's intermediate latent.

    Args:
      image_shape: (side, side, channels); the side is a power of 2 from 4 to 1024.
      latent_size: length of the intermediate latents.
      width: see `nets.progressive.channels.channels_at`.
      fading, shown_side: see `nets.progressive.images.outputs`.

    Returns:
      A Keras model "synthesis" from "styles" (batch, layers, latent_size) to the outputs of
      `nets.progressive.images.outputs`, float32, around [-1, 1] but not limited to it.

    Raises:
      UserError: for other image shapes.
    """
    side = short_side("stylegan", image_shape, SIZES)
    styles = keras.Input((layers_at(side), latent_size), name="styles")
    channels = channels_at(SMALLEST, width)
    x = LearnedConstant((SMALLEST, SMALLEST, channels), name="constant")(styles)
    x = _epilogue(x, styles, 0)
    x = _epilogue(_convolution(x, channels, f"conv_{SMALLEST}"), styles, 1)
    images = {SMALLEST: to_rgb(x, image_shape[-1], SMALLEST)}
    for larger in sides_between(SMALLEST, side):
        channels, layer = channels_at(larger, width), layers_at(larger) - 2
        x = layers.UpSampling2D(name=f"up_{larger}")(x)
        x = _convolution(x, channels, f"conv_{larger}_1")
        x = _epilogue(Blur(name=f"blur_{larger}")(x), styles, layer)
        x = _epilogue(_convolution(x, channels, f"conv_{larger}_2"), styles, layer + 1)
        images[larger] = to_rgb(x, image_shape[-1], larger)
    made = outputs(images, fading=fading, shown_side=shown_side)
    return keras.Model(styles, made, name="synthesis")


def _convolution(x, filters, name):
    return EqualizedConv2D(filters, 3, padding="same", use_bias=False, name=name)(x)


def _epilogue(x, styles, layer):
    x = PixelNoise(name=f"noise_{layer}")(x)
    x = ChannelBias(name=f"bias_{layer}")(x)
    x = layers.LeakyReLU(0.2, name=f"leaky_relu_{layer}")(x)
    style = EqualizedDense(2 * x.shape[-1], gain=1.0, name=f"style_{layer}")(styles[:, layer])
    return StyleNorm(name=f"norm_{layer}")([x, style])
