"""AlexNet with the heads of LPIPS v0.1."""

import keras
from keras import layers

from tfgan_kit.extractors.lpips_network import SCALE, SHIFT, LpipsNetwork, head_shapes, heads
from tfgan_kit.extractors.published import DOWNLOADS
from tfgan_kit.extractors.weights import Published, digest, read_npz

NAME = "alexnet-lpips"
PUBLISHED = Published(
    NAME,
    DOWNLOADS[NAME].output,
    "e70d9dac2fa45c05e35ef76e278c497cc515da440410716f0168ddae1cd6552c",
)
# For each convolution: filters, size, strides, padding on each side, and whether pooling follows.
CONVOLUTIONS = (
    (64, 11, 4, 2, True),
    (192, 5, 1, 2, True),
    (384, 3, 1, 1, False),
    (256, 3, 1, 1, False),
    (256, 3, 1, 1, False),
)


def load(weights=None) -> LpipsNetwork:
    """Returns torchvision's AlexNet (Krizhevsky 2014), with outputs after each of five ReLUs.

    Args:
      weights: an .npz with "AlexNet_0/Conv_i/kernel" (height, width, in, out) and ".../bias", and
        "NetLinLayer_i/Conv_0/kernel" (1, 1, channels, 1), i from 0 to 4; None for the file in the
        folder that `TFGAN_KIT_WEIGHTS` names.

    Raises:
      UserError: if the weights are missing, damaged or from another network.
    """
    path = PUBLISHED.locate(weights)
    arrays = read_npz(path, _shapes())
    model = _build(arrays)
    return LpipsNetwork(
        name=NAME,
        maps=lambda images: model((images - SHIFT) / SCALE, training=False),
        heads=heads(arrays),
        smallest=31,
        digest=digest(arrays),
        warnings=PUBLISHED.warnings(path, arrays),
    )


def _shapes():
    shapes, before = {}, 3
    for i, (filters, size, *_) in enumerate(CONVOLUTIONS):
        shapes[f"AlexNet_0/Conv_{i}/kernel"] = (size, size, before, filters)
        shapes[f"AlexNet_0/Conv_{i}/bias"] = (filters,)
        before = filters
    return shapes | head_shapes([filters for filters, *_ in CONVOLUTIONS])


def _build(arrays):
    x = images = keras.Input((None, None, 3), dtype="float32")
    maps = []
    for i, (filters, size, strides, padding, pooled) in enumerate(CONVOLUTIONS):
        x = layers.ZeroPadding2D(padding, dtype="float32")(x)
        convolution = layers.Conv2D(
            filters,
            size,
            strides,
            activation="relu",
            kernel_initializer="zeros",
            trainable=False,
            dtype="float32",
        )
        x = convolution(x)
        maps.append(x)
        prefix = f"AlexNet_0/Conv_{i}"
        convolution.set_weights([arrays[f"{prefix}/kernel"], arrays[f"{prefix}/bias"]])
        if pooled:
            x = layers.MaxPooling2D(3, 2, dtype="float32")(x)
    return keras.Model(images, maps, trainable=False)
