"""The U-Net of pix2pix: an encoder and a decoder joined at every map size.

Reference: Isola et al., Image-to-Image Translation with Conditional Adversarial Networks, 2017,
appendix 6.1.1.
"""

import keras
from keras import layers

from nets.blocks import conv2d, generator_model
from nets.translation.blocks import has_bias, initial, normalized, tanh_image
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Conv2DTranspose, NoiseDropout

_DROPPED_LEVELS = 3


def generator(
    input_channels,
    channels,
    *,
    size,
    filters=64,
    norm="instance",
    affine=False,
    skips=True,
    noise=0.0,
):
    """Returns a U-Net that goes down to a map of 1x1 for images of `size`, and up again.

    All convolutions are 4x4 of stride 2: `filters`, twice, four times, then eight times as many
    channels at every further level. Neither the first map nor the last, the bottleneck, is
    normalised. Weights start as N(0, 0.02).

    Other images than those of `size` pass as well, if both sides divide by `size`.

    Args:
      input_channels: channels of the input image.
      channels: channels of the output image.
      size: a power of two, at least 4; log2(size) levels.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".
      affine: whether instance normalisation has a factor and an offset per channel.
      skips: whether the map of the same size on the way down is joined to each one on the way up.
      noise: rate of the dropout of the first three maps on the way up, which is never off; 0.5 in
        the paper.

    Returns:
      A Keras model: {"input": (batch, height, width, input_channels)}, and with noise also "seed",
      int64 (batch,), to "features_1", ..., one per map on the way down, then one per map on the way
      up before it is joined, all before their activation; and "image", (batch, height, width,
      channels) in [-1, 1].

    Raises:
      UserError: if the size is no such power or the normalisation is unknown.
    """
    if size < 4 or size & (size - 1):
        raise UserError(
            f"network 'unet' does not support size {size}; choose a power of two of at least 4"
        )
    widths = [filters * min(2**level, 8) for level in range(size.bit_length() - 1)]
    bias = has_bias(norm, affine=affine)
    inputs = {"input": keras.Input((None, None, input_channels), name="input")}
    if noise:
        inputs["seed"] = keras.Input((), dtype="int64", name="seed")
    x, down = inputs["input"], []
    for level, width in enumerate(widths, start=1):
        if level > 1:
            x = layers.LeakyReLU(0.2, name=f"down_{level}_leaky_relu")(x)
        x = conv2d(
            width,
            4,
            strides=2,
            use_bias=bias,
            kernel_initializer=initial(),
            name=f"down_{level}_conv",
        )(x)
        if 1 < level < len(widths):
            x = normalized(x, norm, f"down_{level}_norm", affine=affine)
        down.append(x)
    up = []
    for number, level in enumerate(range(len(widths) - 1, 0, -1), start=1):
        x = layers.ReLU(name=f"up_{level}_relu")(x)
        x = _doubled(x, widths[level - 1], use_bias=bias, name=f"up_{level}_conv")
        x = normalized(x, norm, f"up_{level}_norm", affine=affine)
        if noise and number <= _DROPPED_LEVELS:
            x = NoiseDropout(noise, number, name=f"dropout_{number}")([x, inputs["seed"]])
        up.append(x)
        if skips:
            x = layers.Concatenate(name=f"up_{level}_joined")([x, down[level - 1]])
    x = layers.ReLU(name="output_relu")(x)
    x = _doubled(x, channels, name="output")
    return generator_model(inputs, [*down, *up], tanh_image(x))


def _doubled(x, filters, **kwargs):
    return Conv2DTranspose(
        filters, 4, strides=2, padding="same", kernel_initializer=initial(), **kwargs
    )(x)
