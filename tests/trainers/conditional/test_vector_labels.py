"""Labels that are vectors: from an .npz file to the generator."""

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import batches, build, step
from tfgan_kit.errors import UserError
from tfgan_kit.randomness import Random
from tfgan_kit.uses.draw import draw_inputs
from trainers.core import label_draws

QUICK = {"critic_steps": 1, "latent_size": 4}


@pytest.fixture
def words(tmp_path):
    """Images with vectors, a fourth of which are unknown."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(64, 5)).astype(np.float32)
    images = rng.integers(0, 256, (64, 32, 32, 1), np.uint8)
    np.savez(tmp_path / "known.npz", images=images, labels=vectors)
    vectors[::4] = np.nan
    np.savez(tmp_path / "partly.npz", images=images, labels=vectors)
    return tmp_path


def test_real_examples_keep_their_vectors_and_fakes_get_some_of_the_data(words, monkeypatch):
    trainer, feed = build("cgan", dataset=str(words / "known.npz"), **QUICK)
    stored = np.load(words / "known.npz")["labels"]
    given = []
    generator = trainer.generator
    monkeypatch.setattr(
        trainer, "generator", lambda x, training: given.append(x["label"]) or generator(x)
    )
    ((batch,),) = batches(trainer, feed)
    real = trainer._real(batch, "critic")["label"].numpy()
    fake = trainer._fake({"label": batch["label"]}, "critic")["label"].numpy()
    for rows in (real, fake):
        assert all((stored == row).all(1).any() for row in rows)
    assert (real != fake).any()
    np.testing.assert_array_equal(given[0], fake)
    monkeypatch.undo()
    assert all(np.isfinite(value) for value in step(trainer, feed).values())
    inputs = draw_inputs(trainer.bound("generate").use, 0, 3)
    assert inputs["label"].dtype == np.float32
    assert trainer.evaluate(feed, 10) == {}
    assert trainer.goals(feed) == {}


@pytest.mark.parametrize(("method", "size"), [("cgan", 6), ("projection", 5)])
def test_unknown_vectors(words, method, size):
    sampling = {"network": "dcgan", "label_sampling": "empirical"}
    settings = sampling if method == "projection" else {}
    trainer, feed = build(method, dataset=str(words / "partly.npz"), **settings, **QUICK)
    assert trainer.label.unknown_rate == 0.25
    assert trainer.generator.input["label"].shape == (None, size)
    assert np.isfinite(trainer.label.examples).all()
    assert all(np.isfinite(value) for value in step(trainer, feed).values())


def test_some_vectors_are_hidden():

    random = Random(0, tf.constant(0))
    labels = tf.reshape(tf.range(8000.0), [4000, 2])
    hidden = label_draws.hidden(random, "unknown", labels, 0.25).numpy()
    missing = np.isnan(hidden)
    assert (missing[:, 0] == missing[:, 1]).all()
    assert missing.mean() == pytest.approx(0.25, abs=0.02)
    np.testing.assert_array_equal(hidden[~missing], labels.numpy()[~missing])


@pytest.mark.parametrize(
    ("method", "settings", "message"),
    [
        ("acgan", {}, "predicts classes or attributes, not the vectors of"),
        ("cgan", {"label_noise": 0.1}, "needs exclusive classes"),
        ("cgan", {"label_sampling": "uniform"}, "needs exclusive classes"),
        ("cgan", {"labelled_per_class": 3}, "needs exclusive classes; .* has vectors"),
    ],
)
def test_what_vectors_do_not_support(words, method, settings, message):
    with pytest.raises(UserError, match=message):
        build(method, dataset=str(words / "known.npz"), **settings, **QUICK)


def test_data_without_a_known_vector(words):
    path = words / "none.npz"
    np.savez(path, images=np.zeros((8, 32, 32, 1), np.uint8), labels=np.full((8, 2), np.nan))
    with pytest.raises(UserError, match="no example has a complete label"):
        build("cgan", dataset=str(path), **QUICK)
