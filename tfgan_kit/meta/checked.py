"""The inner loop of a user's task, which may go wrong."""

from collections.abc import Callable

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.meta.loops import repeat

_PART = 100


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

    @tf.function(autograph=False)
    def run(first, given, count):
        return repeat(lambda number, carried: once(first + number, carried), given, count)

    # In parts, between which Python sees signals.
    given = state, tf.constant(-1)
    for first in range(0, times, _PART):
        given = run(tf.constant(first), given, min(_PART, times - first))
        if (wrong := int(given[1])) >= 0:
            raise UserError(
                f"adaptation became non-finite at {unit} {wrong + 1} of {times}; the run is "
                "unchanged: take fewer --adapt-steps, or train one with a lower "
                "--inner-learning-rate"
            )
    return given[0]
