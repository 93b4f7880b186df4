"""The parts of residual translation networks, which pad by reflection.

Reference: Johnson et al., Perceptual Losses for Real-Time Style Transfer and Super-Resolution,
2016, as changed by Zhu et al., Unpaired Image-to-Image Translation using Cycle-Consistent
Adversarial Networks, 2017, appendix 7.2, whose notation is given for each part.
"""

import dataclasses
from collections.abc import Callable

from keras import layers

from nets.translation.blocks import has_bias, initial, normalized, tanh_image
from tfgan_kit.layers import Conv2D, Conv2DTranspose, ReflectionPadding2D


@dataclasses.dataclass(frozen=True)
class Parts:
    """Parts with the same kind of normalisation. Each maps (batch, height, width, channels).

    Attributes:
      norm: "batch", "layer", "instance" or "none".
      affine: whether instance normalisation has a factor and an offset per channel.
      initializer: makes an initialiser of a kernel.
    """

    norm: str
    affine: bool = False
    initializer: Callable = initial

    def first(self, x, filters, name):
        """c7s1-filters: a convolution 7x7, norm, ReLU."""
        return self.same(x, filters, name, 7)

    def down(self, x, filters, name):
        """d-filters: a convolution 3x3 of stride 2, norm, ReLU; half the size."""
        x = self._convolution(x, filters, 3, name, strides=2, padding="same")
        return self._activated(x, name)

    def down_4(self, x, filters, name):
        """A convolution 4x4 of stride 2 that pads by reflection, norm, ReLU; half the size."""
        x = ReflectionPadding2D(1, name=f"{name}_padding")(x)
        return self._activated(self._convolution(x, filters, 4, name, strides=2), name)

    def same(self, x, filters, name, size=3):
        """A convolution of that size, norm, ReLU; the same size of the map."""
        x = ReflectionPadding2D(size // 2, name=f"{name}_padding")(x)
        return self._activated(self._convolution(x, filters, size, name), name)

    def up(self, x, filters, name):
        """u-filters: a transposed convolution 3x3 of stride 2, norm, ReLU; twice the size."""
        settings = self._settings(f"{name}_conv")
        x = Conv2DTranspose(filters, 3, strides=2, padding="same", **settings)(x)
        return self._activated(x, name)

    def residual(self, x, name, size=3):
        """R: x plus (a convolution, norm, ReLU, a convolution, norm) of x, of that size."""
        filters = x.shape[-1]
        y = self.same(x, filters, f"{name}_1", size)
        y = ReflectionPadding2D(size // 2, name=f"{name}_2_padding")(y)
        y = self._normalized(self._convolution(y, filters, size, f"{name}_2"), f"{name}_2")
        return layers.Add(name=name)([x, y])

    def last(self, x, channels, name="output", image="image"):
        """c7s1-channels of an image, by its name: a convolution 7x7, tanh; [-1, 1], float32."""
        x = ReflectionPadding2D(3, name=f"{name}_padding")(x)
        x = Conv2D(channels, 7, kernel_initializer=self.initializer(), name=name)(x)
        return tanh_image(x, image)

    def _settings(self, name):
        bias = has_bias(self.norm, affine=self.affine)
        return {"use_bias": bias, "kernel_initializer": self.initializer(), "name": name}

    def _convolution(self, x, filters, size, name, **kwargs):
        return Conv2D(filters, size, **self._settings(f"{name}_conv"), **kwargs)(x)

    def _normalized(self, x, name):
        return normalized(x, self.norm, f"{name}_norm", affine=self.affine)

    def _activated(self, x, name):
        return layers.ReLU(name=f"{name}_relu")(self._normalized(x, name))
