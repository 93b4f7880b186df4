"""Run directories with a generator whose images are known."""

import json

import keras
import tensorflow as tf

SIZE, SIDE = 3, 16


@keras.saving.register_keras_serializable("tests")
class Blob(keras.layers.Layer):
    """A bright round blob at (z1, z2), in colour z3 if there is any; sign -1 gives its negative."""

    def __init__(self, channels, sign, **keywords):
        super().__init__(**keywords)
        self.channels, self.sign = channels, sign

    def call(self, latents):
        axis = tf.linspace(-1.0, 1.0, SIDE)
        z1, z2, z3 = (latents[:, i, None, None, None] for i in range(3))
        squared = (axis[:, None, None] - 0.6 * z1) ** 2 + (axis[:, None] - 0.6 * z2) ** 2
        ramp = tf.linspace(-1.0, 1.0, self.channels) if self.channels > 1 else tf.ones(1)
        return self.sign * (tf.exp(-6.0 * squared) * (1.5 + 0.5 * z3 * ramp) - 1.0)

    def get_config(self):
        return super().get_config() | {"channels": self.channels, "sign": self.sign}


# It stands for a layer of this kit: files that name others are refused.
Blob.__module__ = "tfgan_kit.layers"


def write_run(path, outputs, *, method="scogan", latent="uniform", points=False):
    """A run whose generator makes blobs: name of the output -> channels and sign.

    One of points makes the channels of the blob's middle.
    """
    (path / "models").mkdir(parents=True)
    settings = {"seed": 3, "latent": latent, "latent_size": SIZE}
    (path / "config.json").write_text(json.dumps({"method": method, "settings": settings}))
    inputs = keras.Input((SIZE,), name="latent")
    made = {name: Blob(*how)(inputs) for name, how in outputs.items()}
    if points:
        made = {name: keras.layers.GlobalMaxPooling2D()(image) for name, image in made.items()}
    keras.Model(inputs, made).save(path / "models" / "generator.keras")
    return path
