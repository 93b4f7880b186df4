"""A network with linear heads, with which LPIPS compares images (Zhang et al. 2018)."""

import dataclasses
import functools
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tfgan_kit.extractors.extractor import Extractor

SHIFT, SCALE = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
SIZE = (224, 224)  # The size that the networks were trained on.


@dataclasses.dataclass(frozen=True, kw_only=True)
class LpipsNetwork:
    """Five feature maps of a network, and the weights of their channels.

    Attributes:
      name: its name in `tfgan_kit.extractors.registry`.
      maps: function from float32 RGB images (b, height, width, 3) in [-1, 1] to five maps
        (b, height', width', channels'), after their ReLU. heads: the weights of the channels, five
        of shape (channels',). smallest: minimum height and width of an image.
      digest: SHA-256 of all weights, in hexadecimal.
      warnings: warnings for the user, one line each.
    """

    name: str
    maps: Callable[[tf.Tensor], list[tf.Tensor]]
    heads: tuple[np.ndarray, ...]
    smallest: int
    digest: str
    warnings: tuple[str, ...] = ()

    def unit_maps_of(self, images) -> list[tf.Tensor]:
        """The maps of RGB images in [-1, 1], of unit length over their channels; differentiable."""
        # A position where all channels are zero stays zero, and so does its gradient.
        return [
            x * tf.math.rsqrt(tf.reduce_sum(tf.square(x), -1, keepdims=True) + 1e-20)
            for x in self.maps(images)
        ]

    @functools.cached_property
    def unit_maps(self) -> Callable[[tf.Tensor], list[tf.Tensor]]:
        """Function from uint8 RGB images to what `unit_maps_of` makes of them."""

        def network(images):
            return self.unit_maps_of(tf.cast(images, tf.float32) / 127.5 - 1.0)

        # Traced once, although the last batch is smaller and the next images may be larger.
        return tf.function(network, [tf.TensorSpec((None, None, None, 3), tf.uint8)])

    def extractor(self, **settings) -> Extractor:
        """Returns the extractor of the last map's mean over its positions.

        Args:
          settings: `resize` and `rounded` of the extractor.
        """

        def network(images):
            return {"features": tf.reduce_mean(self.maps(images / 127.5 - 1.0)[-1], (1, 2))}

        return Extractor(
            name=self.name,
            network=network,
            dimension=len(self.heads[-1]),
            description="mean of the last relu of LPIPS' network",
            digest=self.digest,
            size=SIZE,
            warnings=self.warnings,
            **settings,
        )


def head_shapes(channels) -> dict[str, tuple[int, ...]]:
    """The shapes of the heads' arrays, by their names in a file."""
    return {f"NetLinLayer_{i}/Conv_0/kernel": (1, 1, n, 1) for i, n in enumerate(channels)}


def heads(arrays) -> tuple[np.ndarray, ...]:
    """The heads among the arrays of a file, each (channels,)."""
    return tuple(array.ravel() for name, array in arrays.items() if name.startswith("NetLin"))
