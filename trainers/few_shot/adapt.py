"""Adapts the network of a run to a task that a user gives."""

import numpy as np
import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field
from tfgan_kit.randomness import seed_of
from tfgan_kit.settings.option import make
from trainers.few_shot.problems import problem_of
from trainers.registry import find


def adapt(run, examples: dict, *, steps: int, seed: int) -> dict:
    """Adapts a run's network to examples of a task.

    Args:
      run: a `tfgan_kit.runs.saved_run.SavedRun` of a method with a `FewShotTrainer`.
      examples: "image" (n, ...) as the run's data have them, and "label" int64 (n,), the number of
        the class within the task; for regression "target" (n, ...) as well.
      steps: number of inner steps.
      seed: of what they draw.

    Returns:
      Name of the network -> a new network; the run's own stays as it is. Its batch normalisation
      holds the statistics of the examples, so that it classifies each image by itself.

    Raises:
      UserError: if the task does not have the classes of the run's tasks, or adaptation leads to
        numbers that are not finite.
    """
    method = find(run.method)
    kind, config = method.trainer_class(), make(method.config_class(), run.settings)
    use = next(iter(run.uses.values()))
    names = tuple(map(str, range(config.ways)))
    fields = use.inputs | use.outputs | {"label": class_field(names)}
    if not {*use.outputs} & {"target"} <= {*examples}:
        raise UserError(
            f"{run.run.path} learns values at points, which a folder of images does not have; name "
            "a class of the run's data"
        )
    problem = problem_of(config, {"support": fields})
    networks = {name: run.load(name) for name in kind.adapting}
    _check(examples["label"], names)
    inner = kind.inner_of(config, problem, networks)
    weights, statistics = _adapted(inner, examples, steps, seed)
    name = kind.adapting[0]
    return {name: meta.changed(networks[name], weights, statistics)}


def _check(labels, names):
    found = len(np.unique(labels))
    if found != len(names):
        raise UserError(
            f"the task has {found} class{'es' * (found != 1)}, but the run learns tasks of "
            f"{len(names)}: name {len(names)} of the run's data, or a folder with {len(names)} "
            "subfolders"
        )


def _adapted(inner, examples, steps, seed):
    """The weights after the steps, and what batch normalisation holds."""
    part = {name: tf.convert_to_tensor(values) for name, values in examples.items()}
    key = tf.constant([seed_of(seed, "adaptation"), 0], tf.int64)
    draws = inner.draws(key, 1, steps, len(examples["label"]))
    draws = tf.nest.map_structure(lambda x: x[0], draws)

    def step(number, state):
        return inner.advance(state, part, draws, 1, first=number)

    state = meta.adapted(step, inner.start(meta.weights_of(inner.network)), steps)
    inputs = inner.problem.inputs(part)
    return state[0], meta.statistics_of(inner.network, state[0], inputs)
