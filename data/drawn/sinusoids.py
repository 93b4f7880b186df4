"""Sinusoids, each a task: which function it is must be told from a few of its points.

The tasks of Finn et al., Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks, 2017,
section 5.1: y = A sin(x - p), with A of [0.1, 5], p of [0, pi] and x of [-5, 5], all uniform.
"""

import numpy as np

from data.image_source import ImageSource
from tfgan_kit.errors import UserError
from tfgan_kit.fields import vector_field

COUNTS = {"train": 2_000, "test": 200}
POINTS = 100  # Of each function.
AMPLITUDES, PHASES, RANGE = (0.1, 5.0), (0.0, np.pi), (-5.0, 5.0)


class Sinusoids(ImageSource):
    """Points of functions, drawn once; the label is the function, and "target" is its value.

    The paper draws functions without end; so many of two parameters are as dense. Example i belongs
    to function i // 100.

    Args:
      split: "train" (2,000 functions) or "test" (200), independent draws.

    Attributes:
      amplitudes, phases: of the functions, float64 (n,).

    Raises:
      UserError: if there is no such split.
    """

    name, shape = "sinusoids", (1,)

    def __init__(self, split: str = "train"):
        if split not in COUNTS:
            raise UserError(f"{self.name} has no split {split!r}; choose from {', '.join(COUNTS)}")
        rng = np.random.default_rng((0x51, list(COUNTS).index(split)))
        count = COUNTS[split]
        self.amplitudes, self.phases = rng.uniform(*AMPLITUDES, count), rng.uniform(*PHASES, count)
        self.classes = tuple(map(str, range(count)))
        points = rng.uniform(*RANGE, (count, POINTS))
        values = self.amplitudes[:, None] * np.sin(points - self.phases[:, None])
        self._points, self._values = (v.reshape(-1, 1).astype("f4") for v in (points, values))

    def __len__(self):
        return len(self._points)

    @property
    def fields(self):
        """The fields "image", which is x, "target", which is y, and "label"."""
        return super().fields | {"target": vector_field(1)}

    def example(self, index):
        """Returns x, float32 (1,), and its function."""
        return self._points[index], index // POINTS

    def read(self, index):
        """See `Source.read`."""
        return super().read(index) | {"target": self._values[index]}

    def labels(self):
        """Returns the functions of all points."""
        return np.arange(len(self)) // POINTS


def open(argument: str, *, data_dir: str | None, split: str) -> Sinusoids:
    """Opens the points of sinusoids."""
    return Sinusoids(split)
