"""A tiny few-shot method: queries are near the mean code of their class, and can be decoded.

Snell et al., Prototypical Networks for Few-shot Learning, 2017, with a decoder for the pictures.
"""

import dataclasses
import math

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.engine.player import Player
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.fields import vector_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.ema import EMA
from tfgan_kit.settings.episodes import EpisodesConfig
from tfgan_kit.settings.option import option
from tfgan_kit.uses import Call, Use
from trainers.method import Method

CODE, MEASURED = 8, 40
ROW = Method(
    about="classes by the mean code of a few examples",
    config="tests.own_methods.prototypes:PrototypesConfig",
    trainer="tests.own_methods.prototypes:Prototypes",
    uses=("encode", "translate"),
    feed="episodes",
)


@dataclasses.dataclass(frozen=True, kw_only=True)
class PrototypesConfig(EpisodesConfig):
    learning_rate: float = option(0.1, "learning rate", above=0)


class Prototypes(Trainer):
    def build(self):
        image = keras.Input(self.image_shape, name="image")
        x = keras.layers.Conv2D(8, 3, 2, padding="same", activation="relu")(image)
        x = keras.layers.Conv2D(8, 3, 2, padding="same", activation="relu")(x)
        code = keras.layers.Dense(CODE)(keras.layers.Flatten()(x))
        self.encoder = keras.Model(image, {"code": code}, name="encoder")
        code = keras.Input((CODE,), name="code")
        x = keras.layers.Dense(math.prod(self.image_shape), activation="tanh")(code)
        made = keras.layers.Reshape(self.image_shape)(x)
        self.decoder = keras.Model(code, {"image": made}, name="decoder")
        self.averages = {"encoder": EMA(self.encoder, 0.5)}
        self.networks = {"encoder": self.encoder, "decoder": self.decoder}
        sgd = keras.optimizers.SGD(self.config.learning_rate, momentum=0.5)
        self.players = {"both": Player("both", [self.encoder, self.decoder], sgd)}

    def train_step(self, batch):
        return self.update("both", lambda: self._terms(batch))

    def _terms(self, batch):
        logits, codes, images = self._logits(batch)
        wanted = to_network(self.spec["query"]["label"], batch["query"]["label"])
        entropy = tf.nn.softmax_cross_entropy_with_logits(wanted, logits)
        made = self.decoder(tf.reshape(codes, [-1, CODE]), training=True)["image"]
        error = tf.reduce_mean((made - tf.reshape(images, tf.shape(made))) ** 2)
        return [Term("entropy", tf.reduce_mean(entropy)), Term("error", error)]

    def _logits(self, batch):
        """(episodes, queries, ways), with the queries' codes and images."""
        (support, _), (query, images) = (self._codes(batch, part) for part in ("support", "query"))
        classes = tf.reshape(support, [-1, self.config.ways, self.config.shots, CODE])
        means = tf.reduce_mean(classes, 2)
        return -tf.reduce_sum((query[:, :, None] - means[:, None]) ** 2, -1), query, images

    def _codes(self, batch, part):
        images = to_network(self.spec[part]["image"], batch[part]["image"])
        flat = tf.reshape(images, [-1, *self.image_shape])
        codes = self.encoder(flat, training=True)["code"]
        return tf.reshape(codes, [tf.shape(images)[0], -1, CODE]), images

    def evaluate(self, feed, count):
        held_out = feed.held_out_episodes()
        if held_out is None:
            return {}
        batch = held_out.read(np.arange(MEASURED))
        found = np.argmax(self._logits(batch)[0], -1)
        return {"accuracy": float((found == batch["query"]["label"]).mean())}

    def uses(self):
        image, code = self.spec["support"]["image"], vector_field(CODE)
        encode = Call("encoder", {"image": "image"}, {"code": "code"})
        decode = Call("decoder", {"code": "code"}, {"image": "decoded"})
        return (
            Use("encode", (encode,), {"image": image}, {"code": code}),
            Use("translate", (encode, decode), {"image": image}, {"decoded": image}),
        )
