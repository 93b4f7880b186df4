"""The generator of Scribbler, which paints sketches; that of TextureGAN has the same layers.

References: Sangkloy et al., Scribbler: Controlling Deep Image Synthesis with Sketch and Color,
2017, section 3.2. Xian et al., TextureGAN: Controlling Deep Image Synthesis with Texture Patches,
2018, section 3, and its released code, from which the widths are.
"""

import keras
from keras import layers

from nets.blocks import conv2d, generator_model
from nets.translation.blocks import initial, normalized, tanh_image
from tfgan_kit.layers import BilinearUpsampling, Overlaid

_DOWNS = 3
_MIDDLE_BLOCKS = 5


def generator(input_channels, channels, *, filters=32, norm="batch", strokes=False):
    """Returns the network that paints a sketch.

    Weights start as N(0, 0.02). The released network normalises the image; this one ends in tanh.

    Args:
      input_channels: channels of the sketch, into which strokes may have been drawn.
      channels: channels of the output image.
      filters: channels of the first map.
      norm: "batch", "layer", "instance" or "none".
      strokes: whether there is an input "strokes" of colour strokes with alpha, which are drawn
        over the sketch; see `tfgan_kit.layers.Overlaid`.

    Returns:
      A Keras model: {"input": (batch, height, width, input_channels)}, and "strokes": (batch,
      height, width, channels + 1) if there are some, to "features_1", ..., one per residual block,
      and "image": (batch, height, width, channels) in [-1, 1]. Height and width must divide by 8.

    Raises:
      UserError: if the normalisation is unknown.
    """
    x = keras.Input((None, None, input_channels), name="input")
    inputs = {"input": x}
    if strokes:
        inputs["strokes"] = keras.Input((None, None, channels + 1), name="strokes")
        x = Overlaid(name="drawn_over")([x, inputs["strokes"]])
    return generator_model(inputs, *painted(x, channels, filters=filters, norm=norm))


def painted(source, channels, *, filters, norm, rejoin_input=False):
    """Returns the maps of the residual blocks as a list, and the image.

    The network takes three steps down and three bilinear steps up. There are 32 channels at full
    size, twice as many at every step down, 256 at the smallest. Each size has residual blocks: one
    on the way down, five at the smallest, two on the way up. All convolutions are 3x3.

    Args:
      source: (batch, height, width, channels'), the sketch and what the user has drawn into it.
      channels: see `generator`.
      filters: see `generator`.
      norm: see `generator`.
      rejoin_input: whether the source is joined to the map before the last residual block, as in
        TextureGAN.
    """

    def convolution(x, filters, name, strides=1):
        # As in the released network, each one has a bias, whatever normalises it.
        x = conv2d(filters, 3, strides=strides, kernel_initializer=initial(), name=f"{name}_conv")(
            x
        )
        return normalized(x, norm, f"{name}_norm")

    def activated(x, name):
        return layers.ReLU(name=f"{name}_relu")(x)

    features = []

    def block(x):
        name = f"block_{len(features) + 1}"
        y = activated(convolution(x, x.shape[-1], f"{name}_1"), f"{name}_1")
        y = convolution(y, x.shape[-1], f"{name}_2")
        x = activated(layers.Add(name=name)([x, y]), name)
        features.append(x)
        return x

    x = block(activated(convolution(source, filters, "first"), "first"))
    for i in range(1, _DOWNS + 1):
        x = activated(convolution(x, filters * 2**i, f"down_{i}", strides=2), f"down_{i}")
        for _ in range(_MIDDLE_BLOCKS if i == _DOWNS else 1):
            x = block(x)
    for i in range(_DOWNS, 0, -1):
        x = activated(convolution(x, filters * 2 ** (i - 1), f"up_{i}"), f"up_{i}")
        x = BilinearUpsampling(name=f"up_{i}")(x)
        x = block(x)
        if i > 1:
            x = block(x)
    x = normalized(x, norm, "last_norm")
    if rejoin_input:
        x = layers.Concatenate(name="rejoined")([x, source])
    x = block(x)
    x = conv2d(channels, 3, kernel_initializer=initial(), name="output")(x)
    return features, tanh_image(x)
