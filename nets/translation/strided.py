"""Convolutions with LeakyReLU down from an image, which discriminators and encoders begin with."""

from collections.abc import Callable
from typing import NamedTuple

from keras import layers

from nets.blocks import conv2d
from tfgan_kit.layers import normalization
from tfgan_kit.layers.normalization import removes_bias


class Convolution(NamedTuple):
    """One layer."""

    filters: int
    size: int
    stride: int


def strided_maps(
    x,
    convolutions: list[Convolution],
    *,
    norm: str,
    spectral_norm: bool = False,
    biases: bool = True,
    initializer: Callable | None = None,
):
    """Returns the maps after each convolution, normalization (but for the first) and LeakyReLU 0.2.

    Args:
      x: (batch, height, width, channels).
      convolutions: the layers.
      norm: "batch", "instance", "layer" or "none".
      spectral_norm: whether the convolutions are spectrally normalised.
      biases: whether a convolution has one even where the normalization cancels it, as in most of
        the papers' code.
      initializer: makes an initialiser of a kernel; by default Keras' own, Glorot's.

    Raises:
      UserError: if there is no such normalization.
    """
    maps = []
    for i, (filters, size, stride) in enumerate(convolutions, start=1):
        kind = norm if i > 1 else "none"
        x = conv2d(
            filters,
            size,
            strides=stride,
            use_bias=biases or not removes_bias(kind),
            spectral_norm=spectral_norm,
            kernel_initializer=initializer() if initializer else "glorot_uniform",
            name=f"conv_{i}",
        )(x)
        x = normalization(kind, name=f"norm_{i}")(x)
        x = layers.LeakyReLU(0.2, name=f"leaky_relu_{i}")(x)
        maps.append(x)
    return maps
