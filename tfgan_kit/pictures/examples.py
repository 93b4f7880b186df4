"""Pictures of held-out examples: what is given, what a method makes of it, and one more."""

from pathlib import Path

import numpy as np

from tfgan_kit.machine.files import make_folder
from tfgan_kit.pictures.images import alike, write_image

DRAWN = 16  # Examples in a picture of samples.
EXAMPLES = 8  # That have pictures of their own.


def draw_examples(trainer, feed, folder) -> None:
    """Writes pictures 0.png, 1.png ..., each of the parts of an example, side by side.

    Args:
      trainer: a trainer; see `Trainer.examples`.
      feed: its data.
      folder: the folder of the pictures, made if it is missing.

    Raises:
      UserError: if the data cannot be read.
      NotWritten: if a picture cannot be written.
    """
    parts = alike(trainer.examples(feed, EXAMPLES))
    if not parts:
        return
    make_folder(Path(folder))
    for number, picture in enumerate(np.concatenate(parts, axis=2)):
        write_image(picture, Path(folder) / f"{number}.png")
