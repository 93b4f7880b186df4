"""StarGAN: one generator for many domains, and a discriminator that also tells the domain.

Reference: Choi et al., StarGAN: Unified Generative Adversarial Networks for Multi-Domain
Image-to-Image Translation, 2018, appendix 7.2. As in the authors' code, borders are padded with
zeros, and instance normalisation has a factor and an offset per channel. Convolutions of the
generator have no bias, whatever the normalisation.
"""

import functools

import keras
from keras import layers

from nets.blocks import conv2d, discriminator_model, generator_model
from nets.translation.blocks import tanh_image
from tfgan_kit.layers import Conv2DTranspose, LabelMaps, normalization
from tfgan_kit.layers.normalization import removes_bias

_DOWNS = 2


def generator(channels, label_size, *, blocks=6, filters=64, norm="instance"):
    """Returns a residual generator whose input is joined with maps of the target's label.

    c7s1-64, two convolutions 4x4 of stride 2 to 128 and 256 channels, residual blocks, two
    transposed convolutions 4x4 of stride 2, c7s1-3 in the paper's notation.

    Args:
      channels: channels of the input and the output image.
      label_size: length of a label as a network input.
      blocks: residual blocks.
      filters: channels of the first map.
      norm: normalisation, see `tfgan_kit.layers.normalization`.

    Returns:
      A Keras model: {"input": (batch, height, width, channels), "label": (batch, label_size)} to
      "features_1", ..., one per map of another size and one per block, and "image", (batch, height,
      width, channels) in [-1, 1]. Height and width must divide by 4.
    """
    source = keras.Input((None, None, channels), name="input")
    label = keras.Input((label_size,), name="label")
    x = LabelMaps(name="joined")([source, label])
    norm = functools.partial(normalised, kind=norm)
    maps = down_path(x, filters, norm)
    for i in range(1, blocks + 1):
        maps.append(residual(maps[-1], f"block_{i}", norm))
    maps += up_path(maps[-1], filters, norm=norm)
    inputs = {"input": source, "label": label}
    return generator_model(inputs, maps, last(maps[-1], channels))


def normalised(x, name, kind="instance"):
    """Returns the normalisation of x, with a factor and an offset per channel."""
    return normalization(kind, f"{name}_norm")(x)


def down_path(x, filters, norm=normalised):
    """Returns the maps of c7s1-filters and of two steps down, as a list; see `residual`."""
    maps = [_activated(_convolution(x, filters, 7, "first"), "first", norm)]
    for i in range(1, _DOWNS + 1):
        x = _convolution(maps[-1], filters * 2**i, 4, f"down_{i}", strides=2)
        maps.append(_activated(x, f"down_{i}", norm))
    return maps


def residual(x, name, norm=normalised):
    """Returns x plus (a convolution 3x3, norm, ReLU, a convolution 3x3, norm) of x.

    Args:
      x: (batch, height, width, channels).
      name: of the block.
      norm: function from maps and a name to the normalised maps.
    """
    filters = x.shape[-1]
    y = norm(_convolution(x, filters, 3, f"{name}_1"), f"{name}_1")
    y = layers.ReLU(name=f"{name}_1_relu")(y)
    y = norm(_convolution(y, filters, 3, f"{name}_2"), f"{name}_2")
    return layers.Add(name=name)([x, y])


def up_path(x, filters, skips=(), norm=normalised):
    """Returns the maps of two steps up to `filters` channels, as a list.

    Args:
      x: (batch, height, width, channels).
      filters: channels of the last map.
      skips: maps of the way down that are joined to those of their size, from the largest on.
      norm: see `residual`.
    """
    maps = []
    for i in range(_DOWNS, 0, -1):
        name, width = f"up_{i}", filters * 2 ** (i - 1)
        settings = {"use_bias": False, "name": f"{name}_conv"}
        x = Conv2DTranspose(width, 4, strides=2, padding="same", **settings)(x)
        x = _activated(x, name, norm)
        if skips:
            x = layers.Concatenate(name=f"{name}_joined")([x, skips[i - 1]])
        maps.append(x)
    return maps


def last(x, channels):
    """Returns the image: a convolution 7x7 without bias, tanh."""
    return tanh_image(conv2d(channels, 7, use_bias=False, name="output")(x))


def discriminator(image_shape, classes, *, downs=6, filters=64, norm="none"):
    """Returns a discriminator with a map of logits, and logits of the classes.

    Convolutions 4x4 of stride 2 and LeakyReLU 0.01, each with twice the channels; a convolution 3x3
    to the source's logits; and a convolution with a kernel of the last map's size to those of the
    classes.

    Args:
      image_shape: (height, width, channels), both sides divisible by 2**downs.
      classes: number of classes or attributes.
      downs: number of convolutions of stride 2.
      filters: channels of the first map.
      norm: normalisation after all of these convolutions but the first; batch and instance
        normalisation take the place of their biases.

    Returns:
      A Keras model: {"image": (batch, *image_shape)} to "features_1", ..., one per convolution,
      "logits", (batch, height / 2**downs, width / 2**downs, 1), and "class_logits", (batch,
      classes). Logits are float32.
    """
    image = keras.Input(image_shape, name="image")
    x, features = image, []
    for i in range(downs):
        kind = norm if i else "none"
        bias, name = not removes_bias(kind), f"conv_{i + 1}"
        x = conv2d(filters * 2**i, 4, strides=2, use_bias=bias, name=name)(x)
        x = normalised(x, name, kind)
        x = layers.LeakyReLU(0.01, name=f"leaky_relu_{i + 1}")(x)
        features.append(x)
    logits = conv2d(1, 3, use_bias=False, dtype="float32", name="logits")(x)
    outputs = {"logits": logits, "class_logits": _vector_head(x, classes, "class_logits")}
    return discriminator_model({"image": image}, features, outputs)


def _vector_head(x, size, name):
    """Returns (batch, size), float32, of maps: a convolution with a kernel as large as they are."""
    settings = {"use_bias": False, "dtype": "float32", "name": f"{name}_conv"}
    x = layers.Conv2D(size, x.shape[1:3], **settings)(x)
    return layers.Reshape((size,), dtype="float32", name=name)(x)


def _convolution(x, filters, size, name, **kwargs):
    return conv2d(filters, size, use_bias=False, name=f"{name}_conv", **kwargs)(x)


def _activated(x, name, norm):
    return layers.ReLU(name=f"{name}_relu")(norm(x, name))
