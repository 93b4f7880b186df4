"""One pass over a set of images for all metrics."""

import dataclasses
import hashlib
from collections.abc import Callable

import numpy as np

from tfgan_kit.engine.status import Progress
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.images.image_set import ImageSet
from tfgan_kit.metrics.distributions.frechet import FeatureStatistics


@dataclasses.dataclass
class Collected:
    """What metrics are computed from; None for what no metric needs.

    Attributes:
      images: the set.
      statistics: statistics of the features, in float64.
      features: float32 (n, d).
      probabilities: float32 (n, classes).
      labels: int64 (n,).
      pixels: uint8 (n, height, width, channels).
    """

    images: ImageSet
    statistics: FeatureStatistics | None = None
    features: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    labels: np.ndarray | None = None
    pixels: np.ndarray | None = None

    @property
    def count(self) -> int:
        """Number of images."""
        return self.images.count


def collect(
    images: ImageSet, extractor, needs, show: Callable[[str], None] = lambda text: None
) -> Collected:
    """Makes a single pass over the images.

    Only what `needs` names is kept; the memory for statistics does not depend on the number of
    images.

    Args:
      images: the set.
      extractor: a `tfgan_kit.extractors.extractor.Extractor`, or None if none is needed.
      needs: see `tfgan_kit.metrics.registry.Metric`.
      show: called with a progress line after each batch.

    Raises:
      UserError: if an image cannot be read or its features are not finite.
    """
    kept = {name: [] for name in ("features", "probabilities", "labels", "pixels")}
    wanted = needs | ({"pixels"} if "images" in needs else set())
    statistics = FeatureStatistics(extractor.dimension) if "statistics" in needs else None
    progress = Progress(images.name, images.count, show)
    for batch, labels in images.batches():
        found = {"labels": labels, "pixels": batch}
        if extractor is not None:
            found |= extractor.outputs(batch)
        for name in kept.keys() & wanted:
            kept[name].append(found[name])
        if statistics is not None:
            try:
                statistics.update(found["features"])
            except UserError as error:
                raise UserError(f"{images.name}: {error}") from None
        progress.add(len(batch))
    joined = {name: np.concatenate(parts) if parts else None for name, parts in kept.items()}
    return Collected(images, statistics, **joined)


def content(images: ImageSet) -> str:
    """SHA-256 of the images in their order, in hexadecimal, independent of batching."""
    total = hashlib.sha256(f"{images.count} {images.shape}".encode())
    for batch, _ in images.batches():
        total.update(f"{batch.dtype}".encode() if batch.dtype != np.uint8 else b"")
        total.update(np.ascontiguousarray(batch))
    return total.hexdigest()
