"""Encoders and decoders of modalities, any of which go together.

Reference: Wang, van de Weijer & Herranz, Mix and match networks: encoder-decoder alignment for
zero-pair image translation, 2018; the layers are those of Badrinarayanan et al., SegNet: A Deep
Convolutional Encoder-Decoder Architecture for Image Segmentation, 2017. Unlike theirs, convolutions
before a normalisation have no bias, as it would cancel it.
"""

import keras
from keras import layers

from nets.blocks import conv2d
from nets.translation.blocks import has_bias
from tfgan_kit.layers import MaxPoolIndices, MaxUnpool, normalization

SIDES = ("indices", "skip", "none")


def encoder(channels, filters, convolutions, *, norm="batch", side="indices"):
    """Returns an encoder: at each level convolutions 3x3 with ReLU, then maximum pooling 2x2.

    Args:
      channels: of the input.
      filters: channels of each level, first to last.
      convolutions: number of convolutions of each level.
      norm: "batch", "layer", "instance" or "none", before each ReLU.
      side: what a decoder is told beside the latent, one of `SIDES`: which pixels were the maxima,
        the maps before pooling, or nothing.

    Returns:
      A Keras model: {"input": (batch, height, width, channels)} to "latent": (batch,
      height / 2**levels, width / 2**levels, filters[-1]), float32, and for each level k from 1
      "side_k": int32 indices 0 to 3 of half the level's sides, or its map. Both sides must divide
      by 2**levels.
    """
    x = given = keras.Input((None, None, channels), name="input")
    outputs = {}
    for k, (width, count) in enumerate(zip(filters, convolutions, strict=True), start=1):
        for i in range(1, count + 1):
            x = _convolved(x, width, f"{k}_{i}", norm)
        full, (x, indices) = x, MaxPoolIndices(name=f"pool_{k}")(x)
        if side != "none":
            outputs[f"side_{k}"] = indices if side == "indices" else full
    outputs["latent"] = layers.Activation("linear", dtype="float32", name="latent")(x)
    return keras.Model({"input": given}, outputs, name="encoder")


def decoder(channels, filters, convolutions, *, norm="batch", side="indices"):
    """Returns the mirrored decoder: at each level, last to first, doubled sides and convolutions.

    Sides are doubled by un-pooling with the indices of the encoder that made the latent, or else to
    the nearest neighbour, with the encoder's maps joined for "skip". The last convolution of a
    level has the channels of the next one; that of the first level is the output.

    Args:
      channels: of the output.
      filters, convolutions, norm, side: see `encoder`.

    Returns:
      A Keras model: {"latent", "side_1", ...}, see `encoder`, to "output": float32 (batch, height,
      width, channels), linear.
    """
    x = latent = keras.Input((None, None, filters[-1]), name="latent")
    inputs = {"latent": latent}
    for k in range(len(filters), 0, -1):
        width, below = filters[k - 1], filters[k - 2] if k > 1 else channels
        if side == "indices":
            inputs[f"side_{k}"] = given = keras.Input(
                (None, None, width), dtype="int32", name=f"side_{k}"
            )
            x = MaxUnpool(name=f"unpool_{k}")([x, given])
        else:
            x = layers.UpSampling2D(name=f"up_{k}")(x)
        if side == "skip":
            inputs[f"side_{k}"] = given = keras.Input((None, None, width), name=f"side_{k}")
            x = layers.Concatenate(name=f"joined_{k}")([x, given])
        for i in range(1, convolutions[k - 1] + 1):
            last = i == convolutions[k - 1]
            if last and k == 1:
                break
            x = _convolved(x, below if last else width, f"{k}_{i}", norm)
    return keras.Model(inputs, {"output": _last(x, channels, "linear")}, name="decoder")


def image_decoder(channels, filters, *, norm="batch"):
    """Returns the decoder of images, which is told nothing beside the latent.

    Indices would leave a grid in images. At each level, last to first: doubled sides, to the
    nearest neighbour, and one convolution 3x3 with the channels of the next level.

    Args:
      channels: of the image.
      filters, norm: see `encoder`.

    Returns:
      A Keras model: {"latent": (batch, h, w, filters[-1])} to "output": float32 in [-1, 1].
    """
    x = latent = keras.Input((None, None, filters[-1]), name="latent")
    for k in range(len(filters), 0, -1):
        x = layers.UpSampling2D(name=f"up_{k}")(x)
        if k > 1:
            x = _convolved(x, filters[k - 2], f"{k}_1", norm)
    return keras.Model({"latent": latent}, {"output": _last(x, channels, "tanh")}, name="decoder")


def critic(channels, filters, count):
    """Returns the discriminator: convolutions 5x5 of stride 2, LeakyReLU 0.2, and 1x1 to a logit.

    Batch normalisation precedes each LeakyReLU but the first.

    Args:
      channels: of the image.
      filters: channels of the first map; each further one has twice as many.
      count: number of convolutions of stride 2.

    Returns:
      A Keras model: {"image": (batch, height, width, channels)} to "logits": float32 (batch,
      height / 2**count, width / 2**count, 1).
    """
    x = image = keras.Input((None, None, channels), name="image")
    for k in range(count):
        x = _convolution(filters * 2**k, 5, f"conv_{k + 1}", strides=2, use_bias=not k)(x)
        if k:
            x = normalization("batch", name=f"norm_{k + 1}")(x)
        x = layers.LeakyReLU(0.2, name=f"leaky_relu_{k + 1}")(x)
    logits = _convolution(1, 1, "logits", dtype="float32")(x)
    return keras.Model({"image": image}, {"logits": logits}, name="discriminator")


def fusion(count, channels):
    """Returns a network without weights that adds up latents.

    Args:
      count: number of latents.
      channels: of each.

    Returns:
      A Keras model: {"latent_1", ..., "weights": (batch, count)} to "latent": their weighted sum.
    """
    shapes = {f"latent_{i}": (None, None, channels) for i in range(1, count + 1)}
    inputs = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    weights = keras.Input((count,), name="weights")
    shares = layers.Reshape((count, 1, 1, 1), name="shares")(weights)
    parts = [
        layers.Multiply(name=f"part_{i}")([latent, shares[:, i - 1]])
        for i, latent in enumerate(inputs.values(), start=1)
    ]
    latent = layers.Add(name="latent", dtype="float32")(parts)
    return keras.Model(inputs | {"weights": weights}, {"latent": latent}, name="fusion")


def _convolved(x, width, name, norm):
    x = _convolution(width, 3, f"conv_{name}", use_bias=has_bias(norm, affine=True))(x)
    x = normalization(norm, name=f"norm_{name}")(x)
    return layers.ReLU(name=f"relu_{name}")(x)


def _convolution(width, size, name, **keywords):
    """A convolution with initial weights after He et al. 2015."""
    return conv2d(width, size, kernel_initializer="he_normal", name=name, **keywords)


def _last(x, channels, activation):
    x = _convolution(channels, 3, "last", dtype="float32")(x)
    return layers.Activation(activation, dtype="float32", name="output")(x)
