"""Points in the plane: toy data that shows what a method learns.

The 8 and 25 Gaussians and the swiss roll are those of Gulrajani et al. 2017 (their public toy
script), each scaled to a standard deviation of about one. The ring of ten is the toy study's.
"""

import numpy as np

from data.image_source import ImageSource
from tfgan_kit.errors import UserError, suggest

# For the ring, the thesis gives only the number of points and modes. Sigma is a twentieth of the
# radius: the discs of 3 sigma, in which a sample counts as good, then cover half of the circle;
# with a tenth, a formless blob would reach all of them. The toy study depends on the radius, as
# Adam's steps have an absolute size: docs/methods/generation/gan.md has results for other radii.
RING_MODES, RING_POINTS, RING_RADIUS, RING_SIGMA = 10, 5100, 10.0, 0.5
CIRCLE_MODES, CIRCLE_RADIUS, CIRCLE_SIGMA = 8, 2**0.5, 0.02 / 2**0.5
GRID_SIDE, GRID_STEP, GRID_SIGMA = 5, 2 / 8**0.5, 0.05 / 8**0.5
ROLL_NOISE, ROLL_SCALE = 0.25, 7.5
POINTS = 10_000


def _circle(modes, radius):
    angles = 2 * np.pi * np.arange(modes) / modes
    return radius * np.stack([np.cos(angles), np.sin(angles)], -1)


def _grid():
    axis = (np.arange(GRID_SIDE) - (GRID_SIDE - 1) / 2) * GRID_STEP
    return np.stack(np.meshgrid(axis, axis), -1).reshape(-1, 2)


# name -> (centres (k, 2), sigma, number of points)
_MODES = {
    "ring": (_circle(RING_MODES, RING_RADIUS), RING_SIGMA, RING_POINTS),
    "gaussians8": (_circle(CIRCLE_MODES, CIRCLE_RADIUS), CIRCLE_SIGMA, POINTS),
    "gaussians25": (_grid(), GRID_SIGMA, POINTS),
}
NAMES = (*_MODES, "swissroll")


class Points(ImageSource):
    """A set of points drawn once from its distribution; the label is the mode.

    Args:
      name: one of `NAMES`.
      split: "train" or "test", two independent draws.

    Attributes:
      centres: centres of the modes, float64 (k, 2); each mode has an equal share of the points.
        None for the roll.
      sigma: standard deviation of every mode along each axis; None for the roll.
    """

    shape = (2,)

    def __init__(self, name: str, split: str = "train"):
        if name not in NAMES:
            raise UserError(
                f"no point set {name!r}{suggest(name, NAMES)} (choose from {', '.join(NAMES)})"
            )
        if split not in ("train", "test"):
            raise UserError(f"{name} has no split {split!r}; choose from train, test")
        self.name = name
        rng = np.random.default_rng((0x70175, NAMES.index(name), split == "test"))
        self.centres, self.sigma, count = _MODES.get(name, (None, None, POINTS))
        if self.centres is None:
            turn = 1.5 * np.pi * (1 + 2 * rng.random(count))
            roll = turn[:, None] * np.stack([np.cos(turn), np.sin(turn)], -1)
            points = (roll + rng.normal(0, ROLL_NOISE, (count, 2))) / ROLL_SCALE
            self._labels = np.full(count, -1)
        else:
            self.classes = tuple(str(mode) for mode in range(len(self.centres)))
            self._labels = np.arange(count) % len(self.centres)
            points = self.centres[self._labels] + rng.normal(0, self.sigma, (count, 2))
        self._points = points.astype(np.float32)

    def __len__(self):
        return len(self._points)

    def example(self, index):
        """Returns one point, float32 (2,), and its mode, -1 for the roll."""
        return self._points[index], int(self._labels[index])

    def labels(self):
        """Returns the modes of all points, int64 (n,)."""
        return self._labels


def open(argument: str, *, data_dir: str | None, split: str) -> Points:
    """Opens the point set `argument`; nothing is read from disk."""
    return Points(argument, split)
