"""Turns images into the features that metrics compare."""

import dataclasses
import functools
import hashlib
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.full_float32 import full_float32
from tfgan_kit.metrics.images.pixels import pixels
from tfgan_kit.metrics.images.resize import PROTOCOLS, resize

BATCH = 32


@dataclasses.dataclass(frozen=True, kw_only=True)
class Extractor:
    """A named network with everything that affects numbers computed from its features.

    Attributes:
      name: its name in `tfgan_kit.extractors.registry`.
      network: maps float32 (b, height, width, channels) with values from 0 to 255 to a dictionary
        with "features" (b, dimension) and, for a classifying network, "probabilities" (b, classes).
        It scales its input itself.
      dimension: number of features.
      description: which layer of which network, in words.
      digest: SHA-256 of the weights, in hexadecimal.
      size: (height, width) to which images are resized, or None if it takes any size.
      channels: 3, in which case greyscale images are repeated, or 1.
      classes: number of probabilities; 0 if there are none.
      resize: a key of `tfgan_kit.metrics.images.resize.PROTOCOLS`.
      rounded: whether float images are rounded to uint8 first.
      warnings: warnings for the user, one line each.
    """

    name: str
    network: Callable[[tf.Tensor], dict[str, tf.Tensor]]
    dimension: int
    description: str
    digest: str
    size: tuple[int, int] | None = None
    channels: int = 3
    classes: int = 0
    resize: str = "clean"
    rounded: bool = True
    warnings: tuple[str, ...] = ()

    def __call__(self, images) -> np.ndarray:
        """Features of images.

        Args:
          images: (n, height, width, 1 or 3), uint8 or float in [-1, 1].

        Returns:
          float32 (n, dimension).

        Raises:
          UserError: see `tfgan_kit.metrics.images.pixels`; also for colour images if the network
            takes greyscale.
        """
        return self.outputs(images)["features"]

    def outputs(self, images) -> dict[str, np.ndarray]:
        """All outputs of the network for images, from one pass; see `network`.

        Takes the arguments and raises the errors of a call.
        """
        batches = [self._batch(images[i : i + BATCH]) for i in range(0, max(len(images), 1), BATCH)]
        return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}

    @full_float32()  # A metric has the same value on every machine.
    def _batch(self, images):
        images = pixels(images, rounded=self.rounded)
        if images.shape[-1] > self.channels:
            raise UserError(
                f"{self.name} takes gray images, these have {images.shape[-1]} channels; choose "
                "another network"
            )
        size = self.size or images.shape[1:3]
        images = resize(images, size, self.resize)
        images = np.broadcast_to(images, (*images.shape[:3], self.channels))
        return {name: value.numpy() for name, value in self._traced(images).items()}

    @functools.cached_property
    def _traced(self):
        # Traced once, although the last batch is smaller.
        size = self.size or (None, None)
        return tf.function(self.network, [tf.TensorSpec((None, *size, self.channels))])

    @property
    def protocol(self) -> str:
        """A one-line description of all settings."""
        size = "at their own size"
        if self.size:
            size = (
                "at {}x{}".format(*self.size) + f", resize {self.resize} ({PROTOCOLS[self.resize]})"
            )
        rounded = "rounded to uint8" if self.rounded else "not rounded"
        gray = "; gray images are repeated to three channels" if self.channels == 3 else ""
        return (
            f"{self.name}: {self.description}, {self.dimension} features, weights "
            f"{self.digest[:12]}; images {rounded}, {size}{gray}"
        )

    @property
    def fingerprint(self) -> str:
        """A hexadecimal digest of everything that determines the features, for caching."""
        return hashlib.sha256(f"{self.protocol} {self.digest}".encode()).hexdigest()
