"""The Inception network that FID is defined with (Heusel et al. 2017).

It is the network of Szegedy et al., Rethinking the Inception Architecture for Computer Vision,
2016, as published on 2015-12-05, and not the one of `keras.applications`: batch norm has no scale,
average pooling excludes the padding, and the last block uses max pooling.
"""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tfgan_kit.extractors.extractor import Extractor
from tfgan_kit.extractors.published import DOWNLOADS
from tfgan_kit.extractors.weights import Published, digest, read_npz

NAME = "inception-2015"
SIZE = (299, 299)
PUBLISHED = Published(
    NAME,
    DOWNLOADS[NAME].output,
    "b0d0fe677ed0e42b9d1ef828ef01f0f9dc7f7230051474185d209773211088e1",
)
EPSILON = 1e-3  # For batch norm.
LOGITS = "softmax/weight"
CLASSES = 1008


def load(weights=None, **settings) -> Extractor:
    """Returns the extractor of pool3: 2048 values, each the mean of an 8x8 map of the last layer.

    Args:
      weights: an .npz with "conv/weight" (height, width, in, out), "conv/beta", "conv/mean",
        "conv/var" and so on, named as in the published graph; None for the file in the folder
        that `TFGAN_KIT_WEIGHTS` names. With "softmax/weight" (2048, 1008) in it, the extractor also
        outputs probabilities: those of the logits without their bias, as in Salimans et al. 2016.
      settings: `resize` and `rounded` of the extractor.

    Raises:
      UserError: if the weights are missing, damaged or from another network.
    """
    path = PUBLISHED.locate(weights)
    model, convolutions = build()
    arrays = read_npz(path, _shapes(convolutions) | {LOGITS: (2048, CLASSES)}, {LOGITS})
    logits = arrays.pop(LOGITS, None)
    for name, layer in convolutions.items():
        layer.set_weights(_folded(arrays, name))

    def network(images):
        features = model((images - 128.0) / 128.0, training=False)
        if logits is None:
            return {"features": features}
        return {"features": features, "probabilities": tf.nn.softmax(features @ logits)}

    return Extractor(
        name=NAME,
        network=network,
        dimension=2048,
        description="pool3 of the Inception network of 2015-12-05",
        digest=digest(arrays),
        size=SIZE,
        classes=0 if logits is None else CLASSES,
        warnings=PUBLISHED.warnings(path, arrays),
        **settings,
    )


def build() -> tuple[keras.Model, dict[str, layers.Conv2D]]:
    """Returns the network, with zero kernels, and its convolutions by name.

    The network maps (b, height, width, 3) in [-1, 1], of at least 75x75, to (b, 2048).
    """
    convolutions = {}

    def convolve(x, name, filters, size, strides=1, padding="same"):
        # Batch norm is folded into the convolution, see `_folded`.
        layer = layers.Conv2D(
            filters,
            size,
            strides,
            padding,
            activation="relu",
            kernel_initializer="zeros",
            trainable=False,
            dtype="float32",
        )
        convolutions[name] = layer
        return layer(x)

    def chain(x, tower, *steps):
        """Convolutions `tower`/conv, /conv_1, ..., each given by its filters and size."""
        for i, step in enumerate(steps):
            x = convolve(x, f"{tower}/conv_{i}" if i else f"{tower}/conv", *step)
        return x

    x = images = keras.Input((None, None, 3), dtype="float32")
    x = convolve(x, "conv", 32, 3, 2, "valid")
    x = convolve(x, "conv_1", 32, 3, 1, "valid")
    x = convolve(x, "conv_2", 64, 3)
    x = _halve(x)
    x = convolve(x, "conv_3", 80, 1)
    x = convolve(x, "conv_4", 192, 3, 1, "valid")
    x = _halve(x)
    for block, pooled in (("mixed", 32), ("mixed_1", 64), ("mixed_2", 64)):
        towers = [
            chain(x, block, (64, 1)),
            chain(x, f"{block}/tower", (48, 1), (64, 5)),
            chain(x, f"{block}/tower_1", (64, 1), (96, 3), (96, 3)),
            chain(_average(x), f"{block}/tower_2", (pooled, 1)),
        ]
        x = _join(towers)
    towers = [
        chain(x, "mixed_3", (384, 3, 2, "valid")),
        chain(x, "mixed_3/tower", (64, 1), (96, 3), (96, 3, 2, "valid")),
        _halve(x),
    ]
    x = _join(towers)
    wide, high = (1, 7), (7, 1)
    for block, n in (("mixed_4", 128), ("mixed_5", 160), ("mixed_6", 160), ("mixed_7", 192)):
        twice = ((n, 1), (n, high), (n, wide), (n, high), (192, wide))
        towers = [
            chain(x, block, (192, 1)),
            chain(x, f"{block}/tower", (n, 1), (n, wide), (192, high)),
            chain(x, f"{block}/tower_1", *twice),
            chain(_average(x), f"{block}/tower_2", (192, 1)),
        ]
        x = _join(towers)
    last = (192, 3, 2, "valid")
    towers = [
        chain(x, "mixed_8/tower", (192, 1), (320, 3, 2, "valid")),
        chain(x, "mixed_8/tower_1", (192, 1), (192, wide), (192, high), last),
        _halve(x),
    ]
    x = _join(towers)
    for block, pool in (("mixed_9", _average), ("mixed_10", _maximum)):
        tower = convolve(x, f"{block}/tower_conv", 384, 1)
        tower_1 = convolve(x, f"{block}/tower_1_conv", 448, 1)
        tower_1 = convolve(tower_1, f"{block}/tower_1_conv_1", 384, 3)
        towers = [
            convolve(x, f"{block}/conv", 320, 1),
            convolve(tower, f"{block}/tower_mixed_conv", 384, (1, 3)),
            convolve(tower, f"{block}/tower_mixed_conv_1", 384, (3, 1)),
            convolve(tower_1, f"{block}/tower_1_mixed_conv", 384, (1, 3)),
            convolve(tower_1, f"{block}/tower_1_mixed_conv_1", 384, (3, 1)),
            convolve(pool(x), f"{block}/tower_2_conv", 192, 1),
        ]
        x = _join(towers)
    x = layers.GlobalAveragePooling2D(dtype="float32")(x)
    return keras.Model(images, x, trainable=False), convolutions


def _halve(x):
    return layers.MaxPooling2D(3, 2, dtype="float32")(x)


def _average(x):
    # TensorFlow averages over the pixels inside the image, as this network requires.
    return layers.AveragePooling2D(3, 1, "same", dtype="float32")(x)


def _maximum(x):
    return layers.MaxPooling2D(3, 1, "same", dtype="float32")(x)


def _join(towers):
    return layers.Concatenate(dtype="float32")(towers)


def _shapes(convolutions):
    shapes = {}
    for name, layer in convolutions.items():
        shapes[f"{name}/weight"] = tuple(layer.kernel.shape)
        shapes |= {f"{name}/{part}": (layer.filters,) for part in ("beta", "mean", "var")}
    return shapes


def _folded(arrays, name):
    """Kernel and bias of a convolution with its batch norm folded in."""
    kernel, beta, mean, var = (arrays[f"{name}/{p}"] for p in ("weight", "beta", "mean", "var"))
    scale = 1.0 / np.sqrt(var.astype(np.float64) + EPSILON)
    return kernel * scale, beta - mean * scale
