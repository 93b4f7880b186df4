"""Runs with classes that start from one without labels."""

import numpy as np
import pytest

from tests.tfgan_kit.engine.test_warm_start import moved, save
from tests.trainers.small import build
from tfgan_kit.runs.warm_start import warm_start


@pytest.fixture(scope="module")
def source():
    return moved(build("gan", ema_decay=0.5)[0])


@pytest.fixture(scope="module")
def run(source, tmp_path_factory):
    return str(save(source, tmp_path_factory.mktemp("runs") / "source", "gan"))


def test_every_class_starts_as_the_unconditional_generator(source, run):
    settings = {"generator_label": "cbn", "ema_decay": 0.5, "seed": 5}
    trainer, _ = build("cgan", init_from=run, **settings)
    lines = warm_start(trainer)
    generator = next(line for line in lines if line.startswith("init      generator"))
    assert "new" not in lines[lines.index(generator) + 1]
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(6, source.config.latent_size)).astype(np.float32)
    labels = np.eye(10, dtype=np.float32)[[0, 1, 5, 9, 3, 3]]
    labels[5] = 0.1  # A mixture of all classes.
    for ours, theirs in (
        (trainer.networks, source.networks),
        *[({"generator": t.averages["generator"].network} for t in (trainer, source))],
    ):
        expected = theirs["generator"](latent, training=False)["image"]
        given = ours["generator"]({"latent": latent, "label": labels}, training=False)["image"]
        assert np.ptp(expected) > 0.01
        np.testing.assert_allclose(given, expected, rtol=0, atol=1e-5)


def test_with_other_ways_the_layers_that_take_the_label_are_new(run):
    trainer, _ = build("cgan", init_from=run, seed=5)
    told = "\n".join(warm_start(trainer))
    assert "new     projection: its kernel is 100x" in told
    assert "new     conv_1: its kernel is 4x4x1x" in told
    assert "copied  norm_1, conv_2" in told
