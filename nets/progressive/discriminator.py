"""The discriminator of ProGAN and StyleGAN, at any of its resolutions.

Reference: Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and
Variation, 2018, table 2.
"""

import keras
from keras import layers

from nets.blocks import short_side
from nets.progressive.channels import channels_at
from nets.progressive.sizes import SIZES, SMALLEST, sides_between
from tfgan_kit.layers import Blur, EqualizedConv2D, EqualizedDense, Fade, MinibatchDeviation


def discriminator(image_shape, *, width=1.0, group=4, fading=False, blur=False):
    """Returns a discriminator of images of one resolution.

    "from_rgb_R" makes maps of images of R x R; per halving two convolutions 3x3 and means of 2x2
    pixels; at 4x4 the deviation within groups of images, a convolution 3x3 and two dense layers.
    All but the last have LeakyReLU 0.2. Layers of one name are the same at every resolution.

    Args:
      image_shape: (side, side, channels); the side is a power of 2 from 4 to 1024.
      width: see `nets.progressive.channels.channels_at`.
      group: see `tfgan_kit.layers.MinibatchDeviation`.
      fading: whether the layers of the largest maps are being faded in: the next maps are then
        (1 - alpha) times those that the image of half the size gives plus alpha times those of
        these layers; see `tfgan_kit.layers.Fade`.
      blur: whether maps are blurred before they are halved, as in StyleGAN.

    Returns:
      A Keras model "discriminator" from "image" to "logits" (batch, 1), float32. The maps of
      smaller images that are not part of it are outputs, too, under the names of their layers: the
      network keeps all of its layers, and what nobody reads is not computed.

    Raises:
      UserError: for other image shapes.
    """
    side = short_side("progan", image_shape, SIZES)
    image = keras.Input(image_shape, name="image")
    x, smaller, kept = _from_rgb(image, side, width), image, {}
    for larger in reversed(sides_between(SMALLEST, side)):
        half = larger // 2
        x = _convolution(x, channels_at(larger, width), f"conv_{larger}_1")
        x = _convolution(x, channels_at(half, width), f"conv_{larger}_2")
        if blur:
            x = Blur(name=f"blur_{larger}")(x)
        x = layers.AveragePooling2D(2, name=f"down_{larger}")(x)
        smaller = layers.AveragePooling2D(2, name=f"image_{half}")(smaller)
        old = _from_rgb(smaller, half, width)
        if fading and larger == side:
            x = Fade(name="fade")([old, x])
        else:
            kept[f"from_rgb_{half}"] = old
    channels = channels_at(SMALLEST, width)
    x = MinibatchDeviation(group, name="deviation")(x)
    x = _convolution(x, channels, f"conv_{SMALLEST}")
    x = layers.Flatten(name="flatten")(x)
    x = EqualizedDense(channels, name="dense")(x)
    x = layers.LeakyReLU(0.2, name="dense_leaky_relu")(x)
    logits = EqualizedDense(1, gain=1.0, dtype="float32", name="logits")(x)
    return keras.Model(image, kept | {"logits": logits}, name="discriminator")


def _convolution(x, filters, name, size=3):
    x = EqualizedConv2D(filters, size, padding="same", name=name)(x)
    return layers.LeakyReLU(0.2, name=f"{name}_leaky_relu")(x)


def _from_rgb(image, side, width):
    return _convolution(image, channels_at(side, width), f"from_rgb_{side}", size=1)
