"""Inner steps and tasks, looped over inside the graph: unrolled, tracing would outlast training."""

from collections.abc import Callable, Sequence

import tensorflow as tf


def gradients_of(loss: Callable, weights: Sequence[tf.Tensor], *, first_order: bool = False):
    """Gradients of a loss with respect to weights that are tensors.

    Args:
      loss: function weights -> scalar, which depends on each of them.
      weights: see `tfgan_kit.meta.weights_of`.
      first_order: whether the gradients count as constants, so that what follows is differentiated
        as if they did not depend on the weights (Finn et al. 2017, section 5.2).

    Raises:
      ValueError: if the loss does not depend on one of the weights. Some operations have no second
        derivative and return no gradient without a word, such as bilinear resizing.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(list(weights))
        value = loss(weights)
    gradients = tape.gradient(value, list(weights))
    if missing := [k for k, gradient in enumerate(gradients) if gradient is None]:
        raise ValueError(f"the inner loss does not depend on the weights number {missing}")
    return tuple(map(tf.stop_gradient, gradients) if first_order else gradients)


def repeat(step: Callable, state, times: int):
    """Applies a step several times.

    Args:
      step: function (number of the step, an int32 tensor from 0; state) -> state.
      state: a nested structure of tensors, whose shapes stay the same.
      times: how often; with 0 the state is returned.
    """
    # A loop is not worth its price for one step.
    if times <= 1:
        return step(tf.constant(0), state) if times else state
    _, state = tf.while_loop(
        lambda number, _: number < times,
        lambda number, state: (number + 1, step(number, state)),
        (tf.constant(0), state),
        maximum_iterations=times,
        parallel_iterations=1,
    )
    return state


def over_tasks(one: Callable, tasks, *, together: bool = False):
    """The mean over tasks of what each of them gives.

    Args:
      one: function (number of the task, an int32 tensor; its data, a structure like `tasks`
        without the leading axis) -> nested structure of float tensors.
      tasks: nested structure of tensors with a leading axis of tasks.
      together: whether to compute all tasks at once instead of one after the other. Dense layers
        take a quarter of the time then; convolutions, with kernels of each task, gain nothing and
        need the memory of all tasks.

    Returns:
      The means, a structure like what `one` returns.
    """
    count = tf.nest.flatten(tasks)[0].shape[0]
    if together:
        found = tf.vectorized_map(lambda given: one(*given), (tf.range(count), tasks))
        return tf.nest.map_structure(lambda x: tf.reduce_mean(x, 0), found)

    def data_of(number):
        return tf.nest.map_structure(lambda x: x[number], tasks)

    if count == 1 or tf.executing_eagerly():
        found = [one(tf.constant(number), data_of(number)) for number in range(count)]
        return tf.nest.map_structure(lambda *each: tf.add_n(each) / count, *found)
    one = tf.function(one, autograph=False)
    # What it returns must be known before the loop. If the first task were computed outside of it,
    # its gradient would be traced twice, which takes as long as all the rest.
    specs = tf.nest.map_structure(lambda x: tf.TensorSpec(x.shape[1:], x.dtype), tasks)
    made = one.get_concrete_function(tf.TensorSpec((), tf.int32), specs).structured_outputs

    def step(number, total):
        return tf.nest.map_structure(tf.add, total, one(number, data_of(number)))

    total = tf.nest.map_structure(lambda x: tf.zeros(x.shape, x.dtype), made)
    total = repeat(step, total, count)
    return tf.nest.map_structure(lambda x: x / count, total)
