"""MUNIT: the content of an image is a map, its style a vector; a decoder joins them.

Reference: Huang et al., Multimodal Unsupervised Image-to-Image Translation, 2018, appendix B.2,
with the paddings of the released code. Weights start as He et al. 2015 propose.
"""

import keras
from keras import layers

from nets.translation.residual import Parts
from nets.translation.unpaired.styled import restyled

_DOWNS = 2
_STYLE_DOWNS = 4


def content_encoder(channels, *, blocks=4, downs=_DOWNS, filters=64):
    """Returns the encoder of the content: c7s1-64, 4x4 s2 128, 256, R256 times `blocks`.

    Instance normalisation follows each convolution and removes the style; all pad by reflection.

    Args:
      channels: channels of the image.
      blocks: residual blocks.
      downs: convolutions of stride 2, each of which doubles the channels.
      filters: channels of the first map.

    Returns:
      A Keras model: {"image": (batch, height, width, channels)} to "content": (batch, height / 4,
      width / 4, 4 * filters), float32. Both sides must divide by 4, or by 2**downs.
    """
    parts = Parts("instance", initializer=keras.initializers.HeNormal)
    image = keras.Input((None, None, channels), name="image")
    x = parts.first(image, filters, "first")
    for i in range(1, downs + 1):
        x = parts.down_4(x, filters * 2**i, f"down_{i}")
    for i in range(1, blocks + 1):
        x = parts.residual(x, f"block_{i}")
    content = layers.Activation("linear", dtype="float32", name="content")(x)
    return keras.Model({"image": image}, {"content": content}, name="content_encoder")


def style_encoder(channels, *, style_size=8, downs=_STYLE_DOWNS, filters=64):
    """Returns the encoder of the style: c7s1-64, 4x4 s2 128, 256, 256, 256, mean, 1x1 to 8.

    It has no normalisation, which would remove the means and deviations that are the style. Its
    output is unbounded; the styles of real images shall be distributed as N(0, 1).

    Args:
      channels: channels of the image.
      style_size: length of a style.
      downs: convolutions of stride 2.
      filters: channels of the first map.

    Returns:
      A Keras model: {"image": (batch, height, width, channels)} to "style": (batch, style_size),
      float32, for images of any size with at least 2**downs pixels a side.
    """
    parts = Parts("none", initializer=keras.initializers.HeNormal)
    image = keras.Input((None, None, channels), name="image")
    x = parts.first(image, filters, "first")
    for i in range(1, downs + 1):
        x = parts.down_4(x, filters * min(2**i, 4), f"down_{i}")
    x = layers.GlobalAveragePooling2D(dtype="float32", name="mean")(x)
    initializer = keras.initializers.HeNormal()
    style = layers.Dense(
        style_size, kernel_initializer=initializer, dtype="float32", name="style_dense"
    )(x)
    style = layers.Activation("linear", dtype="float32", name="style")(style)
    return keras.Model({"image": image}, {"style": style}, name="style_encoder")


def decoder(channels, *, style_size=8, blocks=4, downs=_DOWNS, norm="layer", filters=64, units=256):
    """Returns the decoder: R256 with AdaIN times `blocks`, then twice up, c7s1-3, tanh.

    A step up repeats each pixel 2x2 times and convolves 5x5, with layer normalisation, which keeps
    the means and deviations of the style apart, unlike instance normalisation.

    Args:
      channels: channels of the image.
      style_size: length of a style.
      blocks: residual blocks; a network of dense layers computes the statistics of the two AdaIN
        layers in each from the style.
      downs: steps up, as many as the content encoder has down.
      norm: the normalisation of these.
      filters: channels of the last map.
      units: of the two hidden layers of that network.

    Returns:
      A Keras model: {"content": (batch, h, w, 4 * filters), "style": (batch, style_size)} to
      "image": (batch, 4 * h, 4 * w, channels) in [-1, 1]; with other `downs`, 2**downs for 4.
    """
    parts = Parts(norm, initializer=keras.initializers.HeNormal)
    content = keras.Input((None, None, filters * 2**downs), name="content")
    style = keras.Input((style_size,), name="style")
    x = restyled(content, style, blocks=blocks, units=units)
    for i in range(downs, 0, -1):
        x = layers.UpSampling2D(2, name=f"up_{i}_repeated")(x)
        x = parts.same(x, filters * 2 ** (i - 1), f"up_{i}", 5)
    inputs = {"content": content, "style": style}
    return keras.Model(inputs, {"image": parts.last(x, channels)}, name="decoder")
