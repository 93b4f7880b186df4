"""Everything that a training step changes: the contents of a checkpoint."""

import itertools
from collections.abc import Iterator

import keras
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.team import Team
from tfgan_kit.models.state import is_per_replica


def variables_of(trainer) -> dict[str, list[tf.Variable]]:
    """The variables of a trainer by group, in an order determined by its configuration.

    For a per-replica variable, the copies of all replicas are included, one after another.

    Raises:
      UserError: if several machines would train with per-replica state.
      ValueError: if the trainer owns a variable that is in none of its networks, players, averages
        and state: a resumed run would start with a new one.
    """
    groups = {"step": [trainer.step]}
    for name, network in trainer.networks.items():
        groups[f"network_{name}"] = [v.value for v in network.variables]
    for name, player in trainer.players.items():
        groups[f"optimizer_{name}"] = [v.value for v in player.optimizer.variables]
    for name, average in trainer.averages.items():
        groups[f"average_{name}"] = [v.value for v in average.network.variables]
    for name, content in trainer.state.items():
        groups[f"state_{name}"] = list(_variables(content))
    _check_owned(trainer, groups)
    return {name: list(_each(trainer, group)) for name, group in groups.items()}


def _variables(content) -> Iterator[tf.Variable]:
    """The variables of an object, or of the objects in a list, tuple or dictionary.

    A network or layer that is not trained, such as a loaded one, has no variables that change.
    """
    if isinstance(content, dict):
        content = list(content.values())
    if isinstance(content, list | tuple):
        for part in content:
            yield from _variables(part)
    elif isinstance(content, tf.Variable):
        yield content
    elif isinstance(content, keras.Variable):
        yield content.value
    elif isinstance(content, keras.Layer):
        yield from _variables(content.trainable_variables)
    elif content is not None:
        # A pool, an optimiser, a `Player`, an `EMA`, a generator of random numbers.
        for name in ("variables", "optimizer", "network", "state"):
            yield from _variables(getattr(content, name, ()))


def _check_owned(trainer, groups):
    owned = {id(variable) for variable in itertools.chain(*groups.values())}
    for name, content in vars(trainer).items():
        stray = [v.name for v in _variables(content) if id(v) not in owned]
        if stray:
            raise ValueError(
                f"{type(trainer).__name__}.{name} has variables that no checkpoint would hold "
                f"({', '.join(stray[:3])}): put it into networks, players, averages or state"
            )


def _each(trainer, variables):
    strategy = trainer.strategy
    for variable in variables:
        if not is_per_replica(variable):
            yield variable
            continue
        if Team(strategy).size > 1:
            raise UserError(
                "this method keeps state on each replica, such as a pool of images, which is not "
                "saved across machines; train it on one machine"
            )
        yield from strategy.experimental_local_results(variable)
