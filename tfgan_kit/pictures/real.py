"""A picture of real images, arranged like a run's samples: what these should look like."""

import numpy as np

from tfgan_kit.fields.network import as_pictures
from tfgan_kit.pictures.drawing import SAMPLES
from tfgan_kit.pictures.images import placed, write_samples
from tfgan_kit.uses.draw import GRID, grid_of_classes

_SEARCHED = 2048  # Number of examples among which those of each row's label are looked for.


def draw_real(trainer, feed, path) -> None:
    """Writes a picture of real images in the layout of `tfgan_kit.pictures.drawing.draw_samples`.

    Images of several domains stand under each other, but do not correspond. In a grid with one
    label per row, so are the real images, with grey ones where too few are found.

    Args:
      trainer: a trainer; nothing is written if it does not generate images.
      feed: its data; nothing is written without any.
      path: path of the picture.

    Raises:
      UserError: if the data cannot be read.
      NotWritten: if the picture cannot be written.
    """
    bound = trainer.bound("generate")
    use = bound and bound.use
    if not use or not use.examples or len(use.outputs[use.examples[0]].shape) != 3:
        return
    if use.label and len(use.examples) == 1 and feed.readers:
        inputs, columns = grid_of_classes(use, trainer.config.seed)
        rows = inputs[use.label][::columns]
        write_samples([_by_label(feed.readers[0], rows)], path, columns=columns)
        return
    images = feed.reference(SAMPLES)
    if images:
        write_samples(images, path)


def _by_label(reader, rows):
    """`GRID` images of each row's label, or nearest to it, grey ones where there are fewer."""
    chosen = np.random.default_rng(0).permutation(len(reader))[:_SEARCHED]
    batch = reader.read(np.sort(chosen))
    images = as_pictures(reader.fields["image"], batch["image"])
    places = []
    for label in rows:
        if batch["label"].dtype.kind == "f":  # Vectors seldom repeat; those nearby look alike.
            found = np.argsort(np.square(batch["label"] - label).sum(1), kind="stable")[:GRID]
        else:
            same = (batch["label"] == label).reshape(len(images), -1).all(1)
            found = np.flatnonzero(same)[:GRID]
        places += [*found, *[-1] * (GRID - len(found))]
    return placed(images, places)
