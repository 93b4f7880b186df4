"""A task that a run is adapted to."""

import hashlib
from typing import NamedTuple

import numpy as np


class Task(NamedTuple):
    """The images of a task.

    Attributes:
      name: what the user called it.
      examples: name of each field -> array (n, ...), as the run's data have them; "label" has the
        numbers of the task's classes; and what `tfgan_kit.adaptation` says beside.
      classes: names of these classes; () for a set of images without any.
      seen: whether the run was trained on them.
      notes: lines for the user.
    """

    name: str
    examples: dict[str, np.ndarray]
    classes: tuple[str, ...] = ()
    seen: bool = False
    notes: tuple[str, ...] = ()

    @property
    def hashes(self) -> list[str]:
        """SHA-256 of each example's values, fitted to the run's size, as they lie in memory.

        Of images, those of the image; of points, those of x and y.
        """
        parts = [self.examples[name] for name in ("image", "target") if name in self.examples]
        rows = zip(*map(np.ascontiguousarray, parts), strict=True)
        return [
            hashlib.sha256(b"".join(part.tobytes() for part in row)).hexdigest() for row in rows
        ]
