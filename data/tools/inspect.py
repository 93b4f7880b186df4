"""What is in a data set: numbers for the terminal and a picture for the eye."""

import math
import os
from collections import Counter

import numpy as np

from data.reading.reader import Reader
from tfgan_kit.errors import UserError
from tfgan_kit.outcome import Outcome
from tfgan_kit.wording import one_line

_SAMPLE = 1000


def inspect(reader: Reader, output: str, count: int = 64, seed: int = 0) -> Outcome:
    """Describes a data set and writes a picture of it.

    Args:
      reader: the data set.
      output: path of the picture: a grid of images, or a scatter plot of points. Of examples with
        several fields, those with a height and a width stand beside each other: images, label maps
        in colours, and masks.
      count: examples in the grid; a scatter plot shows the whole sample.
      seed: which examples are sampled.

    Returns:
      Size, shape, range of values, classes with their counts, bad files met.

    Raises:
      UserError: more bad files than the reader allows, or the picture is not to be a .png.
    """
    from tfgan_kit.pictures.fields import beside
    from tfgan_kit.pictures.images import write_grid, write_scatter

    if not output.lower().endswith(".png"):
        raise UserError(f"--output {output}: the picture is a .png")
    os.makedirs(os.path.dirname(os.path.abspath(output)), exist_ok=True)
    sampled = min(len(reader), _SAMPLE)
    order = np.random.default_rng(seed).permutation(len(reader))[:sampled]
    sample = reader.read(order)
    name = (
        "image"
        if "image" in sample
        else next(
            name for name, field in reader.fields.items() if field.kind in ("image", "vector")
        )
    )
    images = sample[name]
    if reader.is_points:
        write_scatter(images, output)
    else:
        pictures = beside(reader.fields, {n: v[:count] for n, v in sample.items()})
        height, width = pictures.shape[1:3]
        write_grid(pictures, output, math.ceil(math.sqrt(len(pictures) * height / width)))
    shown = sampled if reader.is_points else min(count, sampled)
    of = "all" if sampled == len(reader) else f"a sample of {sampled}"
    counts, unlabelled, counted = _class_counts(reader, sample.get("label"), of)
    lines = [
        one_line(f"{reader.name}: {len(reader)} examples"),
        f"shape   {' x '.join(map(str, reader.image_shape))}, {images.dtype}",
        *_field_lines(reader),
        f"values  {images.min():g} to {images.max():g}, mean {images.mean():.4g} (over {of})",
        *_class_lines(counts, unlabelled, counted),
        f"bad     {len(reader.bad_files)} met (over {of})",
        *(f"  {message}" for message in reader.bad_files),
        *(f"note    {one_line(note)}" for note in reader.notes),
        one_line(f"picture {output} ({shown} shown)"),
    ]
    return Outcome(
        "\n".join(lines),
        name=reader.name,
        examples=len(reader),
        shape=list(reader.image_shape),
        type=str(images.dtype),
        sampled=sampled,
        smallest=float(images.min()),
        largest=float(images.max()),
        mean=float(images.mean()),
        classes=counts,
        no_label=unlabelled,
        bad=reader.bad_files,
        passed_over=dict(reader.source.passed_over),
        notes=list(reader.notes),
        picture=output,
    )


def _field_lines(reader):
    """What there is, where it is more than an image and a label."""
    if set(reader.fields) == {"image", "label"}:
        return []
    return [
        " ".join(["field  ", f"{name}: {field.kind},", *_shape(field), field.dtype])
        + (f", {len(field.names)} classes" if field.names else "")
        for name, field in reader.fields.items()
    ]


def _shape(field):
    return ["x".join(map(str, field.shape))] if field.shape else []


def _class_counts(reader, sampled_labels, of):
    """Class -> its number of examples, the number without a label, and of what these are counts."""
    if sampled_labels is None:
        return {}, 0, of
    labels = reader.source.labels()
    if labels is None:
        labels = sampled_labels
    else:
        of = "all"
    if reader.label_shape:
        # Several may apply to one example: the counts add up to anything.
        counts, unlabelled = Counter(dict(enumerate((labels == 1).sum(0).tolist()))), 0
    else:
        counts = Counter(labels.tolist())
        unlabelled = counts.pop(-1, 0)
    return {name: counts[i] for i, name in enumerate(reader.classes)}, unlabelled, of


def _class_lines(counts, unlabelled, of):
    if not counts:
        return ["classes none"]
    lines = [f"classes {len(counts)} (counted over {of})"]
    names = list(map(one_line, counts))
    width = max(map(len, names))
    lines += [f"  {n:<{width}}  {count}" for n, count in zip(names, counts.values(), strict=True)]
    return lines + ([f"  no label: {unlabelled}"] if unlabelled else [])
