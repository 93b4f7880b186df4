"""Drops the examples of a data set that a classifier is unsure about."""

import io
import os
from collections.abc import Callable

import numpy as np

from data.reading.reader import Reader
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import make_folder, write_bytes
from tfgan_kit.outcome import Outcome

_BATCH = 256


def prune(
    reader: Reader, probabilities: Callable[[np.ndarray], np.ndarray], threshold: float, output: str
) -> Outcome:
    """Writes the examples whose largest class probability exceeds `threshold`.

    The SCoGAN thesis drops SVHN examples with at most 0.40: a generator learns nothing about
    classes from illegible digits.

    Args:
      reader: the data set.
      probabilities: function from images, uint8 (n, h, w, c), to class probabilities (n, classes).
      threshold: in [0, 1).
      output: path of the .npz file: images, and the labels and classes if there are any.

    Returns:
      A line with the numbers of examples kept and dropped.

    Raises:
      UserError: if the output exists or is not an .npz, the threshold is out of range, the examples
        are not images with at most one label, or none would be left.
    """
    if not output.endswith(".npz"):
        raise UserError(f"--output {output}: give the name of an .npz file")
    if os.path.exists(output):
        raise UserError(f"{output} exists; give another --output, or move it away")
    if not 0 <= threshold < 1:
        raise UserError(f"--threshold must be at least 0 and below 1, not {threshold:g}")
    if reader.is_points or reader.label_shape:
        what = "points" if reader.is_points else "several labels per image"
        raise UserError(f"{reader.name} holds {what}; only images of one class each can be pruned")
    images, labels, status = [], [], StatusLine()
    progress = Progress(reader.name, len(reader), status.update, "examples")
    for start in range(0, len(reader), _BATCH):
        batch = reader.read(np.arange(start, min(start + _BATCH, len(reader))))
        keep = probabilities(batch["image"]).max(axis=1) > threshold
        images.append(batch["image"][keep])
        labels.append(batch["label"][keep])
        progress.add(len(keep))
    status.line(f"looked at {len(reader):,} examples of {reader.name}")
    images, labels = np.concatenate(images), np.concatenate(labels)
    if not len(images):
        raise UserError(
            f"{reader.name}: no class probability exceeds {threshold:g}; lower --threshold"
        )
    arrays = {"images": images}
    if reader.classes:
        arrays |= {"labels": labels, "classes": np.array(reader.classes)}
    content = io.BytesIO()
    np.savez(content, **arrays)
    make_folder(os.path.dirname(os.path.abspath(output)))
    write_bytes(content.getvalue(), output)
    dropped = len(reader) - len(images)
    return Outcome(
        f"kept {len(images):,} of {len(reader):,} examples, dropped {dropped:,}: see {output}",
        output=output,
        kept=len(images),
        dropped=dropped,
    )
