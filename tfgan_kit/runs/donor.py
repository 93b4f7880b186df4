"""Reads the weights for a warm start of a network from a `.keras` file or a run."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.plain_path import plain_folder
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.run_dir import RunDir


class Weights(NamedTuple):
    """The variables of one network by path, such as "conv_1/kernel".

    Attributes:
      values: the trained values.
      average: their moving averages, or None if there are only the values.
      source: where they come from, in words.
    """

    values: dict[str, np.ndarray]
    average: dict[str, np.ndarray] | None
    source: str


def read_weights(path, name: str, flag: str, names=()) -> Weights:
    """Reads the weights of one network.

    Args:
      path: a .keras file, or a run's directory. The models of a run hold averages; the trained
        values are taken from its last checkpoint.
      name: name of the network in a run.
      flag: the option that named the path, for the errors.
      names: names of networks. A file of a network with another of these names is rejected: some of
        its layers have the same names, and might fit by chance.

    Raises:
      UserError: if the file or run does not exist, or has no such network (yet).
    """
    path = Path(path)
    if not path.exists():
        raise UserError(f"{flag} {path}: there is no such run or .keras file; check the path")
    if path.is_file():
        network = load_keras(path, name=f"{flag} {path}")
        if network.name in names and network.name != name:
            raise UserError(f"{flag} {path}: this is a {network.name}; name the file of a {name}")
        return Weights(_by_path(network, network.get_weights()), None, str(path))
    run = RunDir.open(path)
    if name not in networks_of(run, flag):
        raise UserError(f"{flag} {path}: this run has no {name}; name another run, or a file")
    network = load_keras(run.models / f"{name}.keras")
    step = max(complete_steps(run.checkpoints), default=None)
    if step is None:
        values = _by_path(network, network.get_weights())
        return Weights(values, None, f"{run.path} (no checkpoint, so what it saved to use)")
    prefix = run.checkpoints / f"ckpt-{step}"
    values, average = (
        _of_checkpoint(prefix, f"{kind}_{name}", network) for kind in ("network", "average")
    )
    return Weights(values, average, f"{run.path}, step {step}")


def networks_of(run: RunDir, flag: str) -> list[str]:
    """The names of the networks that a run has saved.

    Raises:
      UserError: if it has not saved any yet.
    """
    names = sorted(file.stem for file in run.models.glob("[!.]*.keras"))
    if not names:
        raise UserError(
            f"{flag} {run.path}: this run has no models yet; they come with its first checkpoint"
        )
    return names


def _by_path(network, arrays):
    return {v.path: a for v, a in zip(network.variables, arrays, strict=True)}


def _of_checkpoint(prefix, group, network):
    """The variables of a group, or None if there is no such group.

    A checkpoint numbers a network's variables in the order of its model.
    """
    keys = [f"{group}/{i}/.ATTRIBUTES/VARIABLE_VALUE" for i in range(len(network.variables))]
    try:
        with plain_folder(prefix.parent) as folder:
            reader = tf.train.load_checkpoint(f"{folder}/{prefix.name}")
            if not reader.has_tensor(keys[0]):
                return None
            arrays = [reader.get_tensor(key) for key in keys]
    except (tf.errors.OpError, ValueError, RuntimeError) as error:
        raise UserError(
            f"{prefix} cannot be read ({str(error).splitlines()[0]}); name a .keras file of the run"
        ) from None
    return _by_path(network, arrays)
