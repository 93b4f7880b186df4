"""What is fitted when: phases that repeat in rounds."""

from typing import NamedTuple

POSE, ALBEDO, OFFSETS, SHAPE = "pose", "albedo", "offsets", "shape"


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


def phases(config) -> tuple[Phase, ...]:
    """The phases of a training, a pure function of its `Gan2ShapeConfig`."""
    lengths = {
        ALBEDO: config.albedo_steps,
        OFFSETS: config.offset_steps,
        SHAPE: config.shape_steps,
    }
    found, step = [Phase(POSE, 0, config.pose_steps)], config.pose_steps
    for turn in range(config.rounds):
        for kind, length in lengths.items():
            step += length
            found.append(Phase(kind, turn, step))
    return (*found[:-1], found[-1]._replace(until=None))
