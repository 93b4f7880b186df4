"""A method that adapts by a few steps of its generator's bias, and small runs of it."""

import functools
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.saved_runs import write_networks
from tfgan_kit import meta
from tfgan_kit.fields import image_field, latent_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.episodes import TasksConfig
from tfgan_kit.settings.option import to_file
from tfgan_kit.settings.size import Size
from tfgan_kit.uses import Call, Use, generate
from trainers import registry
from trainers.method import Method

NAME, SIDE, DIVERGES = "shifting", 16, 7
METHOD = functools.partial(
    Method,
    about="a test's",
    config="tfgan_kit.settings.episodes:TasksConfig",
    trainer="tests.adapting.none",
    adapt="tests.adapting:adapt",
)


def adapt(run, examples, *, steps, seed):
    """Moves the last bias towards the mean of the images; a certain number of steps is too many."""
    network, (field,) = run.load("generator"), _images(run)
    target = tf.reduce_mean(to_network(field, examples["image"]))
    wrong = 2 if steps == DIVERGES else steps

    def step(number, weights):
        *others, bias = weights
        shift = tf.where(number >= wrong, np.inf, 0.5 * (target - bias))
        return (*others, bias + shift)

    return {"generator": meta.changed(network, meta.adapted(step, meta.weights_of(network), steps))}


def _images(run):
    return {f.shape: f for use in run.uses.values() for f in use.outputs.values()}.values()


@pytest.fixture
def method(monkeypatch):
    """The method in the registry."""
    monkeypatch.setitem(registry.METHODS, NAME, METHOD())


def write_run(path, *, translates=False, **settings):
    """A run on the drawn tasks: a generator from latents, or a translator, with a judge beside."""
    keras.utils.set_random_seed(1)
    shape = (SIDE, SIDE, 1)
    latent, image = keras.Input((3,), name="latent"), keras.Input(shape, name="image")
    x = keras.layers.Reshape((SIDE, SIDE, 1))(keras.layers.Dense(SIDE * SIDE)(latent))
    given = image if translates else x
    made = keras.layers.Conv2D(1, 1, name="last")(keras.layers.Rescaling(0.5)(given))
    inputs = {"image": image} if translates else latent
    networks = {
        "generator": keras.Model(inputs, {"made" if translates else "image": made}),
        "discriminator": keras.Model(image, {"logits": keras.layers.Dense(1)(image)}),
    }
    field = image_field(shape)
    use = generate({"image": field}, latent_field(3, "normal"))
    if translates:
        call = Call("generator", {"image": "image"}, {"made": "made"})
        use = Use("translate", (call,), {"image": field}, {"made": field})
    write_networks(path, NAME, networks, [use])
    own = {"dataset": "glyph_tasks", "held_out_classes": ("18",), "shots": 4, "seed": 3}
    own |= {"image_size": Size(SIDE, SIDE), "channels": 1}
    config = TasksConfig(**own | settings)
    (path / "config.json").write_text(json.dumps(to_file(NAME, config)))
    return path
