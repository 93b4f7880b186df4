"""Residual blocks that give a content the statistics of a style.

Reference: Huang et al., Multimodal Unsupervised Image-to-Image Translation, 2018, section 5.1.
"""

import keras
from keras import layers

from tfgan_kit.layers import AdaIN, Conv2D, ReflectionPadding2D

_HIDDEN = 2


def restyled(content, style, *, blocks, units):
    """Returns the content after residual blocks with AdaIN in the place of normalisation.

    Two hidden layers of the style with ReLU and an output layer for each AdaIN give the means and
    deviations of all its channels. The released code has one output layer for all AdaIN together,
    which is the same network.

    Args:
      content: (batch, h, w, channels).
      style: (batch, style_size).
      blocks: number of residual blocks of two AdaIN each.
      units: of each hidden layer.
    """
    hidden = style
    for i in range(1, _HIDDEN + 1):
        hidden = _dense(units, f"style_{i}", activation="relu")(hidden)

    def convolved(x, name):
        filters = x.shape[-1]
        x = ReflectionPadding2D(1, name=f"{name}_padding")(x)
        initializer = keras.initializers.HeNormal()
        x = Conv2D(filters, 3, kernel_initializer=initializer, name=f"{name}_conv")(x)
        statistics = _dense(2 * filters, f"{name}_statistics")(hidden)
        return AdaIN(name=f"{name}_adain")([x, statistics])

    x = content
    for i in range(1, blocks + 1):
        y = layers.ReLU(name=f"block_{i}_1_relu")(convolved(x, f"block_{i}_1"))
        x = layers.Add(name=f"block_{i}")([x, convolved(y, f"block_{i}_2")])
    return x


def _dense(units, name, **settings):
    initializer = keras.initializers.HeNormal()
    return layers.Dense(
        units, kernel_initializer=initializer, dtype="float32", name=name, **settings
    )
