"""The labels of images that are given to a command, as `sample` takes those of images to make."""

from collections.abc import Sequence

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.uses.labels import attributes_of, check_kind, class_of, taken
from tfgan_kit.uses.vectors import vectors_of


def labels_of_images(
    run_dir,
    field: Field | None,
    count: int,
    *,
    label: str | None,
    attributes: str | None,
    vector: Sequence[str] | None,
) -> np.ndarray | None:
    """The labels that say what images show.

    Args:
      run_dir: the run, for errors.
      field: the field of its label, None if it takes none.
      count: how many images.
      label: a class, or classes joined with commas, one for each image.
      attributes: all attributes, see `tfgan_kit.uses.labels.attributes_of`.
      vector: a vector, or one for each image, see `tfgan_kit.uses.vectors.vectors_of`.

    Returns:
      (count, ...), or None if the run takes no labels.

    Raises:
      UserError: if the run takes labels and none is given, or of another kind, or there is no such
        label.
    """
    options = {"class": label, "attributes": attributes, "vector": vector}
    for kind, given in options.items():
        if given is not None:
            check_kind(run_dir, field, kind, "--label" if kind == "class" else f"--{kind}")
    if field is None:
        return None
    if options[field.kind] is None:
        raise UserError(f"project needs the label of the image: {run_dir} takes {taken(field)}")
    if label is not None:
        words = [label] if label in field.names else label.split(",")
        labels = np.array([class_of(field, word.strip(), "--label") for word in words])
    elif attributes is not None:
        labels = _all_of(field, attributes_of(field, attributes))
    else:
        labels = vectors_of(field, vector)
        if not np.isfinite(labels).all():
            raise UserError("--vector unknown says nothing about an image; give its numbers")
    if len(labels) not in (1, count):
        raise UserError(
            f"{len(labels)} labels are named, but {count} images; give one, or one for each"
        )
    return np.repeat(labels, count // len(labels), 0)


def _all_of(field, given):
    missing = [name for place, name in enumerate(field.names) if place not in given]
    if missing:
        raise UserError(
            f"--attributes: {', '.join(missing[:20])} missing; say for each attribute whether the "
            "image has it"
        )
    return np.array([[given[place] for place in range(len(field.names))]])
