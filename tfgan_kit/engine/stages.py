"""Stages of training, which differ in networks, players, batch sizes or image sizes."""

import dataclasses
from collections.abc import Mapping

from tfgan_kit.models.copying import extent, fill
from tfgan_kit.runs.variables import variables_of


@dataclasses.dataclass(frozen=True)
class Stage:
    """One stage; see `Trainer.stages`.

    Attributes:
      until: the step at which it ends, None for the end of the training.
      settings: data settings that replace those of the configuration: "batch_size", "image_size".
      new_optimizers: whether all optimisers begin anew, also those whose variables stay the same.
      shows_run_data: whether pictures and measures take the data as configured for the run, and not
        as the stage learns from them. The uses of the trainer then have these sizes, too.
    """

    until: int | None = None
    settings: Mapping[str, object] = dataclasses.field(default_factory=dict)
    new_optimizers: bool = False
    shows_run_data: bool = False


def checked(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """Checks and returns the stages.

    Raises:
      ValueError: unless each stage ends after the previous one, and the last with the training.
    """
    ends = [stage.until for stage in stages]
    if not ends or ends[-1] is not None or None in ends[:-1] or ends[:-1] != sorted({*ends[:-1]}):
        raise ValueError(
            f"stages end at {ends}: each must end later than the last, the last at None"
        )
    return stages


def feed_of(stage: Stage, feed):
    """The data of a stage: the run's, possibly with other settings."""
    return feed.changed(**stage.settings) if stage.settings else feed


def shown_feed_of(stage: Stage, feed):
    """The data that pictures and measures of a stage take."""
    return feed if stage.shows_run_data else feed_of(stage, feed)


class Carried:
    """What a trainer has learned in a stage, to be carried over to the next.

    Args:
      trainer: the trainer at the end of its stage.
    """

    def __init__(self, trainer):
        self._networks = {k: _values(network) for k, network in trainer.networks.items()}
        self._averages = {k: _values(avg.network) for k, avg in trainer.averages.items()}
        self._others = {
            group: (key, [variable.numpy() for variable in variables])
            for group, (key, variables) in _others(trainer).items()
        }

    def into(self, trainer) -> list[str]:
        """Copies it into the trainer, which has built the next stage.

        Layers are copied by name, see `tfgan_kit.models.copying`; a new average starts with the
        network's weights. An optimiser keeps its state if its variables are the same and the stage
        does not want new ones, and is reset otherwise, as is `Trainer.state`.

        Returns:
          Lines that say what was copied and what was not.
        """
        lines, stage = [], trainer.stages(trainer.config)[trainer.stage]
        with trainer.strategy.scope():
            for name, network in trainer.networks.items():
                origin = trainer.begins_as.get(name, name)
                if origin not in self._networks:
                    lines.append(f"  {name} begins anew")
                    continue
                values = self._networks[origin]
                if origin != name:
                    values = self._averages.get(origin, values)
                copied, told = fill(network, values, counters=True)
                begun = f", as {origin}" if origin != name else ""
                lines.append(f"  {name}: {extent(network, copied)}{begun}")
                lines += [f"  {line}" for line in told]
                if name in trainer.averages:
                    average = self._averages.get(name, values)
                    fill(trainer.averages[name].network, average, counters=True)
            for group, (key, variables) in _others(trainer).items():
                before, arrays = self._others.get(group, (None, ()))
                if key != before or (stage.new_optimizers and group.startswith("optimizer_")):
                    lines.append(f"  {group.replace('_', ' ', 1)} begins anew")
                    continue
                for variable, array in zip(variables, arrays, strict=True):
                    variable.assign(array)
        return lines


def _values(network):
    return {variable.path: variable.numpy() for variable in network.variables}


def _others(trainer):
    """Optimisers and state: group -> what must match for it to be kept, and the variables."""
    found = {}
    for group, variables in variables_of(trainer).items():
        kind, _, name = group.partition("_")
        if kind not in ("optimizer", "state"):
            continue
        same = []
        if kind == "optimizer":
            player = trainer.players[name]
            same = [type(player.optimizer), *(v.path for v in player.variables)]
            # A learning rate that is a number is a setting of the stage.
            variables = [v for v in variables if "learning_rate" not in v.name]
        found[group] = ([*same, *(tuple(v.shape) for v in variables)], variables)
    return found
