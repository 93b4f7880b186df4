"""Pre-activation residual blocks that change the resolution (Gulrajani 2017, Miyato 2018).

A shortcut is a 1x1 convolution. It commutes with upsampling and with mean pooling and is therefore
computed at the lower resolution. It has no bias unless `biases` is set, as the main path adds one.
"""

from keras import layers
from keras.initializers import VarianceScaling

from nets.blocks import conv2d
from tfgan_kit.layers import normalization
from tfgan_kit.layers.normalization import removes_bias


def up_block(x, filters, *, norm, name, label, biases=False, fan="fan_in"):
    """Doubles the resolution: norm, ReLU, up, conv, norm, ReLU, conv, plus the shortcut.

    Args:
      x: (batch, height, width, channels).
      filters: channels of the result.
      norm: name of a normalization. If it cancels biases, the convolutions have none, as another
        normalization follows on every path to the output of a generator.
      name: prefix of the names of the layers.
      label: a `GeneratorLabel`, which normalises.
      biases: whether all convolutions have a bias, even where it has no effect.
      fan: scale of the initial weights, "fan_in" (He) or "fan_avg" (Glorot, gain sqrt 2).

    Returns:
      (batch, 2 height, 2 width, filters).
    """
    bias = biases or not removes_bias(norm)
    shortcut = _shortcut(filters, name, use_bias=biases)(x)
    shortcut = layers.UpSampling2D(name=f"{name}_shortcut_up")(shortcut)
    x = label.normalize(x, norm, f"{name}_norm_1")
    x = layers.ReLU(name=f"{name}_relu_1")(x)
    x = layers.UpSampling2D(name=f"{name}_up")(x)
    x = _conv(filters, fan, use_bias=bias, name=f"{name}_conv_1")(x)
    x = label.normalize(x, norm, f"{name}_norm_2")
    x = layers.ReLU(name=f"{name}_relu_2")(x)
    x = _conv(filters, fan, use_bias=bias, name=f"{name}_conv_2")(x)
    return layers.Add(name=name)([shortcut, x])


def down_block(
    x,
    filters,
    *,
    norm,
    name,
    down=True,
    first=False,
    spectral_norm=False,
    biases=False,
    fan="fan_in",
    slope=0.0,
):
    """Halves the resolution: norm, ReLU, conv, norm, ReLU, conv, mean pool, plus the shortcut.

    Args:
      x: (batch, height, width, channels).
      filters: channels of the result.
      norm: name of a normalization.
      name: prefix of the names of the layers.
      down: whether the resolution is halved; if not, and the number of channels stays the same, the
        shortcut is x.
      first: whether x is the image: there is no leading norm and ReLU, and the first convolution
        has as many channels as the second instead of as many as x.
      spectral_norm: whether all convolutions are spectrally normalised.
      biases: whether the shortcut also has a bias.
      fan: scale of the initial weights, "fan_in" (He) or "fan_avg" (Glorot, gain sqrt 2).
      slope: of the ReLUs for negative values.

    Returns:
      (batch, height / 2, width / 2, filters), or the full size without `down`.
    """
    channels = x.shape[-1]
    shortcut = x
    if down:
        shortcut = layers.AveragePooling2D(2, name=f"{name}_shortcut_pool")(shortcut)
    if down or channels != filters:
        shortcut = _shortcut(filters, name, use_bias=biases, spectral_norm=spectral_norm)(shortcut)
    if not first:
        x = normalization(norm, name=f"{name}_norm_1")(x)
        x = layers.ReLU(negative_slope=slope, name=f"{name}_relu_1")(x)
    x = _conv(
        filters if first else channels,
        fan,
        spectral_norm=spectral_norm,
        use_bias=not removes_bias(norm),
        name=f"{name}_conv_1",
    )(x)
    x = normalization(norm, name=f"{name}_norm_2")(x)
    x = layers.ReLU(negative_slope=slope, name=f"{name}_relu_2")(x)
    x = _conv(filters, fan, spectral_norm=spectral_norm, name=f"{name}_conv_2")(x)
    if down:
        x = layers.AveragePooling2D(2, name=f"{name}_pool")(x)
    return layers.Add(name=name)([shortcut, x])


def _conv(filters, fan, **kwargs):
    return conv2d(filters, 3, kernel_initializer=VarianceScaling(2.0, fan, "uniform"), **kwargs)


def _shortcut(filters, name, **kwargs):
    return conv2d(filters, 1, name=f"{name}_shortcut", **kwargs)
