"""Run directories with a generator whose images are known."""

import json

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.fields import image_field, latent_field, vector_field
from tfgan_kit.uses import generate, write_uses

SIZE, SIDE = 3, 16


@keras.saving.register_keras_serializable("tests")
class Blob(keras.layers.Layer):
    """A bright round blob at (z1, z2), in colour z3 if there is any; sign -1 gives its negative."""

    def __init__(self, channels, sign, **keywords):
        super().__init__(**keywords)
        self.channels, self.sign = channels, sign

    def call(self, latents):
        axis = np.linspace(-1, 1, SIDE, dtype=np.float32)
        z1, z2, z3 = (latents[:, i, None, None, None] for i in range(3))
        squared = (axis[:, None, None] - 0.6 * z1) ** 2 + (axis[:, None] - 0.6 * z2) ** 2
        ramp = np.linspace(-1, 1, self.channels, dtype=np.float32) if self.channels > 1 else 1.0
        return self.sign * (tf.exp(-6.0 * squared) * (1.5 + 0.5 * z3 * ramp) - 1.0)

    def get_config(self):
        return super().get_config() | {"channels": self.channels, "sign": self.sign}


@keras.saving.register_keras_serializable("tests")
class Shifted(keras.layers.Layer):
    """Half of a batch, each example with a number of its own added.

    Not `keras.layers.Add`: Keras 3.15 takes (n, 1, 1, 1) for a bias of the axis of size n.
    """

    def call(self, batch, levels):
        return 0.5 * batch + tf.reshape(levels, (-1,) + (1,) * (len(batch.shape) - 1))


# They stand for layers of this kit: files that name others are refused.
Blob.__module__ = Shifted.__module__ = "tfgan_kit.layers"


def write_run(path, outputs, *, method="scogan", latent="uniform", points=False, label=None):
    """A run whose generator makes blobs: name of the output -> channels and sign.

    One of points makes the channels of the blob's middle. With a label, a field, it makes half of a
    blob and adds `levels` of the label's weights.
    """
    (path / "models").mkdir(parents=True)
    settings = {"seed": 3, "latent": latent, "latent_size": SIZE}
    (path / "config.json").write_text(json.dumps({"method": method, "settings": settings}))
    inputs = keras.Input((SIZE,), name="latent")
    made = {name: Blob(*how)(inputs) for name, how in outputs.items()}
    if points:
        made = {name: keras.layers.GlobalMaxPooling2D()(image) for name, image in made.items()}
    if label is not None:
        field, label = label, keras.Input(label.network_shape, name="label")
        inputs = {"latent": inputs, "label": label}
        of_label = keras.layers.Dense(1, use_bias=False)
        of_label.build(label.shape)
        of_label.kernel.assign(levels(field)[:, None])
        made = {name: Shifted()(tensor, of_label(label)) for name, tensor in made.items()}
        shapes = {name: tuple(tensor.shape[1:]) for name, tensor in made.items()}
        kinds = {n: vector_field(*s) if points else image_field(s) for n, s in shapes.items()}
        write_uses([generate(kinds, latent_field(SIZE, latent), field)], path / "uses.json")
    keras.Model(inputs, made).save(path / "models" / "generator.keras")
    return path


def write_networks(path, method, networks, uses, settings=None):
    """A run of these networks, by name, with these uses, and settings beside the seed."""
    (path / "models").mkdir(parents=True)
    content = {"method": method, "settings": {"seed": 3} | (settings or {})}
    (path / "config.json").write_text(json.dumps(content))
    for name, network in networks.items():
        network.save(path / "models" / f"{name}.keras")
    write_uses(uses, path / "uses.json")
    return path


def untrained_styles(**settings):
    """What `write_networks` takes of StyleGAN: images of 16x16 from a latent of four."""
    from tests.trainers.small import build
    from tfgan_kit.settings.size import Size

    small = {"image_size": Size(16, 16), "latent_size": 4, "batch_sizes": (8,)}
    trainer, _ = build("stylegan", **small | settings)
    return "stylegan", trainer.models(), trainer.uses()


def untrained_gan(**settings):
    """What `write_networks` takes of a GAN; images of 32x32 from a latent of four by default."""
    from tests.trainers.small import build

    trainer, _ = build("gan", **{"latent_size": 4} | settings)
    return "gan", trainer.models(), trainer.uses()


def untrained_stargan(**settings):
    """What `write_networks` takes of StarGAN; images of 32x32 in four inks by default."""
    from tests.trainers.small import build

    trainer, _ = build("stargan", **{"filters": 2, "blocks": 1} | settings)
    return "stargan", trainer.models(), trainer.uses()


def untrained_classifier(**settings):
    """What `write_networks` takes of a classifier; of glyphs by default."""
    from tests.trainers.small import build

    trainer, _ = build("classifier", **settings)
    named = {"dataset": trainer.config.dataset, "classes": trainer.config.classes}
    named["image_size"] = list(trainer.config.image_size)
    return "classifier", trainer.networks, trainer.uses(), named


def levels(field):
    """What each weight of a label adds to an image in [-1, 1], float32 (weights,)."""
    return np.linspace(-0.4, 0.4, field.network_shape[0], dtype=np.float32)
