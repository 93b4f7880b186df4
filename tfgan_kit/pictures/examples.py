"""Pictures of held-out examples: what is given, what a method makes of it, and the truth."""

from pathlib import Path

import numpy as np

from tfgan_kit.machine.files import make_folder
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import alike, write_image

DRAWN = 16  # Examples in a picture of samples.
EXAMPLES = 8  # The first of them have pictures of their own.


def draw_examples(trainer, feed, folder) -> None:
    """Writes pictures 0.png, 1.png ..., each of an input, its output and its truth, side by side.

    Args:
      trainer: a trainer; nothing is written if it has no `target` or no `truths`.
      feed: its data.
      folder: the folder of the pictures, made if it is missing.

    Raises:
      UserError: if the data cannot be read.
      NotWritten: if a picture cannot be written.
    """
    if trainer.target is None or not trainer.truths:
        return
    examples, made = next(trainer.translated_examples(feed, DRAWN))
    truth = as_seen(trainer.spec[trainer.target], examples[trainer.target])
    parts = alike([trainer.shown(examples)[0], made["image"], truth])
    make_folder(Path(folder))
    for number, picture in enumerate(np.concatenate(parts, axis=2)[:EXAMPLES]):
        write_image(picture, Path(folder) / f"{number}.png")
