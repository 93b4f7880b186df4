"""What is in a data set: numbers for the terminal and a picture for the eye."""

import dataclasses
import math
import os
import sys
from collections import Counter

import numpy as np

from data.feeds.feed import open_reader
from data.reading.reader import MixedSizes, Reader
from data.source import BadExample
from tfgan_kit.errors import UserError
from tfgan_kit.outcome import Outcome
from tfgan_kit.settings.size import Size
from tfgan_kit.wording import one_line

_SAMPLE = 1000
_SIDE = 64  # Of images that differ in size.
_LISTED = 10  # Sizes.


def open_to_inspect(config) -> Reader:
    """Opens the data set of a `TrainConfig`, however many of its files are unreadable.

    Images that differ in size are fitted to 64x64 unless the configuration names a size.

    Raises:
      UserError: see `data.feeds.feed.open_reader`.
    """
    config = dataclasses.replace(config, max_bad_files=sys.maxsize)
    try:
        return open_reader(config)
    except MixedSizes:
        return open_reader(dataclasses.replace(config, image_size=Size(_SIDE, _SIDE)))


def inspect(reader: Reader, output: str | None = None, count: int = 64, seed: int = 0) -> Outcome:
    """Describes a data set and draws a picture of it.

    Args:
      reader: the data set.
      output: path of the picture, a .png: a grid of images, or a scatter plot of points. If
        examples have several fields, images, label maps (in colours) and masks stand beside each
        other. None draws nothing.
      count: number of examples in the grid; a scatter plot shows the whole sample.
      seed: seed of the sample.

    Returns:
      Number of examples, shape, sizes if they differ, range of values, classes with their counts,
      and unreadable files.

    Raises:
      UserError: if there are more unreadable files than the reader allows, or the output is not a
        .png.
    """
    if output is not None:
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
    shown = sampled if reader.is_points else min(count, sampled)
    if output is not None:
        _draw(reader, sample, name, shown, output)
    of = "all" if sampled == len(reader) else f"a sample of {sampled}"
    sizes = _sizes(reader, order)
    counts, unlabelled, counted = _class_counts(reader, sample.get("label"), of)
    lines = [
        one_line(f"{reader.name}: {len(reader)} examples"),
        f"shape   {' x '.join(map(str, reader.image_shape))}, {images.dtype}",
        *_size_lines(sizes, of),
        *_field_lines(reader),
        f"values  {images.min():g} to {images.max():g}, mean {images.mean():.4g} (over {of})",
        *_class_lines(reader, counts, unlabelled, counted),
        f"unreadable files: {len(reader.bad_files)} (over {of})",
        *(f"  {message}" for message in reader.bad_files),
        *(f"note    {one_line(note)}" for note in reader.notes),
        one_line(f"picture {output} ({shown} shown)")
        if output is not None
        else "picture none; --output FILE.png draws some of the examples",
    ]
    return Outcome(
        "\n".join(lines),
        name=reader.name,
        examples=len(reader),
        shape=list(reader.image_shape),
        type=str(images.dtype),
        sizes=sizes,
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


def _draw(reader, sample, name, count, output):
    from tfgan_kit.pictures.fields import beside
    from tfgan_kit.pictures.images import write_grid, write_scatter

    if reader.is_points:
        write_scatter(sample[name], output)
        return
    pictures = beside(reader.fields, {name: values[:count] for name, values in sample.items()})
    height, width = pictures.shape[1:3]
    write_grid(pictures, output, math.ceil(math.sqrt(len(pictures) * height / width)))


def _sizes(reader, indices):
    """HEIGHTxWIDTH -> number of examples of this size; empty if all have the same size."""
    fields = reader.source.fields
    differing = [name for name, field in fields.items() if field.has_size and None in field.size]
    if not differing:
        return {}
    sizes = Counter()
    for index in indices.tolist():
        try:
            sizes[str(Size(*reader.source.read(index)[differing[0]].shape[:2]))] += 1
        except BadExample:
            continue  # `Reader.read` has noted it.
    return dict(sizes.most_common())


def _size_lines(sizes, of):
    if not sizes:
        return []
    width = max(map(len, sizes))
    lines = [f"sizes   {len(sizes)} (height x width, over {of}); training needs --image-size"]
    lines += [f"  {size:<{width}}  {count}" for size, count in list(sizes.items())[:_LISTED]]
    others = len(sizes) - _LISTED
    return lines + ([f"  and {others} other sizes"] if others > 0 else [])


def _field_lines(reader):
    """A line per field, unless there are only an image and a label."""
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
    """Class -> number of examples, the number without a label, and what was counted."""
    if sampled_labels is None:
        return {}, 0, of
    labels = reader.source.labels()
    if labels is None:
        labels = sampled_labels
    else:
        of = "all"
    if reader.label_shape and not reader.classes:
        return {}, int(np.isnan(labels).all(1).sum()), of
    if reader.label_shape:
        # Several may apply to one example, so the counts need not add up.
        counts, unlabelled = Counter(dict(enumerate((labels == 1).sum(0).tolist()))), 0
    else:
        counts = Counter(labels.tolist())
        unlabelled = counts.pop(-1, 0)
    return {name: counts[i] for i, name in enumerate(reader.classes)}, unlabelled, of


def _class_lines(reader, counts, unlabelled, of):
    if not counts and not reader.label_shape:
        return ["classes none"]
    lines = [f"classes {len(counts)} (counted over {of})"]
    if not counts:
        lines = [f"labels  vectors of {reader.label_shape[0]} numbers"]
    names = list(map(one_line, counts))
    width = max(map(len, names), default=0)
    lines += [f"  {n:<{width}}  {count}" for n, count in zip(names, counts.values(), strict=True)]
    return lines + ([f"  no label: {unlabelled}"] if unlabelled else [])
