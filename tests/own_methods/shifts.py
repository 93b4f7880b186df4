"""A tiny method without data: it learns how to move latents for brighter images."""

import dataclasses

import keras
import tensorflow as tf

from nets.mlp import generator
from tfgan_kit.engine.player import Player
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.fields import image_field, latent_field
from tfgan_kit.models.ema import EMA
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.settings.option import option
from tfgan_kit.settings.run import RunConfig
from tfgan_kit.uses import Call, Use
from trainers.method import Method

LATENT, SHAPE = 4, (16, 16, 1)
ROW = Method(
    about="brighter images of a frozen generator",
    config="tests.own_methods.shifts:ShiftsConfig",
    trainer="tests.own_methods.shifts:Shifts",
    uses=("generate",),
    feed="none",
)


def save_generator(path):
    """A generator to be frozen: untrained, with large weights, so that its images have contrast."""
    keras.utils.set_random_seed(0)
    network = generator(SHAPE, LATENT, width=0.05)
    network.set_weights([4 * weights for weights in network.get_weights()])
    network.save(path)
    return str(path)


@dataclasses.dataclass(frozen=True, kw_only=True)
class ShiftsConfig(RunConfig):
    generator: str = option("", "file of the frozen generator", metavar="FILE")
    looks: int = option(1, "batches that each step only looks at", minimum=1)


class Shifts(Trainer):
    def build(self):
        self.batches_per_step = self.config.looks
        self.generator = load_keras(self.config.generator)
        self.generator.trainable = False
        latent = keras.Input((LATENT,), name="latent")
        moved = latent
        for _ in range(2):
            moved = keras.layers.Dense(LATENT, kernel_initializer="identity")(moved)
        self.shift = keras.Model(latent, {"moved": moved}, name="shift")
        self.networks = {"shift": self.shift, "generator": self.generator}
        self.averages = {"shift": EMA(self.shift, 0.5)}
        sgd = keras.optimizers.SGD(5.0, momentum=0.5)
        self.players = {"shift": Player("shift", [self.shift], sgd)}

    def critic_step(self, batch):
        return {"looked/mean": tf.reduce_mean(self._latents(batch, "look"))}

    def train_step(self, batch):
        latents = self._latents(batch, "latent")
        return self.update("shift", lambda: [Term("dark", self._dark(latents))])

    def _latents(self, batch, purpose):
        assert batch == {}
        return self.random.normal(purpose, [self.replica_batch_size, LATENT])

    def _dark(self, latents):
        moved = self.shift(latents, training=True)["moved"]
        return -tf.reduce_mean(self.generator(moved, training=False)["image"])

    def uses(self):
        calls = (
            Call("shift", {"latent": "latent"}, {"moved": "moved"}),
            Call("generator", {"latent": "moved"}, {"image": "image"}),
        )
        latent, image = latent_field(LATENT, "normal"), image_field(self.image_shape)
        return (Use("generate", calls, {"latent": latent}, {"image": image}),)
