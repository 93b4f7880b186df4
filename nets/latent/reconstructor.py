"""Networks that see along which direction, and how far, a generator's latent was moved.

Reference: Voynov & Babenko, Unsupervised Discovery of Interpretable Directions in the GAN Latent
Space, 2020, section 3.2; layers as in the authors' code.
"""

import keras
from keras import layers

from nets.blocks import conv2d, scaled
from tfgan_kit.errors import UserError
from tfgan_kit.layers import Conv2D, normalization

LENET_SIDE = 32  # The smallest side that its three convolutions take.
LARGEST_SIDE = 64  # Above it, images are pooled.


def reconstructor(kind, image_shape, count, *, width=1.0):
    """Returns a reconstructor.

    Images larger than 64 pixels are pooled to at most that by their mean. "lenet" adds zeros around
    those smaller than 32.

    Args:
      kind: "lenet": 5x5 convolutions with 6, 16 and 120 channels and no padding, the first two
        followed by max pooling, their mean over the positions, and two heads with 84 hidden units
        each. "resnet18": ResNet-18, the mean of whose last maps goes to two dense layers. Batch
        normalisation and ReLU follow each layer but the last.
      image_shape: (height, width, channels).
      count: K, number of directions.
      width: factor on all channel counts.

    Returns:
      A Keras model "reconstructor" from {"before": (batch, *image_shape), "after": the same} to
      {"logits": (batch, K), "eps": (batch, 1)}, both float32.

    Raises:
      UserError: if the examples are no images.
    """
    if len(image_shape) != 3:
        raise UserError(
            f"a reconstructor compares images, these are points of {image_shape[0]} numbers; name "
            "a generator of images"
        )
    inputs = {name: keras.Input(image_shape, name=name) for name in ("before", "after")}
    x = layers.Concatenate(name="images")(list(inputs.values()))
    factor = -(-max(image_shape[:2]) // LARGEST_SIDE)
    if factor > 1:
        x = layers.AveragePooling2D(factor, name="smaller")(x)
    hidden = scaled(84, width) if kind == "lenet" else 0
    x = _lenet(x, width) if kind == "lenet" else _resnet18(x, width)
    outputs = {"logits": _head(x, hidden, count, "logits"), "eps": _head(x, hidden, 1, "eps")}
    return keras.Model(inputs, outputs, name="reconstructor")


def _lenet(x, width):
    lacking = [max(0, LENET_SIDE - side) for side in x.shape[1:3]]
    if any(lacking):
        around = [(each // 2, each - each // 2) for each in lacking]
        x = layers.ZeroPadding2D(around, name="around")(x)
    for i, channels in enumerate((6, 16, 120), start=1):
        x = Conv2D(scaled(channels, width), 5, use_bias=False, name=f"conv_{i}")(x)
        x = _normalized(x, f"conv_{i}")
        if i < 3:
            x = layers.MaxPooling2D(2, name=f"pool_{i}")(x)
    return layers.GlobalAveragePooling2D(name="mean")(x)


def _resnet18(x, width):
    x = conv2d(scaled(64, width), 7, strides=2, use_bias=False, name="conv_1")(x)
    x = _normalized(x, "conv_1")
    x = layers.MaxPooling2D(3, 2, padding="same", name="pool_1")(x)
    for stage, channels in enumerate((64, 128, 256, 512), start=1):
        for block in (1, 2):
            strides = 2 if stage > 1 and block == 1 else 1
            x = _block(x, scaled(channels, width), strides, f"block_{stage}_{block}")
    return layers.GlobalAveragePooling2D(name="mean")(x)


def _block(x, channels, strides, name):
    """Two 3x3 convolutions beside a shortcut (He et al. 2016, figure 2)."""
    shortcut = x
    if strides > 1:
        shortcut = conv2d(channels, 1, strides=strides, use_bias=False, name=f"{name}_shortcut")(x)
        shortcut = normalization("batch", name=f"{name}_shortcut_norm")(shortcut)
    x = conv2d(channels, 3, strides=strides, use_bias=False, name=f"{name}_1")(x)
    x = _normalized(x, f"{name}_1")
    x = conv2d(channels, 3, use_bias=False, name=f"{name}_2")(x)
    x = normalization("batch", name=f"{name}_2_norm")(x)
    return layers.ReLU(name=name)(layers.Add(name=f"{name}_sum")([x, shortcut]))


def _head(x, hidden, units, name):
    if hidden:
        x = layers.Dense(hidden, use_bias=False, name=f"{name}_hidden")(x)
        x = _normalized(x, f"{name}_hidden")
    return layers.Dense(units, dtype="float32", name=name)(x)


def _normalized(x, name):
    return layers.ReLU(name=f"{name}_relu")(normalization("batch", name=f"{name}_norm")(x))
