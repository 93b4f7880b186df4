"""Encoders and decoders of domains, any of which go together: they pool, and undo it.

Reference: Wang, van de Weijer & Herranz, Mix and match networks: encoder-decoder alignment for
zero-pair image translation, 2018; the layers are those of tables A.7 to A.9 in Wang's doctoral
thesis, Universitat Autònoma de Barcelona.
"""

import keras
from keras import layers

from nets.translation.residual import Parts
from tfgan_kit.layers import MaxPoolIndices, MaxUnpool


def encoder(channels, *, pools=3, blocks=6, filters=64, size=3, side="indices"):
    """Returns an encoder: (c7s1, pool) 64, 128, 256, R256 times `blocks`.

    Instance normalisation and ReLU follow each convolution, then maximum pooling 2x2.

    Args:
      channels: of the image.
      pools: how often both sides are halved.
      blocks: residual blocks.
      filters: channels of the first map; each further one has twice as many.
      size: of the kernels in the residual blocks; the thesis prints 7.
      side: what a decoder is told beside the latent, one of `nets.transfer.segnet.SIDES`.

    Returns:
      A Keras model: {"input": (batch, height, width, channels)} to "latent": (batch,
      height / 2**pools, width / 2**pools, filters * 2**(pools - 1)), float32, and for each pooling
      k from 1 "side_k": int32 indices 0 to 3 of half the map's sides, or the map before it. Both
      sides must divide by 2**pools.
    """
    parts = _parts()
    x = given = keras.Input((None, None, channels), name="input")
    outputs = {}
    for k in range(1, pools + 1):
        full = parts.first(x, filters * 2 ** (k - 1), f"conv_{k}")
        x, indices = MaxPoolIndices(name=f"pool_{k}")(full)
        if side != "none":
            outputs[f"side_{k}"] = indices if side == "indices" else full
    for i in range(1, blocks + 1):
        x = parts.residual(x, f"block_{i}", size)
    outputs["latent"] = layers.Activation("linear", dtype="float32", name="latent")(x)
    return keras.Model({"input": given}, outputs, name="encoder")


def decoder(channels, *, pools=3, blocks=6, filters=64, size=3, side="indices"):
    """Returns the mirrored decoder: R256 times `blocks`, three times doubled with c7s1, tanh.

    Sides are doubled by un-pooling with the indices of the encoder that made the latent, or else to
    the nearest neighbour, with the encoder's maps joined for "skip".

    Args:
      channels, pools, blocks, filters, size, side: see `encoder`.

    Returns:
      A Keras model: {"latent", "side_1", ...}, see `encoder`, to "image": (batch, height, width,
      channels) in [-1, 1], float32.
    """
    parts, width = _parts(), filters * 2 ** (pools - 1)
    x = latent = keras.Input((None, None, width), name="latent")
    inputs = {"latent": latent}
    for i in range(1, blocks + 1):
        x = parts.residual(x, f"block_{i}", size)
    for k in range(pools, 0, -1):
        own = (None, None, filters * 2 ** (k - 1))
        if side == "indices":
            inputs[f"side_{k}"] = given = keras.Input(own, dtype="int32", name=f"side_{k}")
            x = MaxUnpool(name=f"unpool_{k}")([x, given])
        else:
            x = layers.UpSampling2D(name=f"up_{k}")(x)
        if side == "skip":
            inputs[f"side_{k}"] = given = keras.Input(own, name=f"side_{k}")
            x = layers.Concatenate(name=f"joined_{k}")([x, given])
        if k > 1:
            x = parts.first(x, filters * 2 ** (k - 2), f"conv_{k}")
    return keras.Model(inputs, {"image": parts.last(x, channels)}, name="decoder")


def _parts():
    return Parts("instance", initializer=keras.initializers.HeNormal)
