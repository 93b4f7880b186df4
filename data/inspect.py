"""What is in a data set: numbers for the terminal and a picture for the eye."""

import os
from collections import Counter

import numpy as np

from data.reader import Reader
from tfgan_kit.errors import UserError

_SAMPLE = 1000


def inspect(reader: Reader, output: str, count: int = 64, seed: int = 0) -> str:
    """Describes a data set and writes a picture of it.

    Args:
      reader: the data set.
      output: path of the picture: a grid of images, or a scatter plot of points.
      count: images in the grid; a scatter plot shows the whole sample.
      seed: which examples are sampled.

    Returns:
      Lines of text: size, shape, range of values, classes with their counts, bad files met.

    Raises:
      UserError: more bad files than the reader allows, or the picture is not to be a .png.
    """
    from tfgan_kit.images import write_grid, write_scatter

    if not output.lower().endswith(".png"):
        raise UserError(f"--output {output}: the picture is a .png")
    os.makedirs(os.path.dirname(os.path.abspath(output)), exist_ok=True)
    sampled = min(len(reader), _SAMPLE)
    order = np.random.default_rng(seed).permutation(len(reader))[:sampled]
    sample = reader.read(order)
    images = sample["image"]
    if reader.is_points:
        write_scatter(images, output)
    else:
        write_grid(images[:count], output)
    shown = sampled if reader.is_points else min(count, sampled)
    of = "all" if sampled == len(reader) else f"a sample of {sampled}"
    lines = [
        f"{reader.name}: {len(reader)} examples",
        f"shape   {' x '.join(map(str, reader.image_shape))}, {images.dtype}",
        f"values  {images.min():g} to {images.max():g}, mean {images.mean():.4g} (over {of})",
        *_class_lines(reader, sample["label"], of),
        f"bad     {len(reader.bad_files)} met (over {of})",
        *(f"  {message}" for message in reader.bad_files),
        f"picture {output} ({shown} shown)",
    ]
    return "\n".join(lines)


def _class_lines(reader, sampled_labels, of):
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
    if not counts:
        return ["classes none"]
    lines = [f"classes {len(reader.classes)} (counted over {of})"]
    width = max(map(len, reader.classes), default=0)
    for label, name in enumerate(reader.classes):
        lines.append(f"  {name:<{width}}  {counts[label]}")
    if unlabelled:
        lines.append(f"  no label: {unlabelled}")
    return lines
