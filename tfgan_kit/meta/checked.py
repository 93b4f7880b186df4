"""The inner loop of a user's task, which may go wrong."""

from collections.abc import Callable

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.meta.loops import repeat


def adapted(step: Callable, state, times: int, unit: str = "step"):
    """Applies a step several times, as `repeat` does, and checks each of them.

    Args:
      step, state, times: see `repeat`.
      unit: what the message calls a step.

    Returns:
      The last state, eager tensors.

    Raises:
      UserError: if a value is no longer finite; the message names the step.
    """

    def once(number, carried):
        state, wrong = carried
        state = step(number, state)
        floats = [x for x in tf.nest.flatten(state) if x.dtype.is_floating]
        finite = tf.reduce_all([tf.reduce_all(tf.math.is_finite(x)) for x in floats])
        return state, tf.where(finite | (wrong >= 0), wrong, number)

    run = tf.function(lambda given: repeat(once, given, times), autograph=False)
    state, wrong = run((state, tf.constant(-1)))
    if wrong >= 0:
        raise UserError(
            f"adaptation turned non-finite at {unit} {wrong.numpy() + 1} of {times}; the run is as "
            "it was: take fewer --adapt-steps, or train one with a lower inner learning rate"
        )
    return state
