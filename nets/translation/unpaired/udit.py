"""The content encoder and decoder of UDIT, which keep where the details of an image were.

Reference: a thesis of the Universitat Autonoma de Barcelona on unpaired diverse translation,
chapter 5. It adds to MUNIT maximum pooling whose indices the decoder un-pools with. The decoder's
layers after the residual blocks are ours.
"""

import keras
from keras import layers

from nets.translation.residual import Parts
from nets.translation.unpaired.styled import restyled
from tfgan_kit.layers import MaxPoolIndices, MaxUnpool

POOLS = 3


def content_encoder(channels, *, blocks=6, filters=64, size=3):
    """Returns the encoder of the content: (c7s1, pool) 64, 128, 256, R256 times `blocks`.

    Instance normalisation and ReLU follow each convolution, then maximum pooling 2x2.

    Args:
      channels: channels of the image.
      blocks: residual blocks.
      filters: channels of the first map.
      size: of the kernels in the residual blocks; the thesis prints 7.

    Returns:
      A Keras model: {"image": (batch, height, width, channels)} to "content": (batch, height / 8,
      width / 8, 4 * filters), float32, and "indices_1" to "indices_3", int32 in 0 to 3: which pixel
      of 2x2 was the maximum, (batch, height / 2**k, width / 2**k, filters * 2**(k - 1)). Both sides
      must divide by 8.
    """
    parts = Parts("instance", initializer=keras.initializers.HeNormal)
    x = image = keras.Input((None, None, channels), name="image")
    outputs = {}
    for i in range(1, POOLS + 1):
        x = parts.same(x, filters * 2 ** (i - 1), f"conv_{i}", 7)
        x, outputs[f"indices_{i}"] = MaxPoolIndices(name=f"indices_{i}")(x)
    for i in range(1, blocks + 1):
        x = parts.residual(x, f"block_{i}", size)
    outputs["content"] = layers.Activation("linear", dtype="float32", name="content")(x)
    return keras.Model({"image": image}, outputs, name="content_encoder")


def decoder(channels, *, style_size=8, blocks=4, filters=64, units=256):
    """Returns the decoder: R256 with AdaIN times `blocks`, three times un-pooled, tanh.

    Convolutions 5x5 with layer normalisation, as MUNIT's, follow the first two un-poolings; c7s1-3
    follows the last.

    Args:
      channels: channels of the image.
      style_size, blocks, units: see `nets.translation.unpaired.munit.decoder`.
      filters: channels of the last map.

    Returns:
      A Keras model: {"content": (batch, h, w, 4 * filters), "style": (batch, style_size),
      "indices_1", ..., "indices_3"}, with the indices of the image that the content is of, to
      "image": (batch, 8 * h, 8 * w, channels) in [-1, 1].
    """
    parts = Parts("layer", initializer=keras.initializers.HeNormal)
    content = keras.Input((None, None, filters * 2 ** (POOLS - 1)), name="content")
    style = keras.Input((style_size,), name="style")
    inputs = {"content": content, "style": style}
    x = restyled(content, style, blocks=blocks, units=units)
    for i in range(POOLS, 0, -1):
        width, name = filters * 2 ** (i - 1), f"indices_{i}"
        inputs[name] = keras.Input((None, None, width), dtype="int32", name=name)
        if x.shape[-1] != width:
            x = parts.same(x, width, f"up_{i}", 5)
        x = MaxUnpool(name=f"unpool_{i}")([x, inputs[name]])
    return keras.Model(inputs, {"image": parts.last(x, channels)}, name="decoder")
