"""The inner loop: n steps in one `tf.function`, without returning to the host."""

import dataclasses
import functools

import numpy as np
import tensorflow as tf

from tfgan_kit.engine.trainer import check_distinct
from tfgan_kit.machine import determinism


@dataclasses.dataclass
class Window:
    """The results of n steps.

    Attributes:
      values: float32 (steps, metrics), one row per completed step. The loop stops at the first
        non-finite value, which is then in the last row.
      waited: seconds spent waiting for data; NaN without data, or if operations must be
        deterministic, as reading a clock is not.
    """

    values: np.ndarray
    waited: float


def _clock():
    if determinism.is_enabled():
        return tf.constant(np.nan, tf.float64)
    return tf.timestamp()


class Loop:
    """Runs a trainer's steps over a stream of batches.

    Args:
      trainer: the method.
      dataset: called with an `InputContext`, returns the data set of one input pipeline, each
        element being one replica's batch. It is not called if the trainer's `spec` is empty: such a
        method learns without data, and each of its batches is an empty dictionary.
      jit: whether to compile the step with XLA.

    Attributes:
      names: names of the metrics, in the order of `Window.values`; known after the first window.
    """

    def __init__(self, trainer, dataset, *, jit=False):
        self.names: list[str] = []
        self._trainer = trainer
        self._strategy = trainer.strategy
        # A data set cannot have empty dictionaries as elements.
        self._iterator = None
        if trainer.spec:
            self._iterator = iter(self._strategy.distribute_datasets_from_function(dataset))
        self._names: dict[str, list[str]] = {}
        # AutoGraph, which the loops below need, would take half the time of tracing a step.
        plain = tf.autograph.experimental.do_not_convert
        compiled = functools.partial(tf.function, autograph=False, jit_compile=True)
        prepare = compiled if jit else plain
        self._whole = prepare(self._row("whole", trainer.whole_step))
        self._turn = prepare(self._row("turn", self._critic_turn))
        self._last = prepare(self._row("last", trainer.last_turn))
        self._window = tf.function(self._steps, reduce_retracing=True)

    def run(self, steps: int) -> Window:
        """Runs up to `steps` steps; fewer only if a metric stops being finite."""
        values, waited = self._window(self._iterator, tf.constant(steps))
        return Window(values.numpy(), float(waited))

    def close(self) -> None:
        """Ends the prefetching threads; no step can follow.

        Call it before Python shuts down: otherwise Python waits for these threads while they wait
        for Python, and the process never ends.
        """
        self._iterator = None

    def _steps(self, iterator, steps):
        done = tf.constant(0)
        finite = tf.constant(True)
        waited = tf.constant(0.0, tf.float64)
        rows = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        while tf.logical_and(done < steps, finite):
            # One step after another: overlapping work could not be told apart from waiting.
            tf.autograph.experimental.set_loop_options(parallel_iterations=1)
            batches, seconds = self._next(iterator)
            with tf.control_dependencies([seconds]):
                row = self._one(batches)
            rows = rows.write(done, row)
            finite = tf.reduce_all(tf.math.is_finite(row))
            waited += seconds
            done += 1
        return rows.stack(), waited

    def _next(self, iterator):
        """The batches of a step, and the seconds spent waiting for them."""
        if iterator is None:
            none = [{} for _ in range(self._trainer.batches_per_step)]
            return none, tf.constant(np.nan, tf.float64)
        start = _clock()
        with tf.control_dependencies([start]):
            batches = [next(iterator) for _ in range(self._trainer.batches_per_step)]
            first = tf.nest.flatten(self._strategy.experimental_local_results(batches[-1]))[0]
        with tf.control_dependencies([first]):
            return batches, _clock() - start

    def _one(self, batches):
        trainer, strategy = self._trainer, self._strategy
        with trainer.random.one_step():
            if len(batches) == 1:
                row = self._mean(strategy.run(self._whole, args=(batches,)))
            else:
                turns = self._turns(batches)
                last = self._mean(strategy.run(self._last, args=batches[-1:]))
                check_distinct(self._names["turn"], self._names["last"])
                row = tf.concat([turns, last], 0)
        names = [name for part in self._names.values() for name in part]
        self.names = sorted(names)
        for average in trainer.averages.values():
            average.update(strategy, trainer.step)
        trainer.step.assign_add(1)
        return tf.gather(row, [names.index(name) for name in self.names])

    def _row(self, part, function):
        """Packs a function's metrics into one row: each exchange between machines takes time."""

        def run(*arguments):
            metrics = function(*arguments)
            self._names[part] = sorted(metrics)
            return tf.stack([tf.cast(metrics[name], tf.float32) for name in self._names[part]])

        return run

    def _mean(self, row):
        return self._strategy.reduce(tf.distribute.ReduceOp.MEAN, row, axis=None)

    def _turns(self, batches):
        """Runs the critic's turns in a loop, so that one turn is traced and compiled for all.

        The loop is here and not in the replicas, which can synchronise only outside a loop.

        Returns:
          The last turn's row of metrics, or that of the first turn with a non-finite value.
        """
        count = len(batches)
        stacked = self._strategy.run(_stack, args=batches)
        rows = tf.TensorArray(tf.float32, size=count)
        for turn in tf.range(count):
            tf.autograph.experimental.set_loop_options(parallel_iterations=1)
            rows = rows.write(turn, self._mean(self._strategy.run(self._turn, (stacked, turn))))
        rows = tf.ensure_shape(rows.stack(), [count, len(self._names["turn"])])
        bad = tf.logical_not(tf.reduce_all(tf.math.is_finite(rows), axis=1))
        return rows[tf.where(tf.reduce_any(bad), tf.argmax(bad), count - 1)]

    def _critic_turn(self, stacked, turn):
        batch = tf.nest.map_structure(lambda part: part[turn], stacked)
        return self._trainer.critic_turn(batch, turn)


def _stack(*batches):
    return tf.nest.map_structure(lambda *parts: tf.stack(parts), *batches)
