"""Stages of a training: parts of it with other networks, players, batches or sizes."""

import dataclasses
from collections.abc import Mapping

from tfgan_kit.models.copying import extent, fill
from tfgan_kit.runs.variables import variables_of


@dataclasses.dataclass(frozen=True)
class Stage:
    """One of them; see `Trainer.stages`.

    Attributes:
      until: the step that it ends at, None for the end of the training.
      settings: what its data take in place of what the configuration says: "batch_size",
        "image_size".
    """

    until: int | None = None
    settings: Mapping[str, object] = dataclasses.field(default_factory=dict)


def checked(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The stages.

    Raises:
      ValueError: unless each ends after the one before it, and the last with the training.
    """
    ends = [stage.until for stage in stages]
    if not ends or ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted({*ends[:-1]}):
        raise ValueError(
            f"stages end at {ends}: each must end later than the last, the last at None"
        )
    return stages


def feed_of(stage: Stage, feed):
    """The data of a stage: the run's, or the same with other settings."""
    return feed.changed(**stage.settings) if stage.settings else feed


class Carried:
    """What a trainer has learned in a stage, for the next.

    Args:
      trainer: as it is at the end of its stage.
    """

    def __init__(self, trainer):
        self._networks = {k: _values(network) for k, network in trainer.networks.items()}
        self._averages = {k: _values(avg.network) for k, avg in trainer.averages.items()}
        self._others = {
            group: (key, [variable.numpy() for variable in variables])
            for group, (key, variables) in _others(trainer).items()
        }

    def into(self, trainer) -> list[str]:
        """Gives it to the trainer, which has built the next stage.

        Layers are copied by name, see `tfgan_kit.models.copying`; an average that was not there
        begins with the network's weights. An optimiser goes on if its variables are the same, and
        begins anew otherwise, as does `Trainer.state`.

        Returns:
          What was copied and what was not, as lines.
        """
        lines = []
        with trainer.strategy.scope():
            for name, network in trainer.networks.items():
                if name not in self._networks:
                    lines.append(f"  {name} begins anew")
                    continue
                values = self._networks[name]
                copied, told = fill(network, values, counters=True)
                lines += [f"  {name}: {extent(network, copied)}", *(f"  {line}" for line in told)]
                if name in trainer.averages:
                    average = self._averages.get(name, values)
                    fill(trainer.averages[name].network, average, counters=True)
            for group, (key, variables) in _others(trainer).items():
                before, arrays = self._others.get(group, (None, ()))
                if key != before:
                    lines.append(f"  {group.replace('_', ' ', 1)} begins anew")
                    continue
                for variable, array in zip(variables, arrays, strict=True):
                    variable.assign(array)
        return lines


def _values(network):
    return {variable.path: variable.numpy() for variable in network.variables}


def _others(trainer):
    """Optimisers and state: group -> what must be the same for them to go on, and the variables."""
    found = {}
    for group, variables in variables_of(trainer).items():
        kind, _, name = group.partition("_")
        if kind not in ("optimizer", "state"):
            continue
        same = []
        if kind == "optimizer":
            player = trainer.players[name]
            same = [type(player.optimizer), *(v.path for v in player.variables)]
            # A rate that is a number is a setting of the stage.
            variables = [v for v in variables if "learning_rate" not in v.name]
        found[group] = ([*same, *(tuple(v.shape) for v in variables)], variables)
    return found
