"""What is fitted when: phases that repeat in rounds."""

from collections.abc import Iterable
from typing import NamedTuple

POSE, PRIOR, ALBEDO, OFFSETS, SHAPE = "pose", "prior", "albedo", "offsets", "shape"


class Phase(NamedTuple):
    """A phase of the training.

    Attributes:
      kind: what is fitted.
      round: number of the round, from 0.
      until: the step at which it ends, None for the last.
    """

    kind: str
    round: int
    until: int | None


def in_turn(parts: Iterable[tuple[str, int, int]]) -> tuple[Phase, ...]:
    """The phases of (kind, round, steps), of which the last has no end; those of no steps go."""
    found, step = [], 0
    for kind, turn, steps in parts:
        step += steps
        if steps:
            found.append(Phase(kind, turn, step))
    return (*found[:-1], found[-1]._replace(until=None))
