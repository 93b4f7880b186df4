"""The Frechet distance per class, which can reveal what the overall distance hides."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import check_features
from tfgan_kit.metrics.distributions.frechet import (
    FeatureStatistics,
    frechet_from_statistics,
)


def class_wise_frechet(real, real_labels, fake, fake_labels) -> dict:
    """Frechet distance per class, the mean over classes, and the distance of all classes together.

    The intra-class FID of Miyato & Koyama 2018 is the mean, with 5000 generated images per class.

    Protocol: as `tfgan_kit.metrics.distributions.frechet.frechet_distance`, for the examples of
    each class. "all" uses the examples of all classes, and is most meaningful if classes are as
    frequent in the generated set as in the real one. Classes with few examples have a larger bias,
    so the counts are returned with the distances.

    Args:
      real: features (n, d).
      real_labels: integer classes (n,).
      fake: features (m, d).
      fake_labels: the requested classes (m,), the same set of classes.

    Returns:
      "classes": class -> {"frechet", "real", "fake"}, the latter two being counts; "mean", the mean
      over the classes; and "all".

    Raises:
      UserError: if labels and features differ in number, a class has fewer than two examples in a
        set, d differs, or a value is not finite.
    """
    return class_wise_from_statistics(
        class_statistics(real, real_labels, "real"), class_statistics(fake, fake_labels, "fake")
    )


def class_statistics(features, labels, name: str = "given") -> dict[int, FeatureStatistics]:
    """Class -> statistics of its features, for the classes that occur in the labels.

    Args:
      features: (n, d).
      labels: integers (n,).
      name: name of the set, for error messages.

    Raises:
      UserError: if the shapes or types are wrong, or a value is not finite.
    """
    features, labels = check_features(features, name), np.asarray(labels)
    if labels.shape != (len(features),) or not np.issubdtype(labels.dtype, np.integer):
        raise UserError(
            f"an integer class for each of {len(features)} examples is needed: the {name} labels "
            f"have shape {labels.shape} and type {labels.dtype}"
        )
    return {int(c): FeatureStatistics.of(features[labels == c]) for c in np.unique(labels)}


def class_wise_from_statistics(real, fake) -> dict:
    """`class_wise_frechet` from each set's mapping of class -> statistics."""
    for c in sorted({*real, *fake}):
        counts = [s[c].count if c in s else 0 for s in (real, fake)]
        if min(counts) < 2:
            raise UserError(
                f"at least 2 examples of each class are needed: class {c} has {counts[0]} real and "
                f"{counts[1]} fake ones; give more images or leave the class out"
            )
    classes = {
        c: {
            "frechet": frechet_from_statistics(real[c], fake[c]),
            "real": real[c].count,
            "fake": fake[c].count,
        }
        for c in sorted(real)
    }
    return {
        "classes": classes,
        "mean": float(np.mean([entry["frechet"] for entry in classes.values()])),
        "all": frechet_from_statistics(_together(real), _together(fake)),
    }


def _together(statistics):
    together = FeatureStatistics(len(next(iter(statistics.values())).mean))
    for one in statistics.values():
        together.merge(one)
    return together


def small_class_warning(counts, size: int) -> str | None:
    """A warning about classes with few examples, or None if there are none.

    Args:
      counts: class -> the smaller of its two counts.
      size: feature dimensions d.

    Returns:
      One line if a class has d examples or fewer.
    """
    small = sorted(c for c, count in counts.items() if count <= size)
    if not small:
        return None
    shown = ", ".join(map(str, small[:10])) + (", ..." if len(small) > 10 else "")
    return (
        f"{len(small)} of {len(counts)} classes ({shown}) have {size} examples or fewer of {size} "
        "features: their Frechet distances are too large, by about a constant / count that differs "
        "between generators; compare equal counts only, or give KID per class"
    )
