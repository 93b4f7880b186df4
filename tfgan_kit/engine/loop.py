"""The inner loop: n steps in one `tf.function`, without a look from the host."""

import dataclasses

import numpy as np
import tensorflow as tf


@dataclasses.dataclass
class Window:
    """What n steps brought back.

    Attributes:
      values: float32 (steps, metrics), one row per step that was done. The last row holds the
        first value that is not finite, if there is one: the loop stops there.
      waited: seconds spent waiting for data.
    """

    values: np.ndarray
    waited: float


class Loop:
    """Runs a trainer's steps over a stream of batches.

    Args:
      trainer: the method.
      dataset: called with an InputContext, gives the data set of one input pipeline, each element
        being one replica's batch.
      jit: compile the step with XLA.

    Attributes:
      names: names of the metrics, in the order of `Window.values`; known after the first window.
    """

    def __init__(self, trainer, dataset, *, jit=False):
        self.names: list[str] = []
        self._trainer = trainer
        self._strategy = trainer.strategy
        self._iterator = iter(self._strategy.distribute_datasets_from_function(dataset))
        self._step = tf.function(self._row, jit_compile=True) if jit else self._row
        self._window = tf.function(self._steps, reduce_retracing=True)

    def run(self, steps: int) -> Window:
        """Does up to `steps` steps; fewer only if a metric stops being finite."""
        values, waited = self._window(self._iterator, tf.constant(steps))
        return Window(values.numpy(), float(waited))

    def _steps(self, iterator, steps):
        done = tf.constant(0)
        finite = tf.constant(True)
        waited = tf.constant(0.0, tf.float64)
        rows = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
        while tf.logical_and(done < steps, finite):
            # One step after the other: what overlaps could not be told apart from waiting.
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
        start = tf.timestamp()
        with tf.control_dependencies([start]):
            batches = [next(iterator) for _ in range(self._trainer.batches_per_step)]
            first = tf.nest.flatten(self._strategy.experimental_local_results(batches[-1]))[0]
        with tf.control_dependencies([first]):
            return batches, tf.timestamp() - start

    def _one(self, batches):
        trainer, strategy = self._trainer, self._strategy
        rows = strategy.run(self._step, args=(batches,))
        for average in trainer.averages.values():
            average.update(strategy, trainer.step)
        trainer.step.assign_add(1)
        # All metrics in one exchange: between machines each one costs a round trip.
        return strategy.reduce(tf.distribute.ReduceOp.MEAN, rows, axis=None)

    def _row(self, batches):
        """One step of one replica; its metrics in the order of their names."""
        metrics = self._trainer.train_step(batches)
        self.names = sorted(metrics)
        return tf.stack([tf.cast(metrics[name], tf.float32) for name in self.names])
