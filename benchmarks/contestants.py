"""Four ways to run the same GAN training: the engine, a bare loop, Keras' `fit`, and eagerly.

All of them take the same batches, latents, networks, losses and optimisers, so that they compute
the same weights (which the tests check) and differ in nothing but what runs the step. Only the
first uses the engine; the others are what one would write without it.
"""

import dataclasses
import threading
import time

import keras
import tensorflow as tf

from data.feed import Feed, open_for
from nets import dcgan
from tfgan_kit.config import make
from tfgan_kit.engine.loop import Loop
from tfgan_kit.randomness import seed_of
from trainers.configs.gan import GANConfig
from trainers.gan import GAN

LATENT_SIZE = 100
SEED = 0
ONE_INPUT = tf.distribute.InputContext()


@dataclasses.dataclass(frozen=True)
class Setting:
    """What is trained: DCGAN of some width on `glyphs` of some size, in some precision."""

    size: int
    channels: int
    precision: str = "float32"
    width: float = 0.25
    batch_size: int = 64

    def __str__(self):
        return f"{self.size}x{self.size}x{self.channels} {self.precision}"

    def feed(self) -> Feed:
        """The data, a new one at each call."""
        return Feed(open_for(self.config())[0], self.config())

    def config(self, **changes) -> GANConfig:
        """The engine's configuration; without an EMA, unless it is asked for."""
        values = {
            "dataset": "glyphs" if self.channels == 1 else "glyphs-color",
            "image_size": self.size,
            "channels": self.channels,
            "precision": self.precision,
            "width": self.width,
            "batch_size": self.batch_size,
            "latent_size": LATENT_SIZE,
            "seed": SEED,
            "ema_decay": 0.0,
        }
        return make(GANConfig, values | changes)


class Engine:
    """The engine's loop around the `gan` method.

    Args:
      setting: what is trained.
      feed: its data.
      ema_decay, jit: as in `GANConfig`.

    Attributes:
      waited: seconds that all windows together spent waiting for data.
    """

    def __init__(self, setting: Setting, feed: Feed, *, ema_decay=0.0, jit=False):
        config = setting.config(ema_decay=ema_decay)
        self.trainer = GAN(config, feed.reader.image_shape, (), tf.distribute.get_strategy())
        self._loop = Loop(self.trainer, lambda context: feed.dataset(0, context), jit=jit)
        self.waited = 0.0

    def weights(self) -> list:
        """Arrays of the generator's and then the discriminator's variables."""
        return self.trainer.generator.get_weights() + self.trainer.discriminator.get_weights()

    def window(self, steps: int) -> float:
        """Does so many steps and returns the seconds it took."""
        start = time.perf_counter()
        self.waited += self._loop.run(steps).waited
        return time.perf_counter() - start


class _Networks:
    """Networks, optimisers and one step in plain TensorFlow."""

    def __init__(self, setting: Setting):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy(setting.precision)
        shape = (setting.size, setting.size, setting.channels)
        self.generator = dcgan.generator(shape, LATENT_SIZE, width=setting.width)
        self.discriminator = dcgan.discriminator(shape, width=setting.width)
        self.generator_optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
        self.discriminator_optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
        self.generator_optimizer.build(self.generator.trainable_variables)
        self.discriminator_optimizer.build(self.discriminator.trainable_variables)
        self.counter = tf.Variable(0, dtype=tf.int64)
        self._latent_shape = (setting.batch_size, LATENT_SIZE)

    def weights(self) -> list:
        """See `Engine.weights`."""
        return self.generator.get_weights() + self.discriminator.get_weights()

    def step(self, batch: dict):
        """One update of each network; returns (discriminator's, generator's) loss."""
        real = tf.cast(batch["image"], tf.float32) / 127.5 - 1.0
        fake = self.generator(self._latents("critic0/latent"), training=True)["image"]
        with tf.GradientTape() as tape:
            on_real = self.discriminator(real, training=True)["logits"]
            on_fake = self.discriminator(fake, training=True)["logits"]
            critic_loss = tf.reduce_mean(tf.nn.softplus(-on_real))
            critic_loss += tf.reduce_mean(tf.nn.softplus(on_fake))
        variables = self.discriminator.trainable_variables
        gradients = tape.gradient(critic_loss, variables)
        self.discriminator_optimizer.apply(gradients, variables)
        variables = self.generator.trainable_variables
        # A tape left to itself would also compute the discriminator's gradients.
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch([v.value for v in variables])
            fake = self.generator(self._latents("generator/latent"), training=True)["image"]
            on_fake = self.discriminator(fake, training=True)["logits"]
            generator_loss = tf.reduce_mean(tf.nn.softplus(-on_fake))
        gradients = tape.gradient(generator_loss, [v.value for v in variables])
        self.generator_optimizer.apply(gradients, variables)
        self.counter.assign_add(1)
        return critic_loss, generator_loss

    def _latents(self, purpose):
        seed = tf.stack([tf.constant(seed_of(SEED, purpose), tf.int64), self.counter * 65536])
        return tf.random.stateless_normal(self._latent_shape, seed, alg="philox")


class Bare:
    """A hand-written loop: n steps in one `tf.function`, and the mean losses at their end."""

    def __init__(self, setting: Setting, feed: Feed):
        self._networks = _Networks(setting)
        self._iterator = iter(feed.dataset(0, ONE_INPUT))
        self.weights = self._networks.weights
        self._function = tf.function(self._steps)

    def _steps(self, iterator, steps):
        total = tf.zeros([2])
        for _ in tf.range(steps):
            total += tf.stack(self._networks.step(next(iterator)))
        return total / tf.cast(steps, tf.float32)

    def window(self, steps: int) -> float:
        """See `Engine.window`."""
        start = time.perf_counter()
        self._function(self._iterator, tf.constant(steps)).numpy()
        return time.perf_counter() - start


class Called:
    """The other hand-written loop: a `tf.function` of one step, called from Python.

    Args:
      setting: what is trained.
      feed: its data.
      eager: without the `tf.function`, every operation is called from Python.
    """

    def __init__(self, setting: Setting, feed: Feed, *, eager=False):
        self._networks = _Networks(setting)
        self._iterator = iter(feed.dataset(0, ONE_INPUT))
        self.weights = self._networks.weights
        self._function = self._networks.step if eager else tf.function(self._networks.step)

    def window(self, steps: int) -> float:
        """See `Engine.window`."""
        start = time.perf_counter()
        for _ in range(steps):
            losses = self._function(next(self._iterator))
        losses[-1].numpy()
        return time.perf_counter() - start


class _Model(keras.Model):
    def __init__(self, networks):
        super().__init__()
        self.networks = networks

    def train_step(self, data):
        critic_loss, generator_loss = self.networks.step(data)
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

    def __init__(self, setting: Setting, feed: Feed, *, steps: int):
        networks = _Networks(setting)
        self.weights = networks.weights
        self._steps = steps
        self._model = _Model(networks)
        # The engine's XLA is off by default; that of `compile` is not.
        self._model.compile(jit_compile=False)
        self._data = feed.dataset(0, ONE_INPUT)
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
