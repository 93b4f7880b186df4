"""Ways to run the training of a joint method: the engine, a hand-written loop, and eagerly.

What the last two run is one of `benchmarks.joint_updates`. All take the same batches.
"""

import dataclasses
import os
import time

import keras
import tensorflow as tf

from benchmarks.contestants import LATENT_SIZE, ONE_INPUT, SEED
from data.joint_feed import JointFeed
from data.open_feed import open_feed
from nets.classifiers import classifier
from tfgan_kit.config import make
from tfgan_kit.engine.loop import Loop
from trainers import registry

SHAPE = (32, 32, 3)
CLASSES = 10
FEATURE_LAYERS = 3
WEIGHT = 10.0  # Of each of SCoGAN's terms.


@dataclasses.dataclass(frozen=True)
class JointSetting:
    """What is trained on `glyph2street`: "cogan" as the paper shares, or "scogan" with FR, SL, CC.

    Attributes:
      method: its name.
      width, discriminator_width: factors on the channel counts.
      batch_size: examples of each domain.
      classifier: file of `write_classifier`, which cogan does not read.
    """

    method: str
    width: float
    discriminator_width: float
    batch_size: int
    classifier: str

    def __str__(self):
        return f"{self.method} {'x'.join(map(str, SHAPE))} float32"

    def feed(self) -> JointFeed:
        """The data, a new one at each call."""
        return open_feed(self.config())[0]

    def config(self, **changes):
        """The engine's configuration, without an EMA."""
        values = {
            "dataset": "glyph2street",
            "image_size": SHAPE[0],
            "channels": SHAPE[-1],
            "width": self.width,
            "discriminator_width": self.discriminator_width,
            "batch_size": self.batch_size,
            "latent_size": LATENT_SIZE,
            "seed": SEED,
            "ema_decay": 0.0,
        }
        if self.method == "scogan":
            values |= {
                "feature_weight": WEIGHT,
                "feature_layers": FEATURE_LAYERS,
                "semantic_weight": WEIGHT,
                "classifier": self.classifier,
                "cycle_weight": WEIGHT,
            }
        return make(registry.find(self.method).config_class(), values | changes)


def write_classifier(folder) -> str:
    """Saves an untrained classifier, as fast as a trained one, and returns the file's path."""
    keras.utils.set_random_seed(SEED)
    path = os.path.join(folder, "classifier.keras")
    classifier(SHAPE, CLASSES, width=0.5).save(path)
    return path


class Engine:
    """The engine's loop around the method.

    Args:
      setting: what is trained.
      feed: its data.
      changes: fields of the configuration.
    """

    def __init__(self, setting: JointSetting, feed: JointFeed, **changes):
        self.trainer = registry.find(setting.method).trainer_class()(
            setting.config(**changes),
            feed.image_shape,
            feed.classes,
            tf.distribute.get_strategy(),
            domains=feed.domain_count,
        )
        self._loop = Loop(self.trainer, lambda context: feed.dataset(0, context))

    def weights(self) -> dict:
        """Path of a variable -> array, over all networks."""
        return weights_of(self.trainer.networks.values())

    def window(self, steps: int) -> float:
        """Does so many steps and returns the seconds it took."""
        start = time.perf_counter()
        self._loop.run(steps)
        return time.perf_counter() - start


class Function:
    """A hand-written loop: n steps in one `tf.function`, and the mean losses at their end."""

    def __init__(self, updates, feed: JointFeed):
        self.weights, self._step = updates.weights, updates.step
        self._iterator = iter(feed.dataset(0, ONE_INPUT))
        self._function = tf.function(self._steps)

    def _steps(self, iterator, steps):
        total = tf.zeros([2])
        for _ in tf.range(steps):
            total += tf.stack(self._step(next(iterator)))
        return total / tf.cast(steps, tf.float32)

    def window(self, steps: int) -> float:
        """See `Engine.window`."""
        start = time.perf_counter()
        self._function(self._iterator, tf.constant(steps)).numpy()
        return time.perf_counter() - start


class Eager:
    """The same without any `tf.function`: every operation is called from Python."""

    def __init__(self, updates, feed: JointFeed):
        self.weights, self._step = updates.weights, updates.step
        self._iterator = iter(feed.dataset(0, ONE_INPUT))

    def window(self, steps: int) -> float:
        """See `Engine.window`."""
        start = time.perf_counter()
        for _ in range(steps):
            losses = self._step(next(self._iterator))
        losses[-1].numpy()
        return time.perf_counter() - start


def weights_of(networks) -> dict:
    """Returns "network/path of a variable" -> array."""
    return {f"{network.name}/{v.path}": v.numpy() for network in networks for v in network.weights}
