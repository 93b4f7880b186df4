"""What adds up how well translations into one modality agree with the truth."""

import numpy as np

from tfgan_kit.fields import Field
from tfgan_kit.fields.network import from_network, to_network
from tfgan_kit.metrics.images.depths import DepthErrors
from tfgan_kit.metrics.images.errors import l1
from tfgan_kit.metrics.images.label_maps import (
    confusion_counts,
    counted_classes,
    segmentation_scores,
)
from tfgan_kit.metrics.images.psnr import psnr
from trainers.classification.classifier.trainer import predict
from trainers.core.pair_measures import comparable


def tally_of(field: Field, judge=None):
    """An empty tally for a modality, None for one that is not measured.

    Args:
      field: of its values.
      judge: a classifier of images of this field, or None.
    """
    if field.kind == "ids":
        return Labels(field)
    if field.kind == "depth":
        return Depths(field)
    return Images(field, judge) if comparable(field) else None


class Depths:
    """The errors of depths, see `DepthErrors`."""

    def __init__(self, field):
        self._field, self._errors = field, DepthErrors()

    def add(self, made, truth):
        """Adds outputs of the decoder, and depths as the data has them."""
        self._errors.add(from_network(self._field, made), truth)

    def scores(self):
        """Name -> value."""
        return self._errors.scores()


class Images:
    """The errors of images, in % of the range and in dB, and what a classifier makes of them."""

    def __init__(self, field, judge):
        self._field, self._judge, self._found = field, judge, {}

    def add(self, made, truth):
        """Adds outputs of the decoder, and images as the data has them."""
        # Linear outputs may lie outside the range of images.
        made, truth = np.clip(made, -1, 1), to_network(self._field, truth).numpy()
        ratios = psnr(made, truth)
        found = {"l1": l1(made, truth), "psnr": ratios[np.isfinite(ratios)]}
        if self._judge is not None:
            kinds = [self._kinds(images) for images in (made, truth)]
            found["content_kept"] = np.equal(*kinds)
        for name, values in found.items():
            self._found.setdefault(name, []).append(values)

    def _kinds(self, images):
        return predict(self._judge, images)["probabilities"].argmax(-1)

    def scores(self):
        """Name -> mean over images; "psnr" is that of images that are not equal to their truth."""
        found = {name: np.concatenate(values) for name, values in self._found.items()}
        return {name: float(values.mean()) for name, values in found.items() if values.size}


class Labels:
    """The pixels of label maps, by class."""

    def __init__(self, field):
        self._field, self._names, self._classes = field, field.names, counted_classes(field)[0]
        self._counts = np.zeros((self._classes, self._classes), np.int64)

    def add(self, made, truth):
        """Adds outputs of the decoder, and numbers of classes, below 0 where there is no image."""
        known = (truth >= 0) & (truth < self._classes)
        made = from_network(self._field, made)
        self._counts += confusion_counts(truth[known], made[known], self._classes)

    def scores(self):
        """Name -> value."""
        found = segmentation_scores(self._counts)
        return {name: found[name] for name in ("mean_iou", "pixel_accuracy")}

    @property
    def absent(self):
        """The names of classes that occur in no true map."""
        rows = zip(self._names, self._counts.sum(1), strict=False)
        return [name for name, count in rows if not count]
