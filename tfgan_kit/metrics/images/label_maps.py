"""How well label maps agree, as semantic segmentation is measured (Long et al. 2015, section 5)."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import IGNORED, Field

PROTOCOL = (
    "over all pixels of all images that are not ignored; means over the classes that occur: in the "
    "truth for class_accuracy, in the truth or the answers for mean_iou"
)


def counted_classes(field: Field) -> tuple[int, int | None]:
    """The number of classes that count, and the id of pixels that have none, or None."""
    count = len(field.names)
    return (count - 1, count - 1) if field.names[-1] == IGNORED else (count, None)


def confusion_counts(truths, answers, classes: int, ignore: int | None = None) -> np.ndarray:
    """Number of pixels of each true class with each answer; counts of batches can be added.

    Args:
      truths: integers (..., height, width), from 0 to classes - 1 or `ignore`.
      answers: as many, from 0 to classes - 1; any value in ignored pixels.
      classes: their number.
      ignore: the value of pixels of the truth that do not count; None if all count.

    Returns:
      int64 (classes, classes): rows are true classes, columns are answers.

    Raises:
      UserError: if the shapes differ or a value is no class.
    """
    truths, answers = np.asarray(truths), np.asarray(answers)
    if truths.shape != answers.shape:
        raise UserError(
            f"label maps must agree in number and size, not {_by(truths)} and "
            f"{_by(answers)}; resize them with nearest neighbours"
        )
    counted = np.ones(truths.shape, bool) if ignore is None else truths != ignore
    truths, answers = truths[counted].astype(np.int64), answers[counted].astype(np.int64)
    for what, values in (("the true label map", truths), ("the answer", answers)):
        wrong = values[(values < 0) | (values >= classes)]
        if len(wrong):
            raise UserError(
                f"{what} has the value {wrong[0]}, but classes are 0 to {classes - 1}; give the "
                "number of classes, or the value to ignore"
            )
    counts = np.bincount(truths * classes + answers, minlength=classes**2)
    return counts.reshape(classes, classes)


def segmentation_scores(counts) -> dict[str, float]:
    """Pixel accuracy, mean class accuracy and mean intersection over union.

    Protocol: see `PROTOCOL`.

    Args:
      counts: what `confusion_counts` returned, or a sum of several.

    Returns:
      "pixel_accuracy": sum_i n_ii / sum_i t_i; "class_accuracy": mean n_ii / t_i; "mean_iou": mean
      n_ii / (t_i + sum_j n_ji - n_ii), with n_ij pixels of class i called j and t_i = sum_j n_ij;
      each from 0 to 1.

    Raises:
      UserError: if no pixel counts.
    """
    counts = np.asarray(counts, np.float64)
    if not counts.sum():
        raise UserError("all pixels of all label maps are ignored; give maps with classes")
    right, true, answered = np.diag(counts), counts.sum(1), counts.sum(0)
    union = true + answered - right
    return {
        "pixel_accuracy": float(right.sum() / counts.sum()),
        "class_accuracy": float((right[true > 0] / true[true > 0]).mean()),
        "mean_iou": float((right[union > 0] / union[union > 0]).mean()),
    }


def _by(array):
    return "x".join(map(str, array.shape))
