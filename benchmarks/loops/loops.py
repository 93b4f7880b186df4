"""Ways to run the same training: the engine, a bare loop, Keras' `fit`, and eagerly.

All of them take the same batches, latents, networks, losses and optimisers, so that they compute
the same weights (which the tests check) and differ in nothing but what runs the step. Only the
first uses the engine; the others are what one would write without it, around the step of one of the
modules `*_updates` in this folder.
"""

import os
import threading
import time

import keras
import tensorflow as tf

from benchmarks.loops.workloads import SEED
from nets.classifiers import classifier
from tfgan_kit.engine.loop import Loop
from trainers import registry

ONE_INPUT = tf.distribute.InputContext()
CLASSES = 10


def draw(feed, batches: int, batch_size: int) -> None:
    """Reads so many batches, an epoch at most.

    Glyphs are drawn when first asked for: otherwise the first to come would draw for all.
    """
    readers = feed.readers
    epoch = min(map(len, readers)) // batch_size
    for _ in feed.dataset(0, ONE_INPUT).take(min(batches, epoch)):
        pass


def write_classifier(folder) -> str:
    """Saves an untrained classifier, as fast as a trained one, and returns the file's path."""
    keras.utils.set_random_seed(SEED)
    path = os.path.join(folder, "classifier.keras")
    classifier((32, 32, 3), CLASSES, width=0.5).save(path)
    return path


def configured(workload, folder, **changes):
    """The configuration of a workload; a classifier that it needs is written to a folder."""
    config = workload.config(**changes)
    if getattr(config, "semantic_weight", 0.0):
        config = workload.config(**changes, classifier=write_classifier(folder))
    return config


def weights_of(networks: dict) -> dict:
    """Returns "network/path of a variable" -> array.

    Args:
      networks: name -> network.
    """
    return {f"{name}/{v.path}": v.numpy() for name, n in networks.items() for v in n.weights}


class Engine:
    """The engine's loop around the workload's method.

    Args:
      config: of `Workload.config`.
      method: the workload's.
      feed: its data.
      strategy: the strategy to train under; one device by default.
    """

    def __init__(self, config, method: str, feed, strategy=None):
        strategy = strategy or tf.distribute.get_strategy()
        self.trainer = registry.find(method).trainer_class()(config, feed.spec, strategy)
        self.loop = Loop(self.trainer, lambda context: feed.dataset(0, context), jit=config.jit)

    def weights(self) -> dict:
        """Name of a variable -> array, over all networks."""
        return weights_of(self.trainer.networks)

    def window(self, steps: int) -> float:
        """Does so many steps and returns the seconds it took."""
        start = time.perf_counter()
        self.loop.run(steps)
        return time.perf_counter() - start


class Bare:
    """A hand-written loop: n steps in one `tf.function`, and the mean losses at their end."""

    def __init__(self, updates, feed):
        self.weights, self._updates = updates.weights, updates
        self._iterator = iter(feed.dataset(0, ONE_INPUT))
        self.function = tf.function(self._steps)

    def _steps(self, iterator, steps):
        total = tf.zeros([self._updates.losses])
        for _ in tf.range(steps):
            batches = [next(iterator) for _ in range(self._updates.critic_steps)]
            total += tf.stack(self._updates.step(batches))
        return total / tf.cast(steps, tf.float32)

    def window(self, steps: int) -> float:
        """See `Engine.window`."""
        start = time.perf_counter()
        self.function(self._iterator, tf.constant(steps)).numpy()
        return time.perf_counter() - start


class Called:
    """The other hand-written loop: a `tf.function` of one step, called from Python.

    Args:
      updates: the step.
      feed: its data.
      eager: without the `tf.function`, every operation is called from Python.
    """

    def __init__(self, updates, feed, *, eager=False):
        self.weights, self._updates = updates.weights, updates
        self._iterator = iter(feed.dataset(0, ONE_INPUT))
        self._function = updates.step if eager else tf.function(updates.step)

    def window(self, steps: int) -> float:
        """See `Engine.window`."""
        start = time.perf_counter()
        for _ in range(steps):
            batches = [next(self._iterator) for _ in range(self._updates.critic_steps)]
            losses = self._function(batches)
        losses[-1].numpy()
        return time.perf_counter() - start


class _Model(keras.Model):
    def __init__(self, updates):
        super().__init__()
        self.updates = updates

    def train_step(self, data):
        batches = [
            tf.nest.map_structure(lambda x, i=i: x[i], data)
            for i in range(self.updates.critic_steps)
        ]
        critic_loss, generator_loss = self.updates.step(batches)
        return {"discriminator_loss": critic_loss, "generator_loss": generator_loss}


class _Turns(keras.callbacks.Callback):
    """Lets `fit` do one epoch at a time, on demand."""

    def __init__(self):
        super().__init__()
        self.may_start, self.has_ended = threading.Semaphore(0), threading.Semaphore(0)
        self.closed = False

    def on_epoch_begin(self, epoch, logs=None):
        self.may_start.acquire()
        if self.closed:
            raise _ClosedError

    def on_epoch_end(self, epoch, logs=None):
        self.has_ended.release()


class _ClosedError(Exception):
    pass


class Fit:
    """Keras' `fit` with its own `train_step`, one epoch per window.

    All windows are epochs of one call, which waits in a thread between them: a call per window
    would start the data anew each time and count that against `fit`.
    """

    def __init__(self, updates, feed, *, steps: int):
        self.weights = updates.weights
        self._steps = steps
        self._model = _Model(updates)
        # The engine's XLA is off by default; that of `compile` is not.
        self._model.compile(jit_compile=False)
        # `fit` asks for one element per step, which therefore holds the batches of all its critics.
        self._data = feed.dataset(0, ONE_INPUT).batch(updates.critic_steps, drop_remainder=True)
        self._turns, self._error = _Turns(), None
        self._thread = threading.Thread(target=self._fit, daemon=True)
        self._thread.start()

    def _fit(self):
        try:
            self._model.fit(
                self._data,
                epochs=1_000_000,
                steps_per_epoch=self._steps,
                shuffle=False,
                verbose=0,
                callbacks=[self._turns],
            )
        except Exception as error:
            self._error = error
            self._turns.has_ended.release()

    def window(self, steps: int) -> float:
        """See `Engine.window`; the number of steps is that of the constructor."""
        assert steps == self._steps
        start = time.perf_counter()
        self._turns.may_start.release()
        self._turns.has_ended.acquire()
        seconds = time.perf_counter() - start
        if self._error is not None:
            raise self._error
        return seconds

    def close(self) -> None:
        """Ends the call of `fit`."""
        self._turns.closed = True
        self._turns.may_start.release()
        self._thread.join()
