"""Directions: their losses against numpy, what a step draws, and what is learned."""

import dataclasses
import json

import numpy as np
import pytest
import tensorflow as tf

from tests.saved_runs import SIZE, untrained_styles, write_networks, write_run
from tests.trainers.latent import factors
from tests.trainers.small import build
from tfgan_kit.engine.loop import Loop
from tfgan_kit.errors import UserError
from tfgan_kit.fields import attribute_field, class_field
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.apply import Bound
from trainers.latent.directions.trainer import accuracy, at_least, direction_loss, shift_loss

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def blobs(tmp_path_factory):
    """A run whose generator makes blobs of a latent of three."""
    return str(write_run(tmp_path_factory.mktemp("blobs"), {"image": (1, 1)}, latent="normal"))


@pytest.fixture(scope="module")
def ellipses(tmp_path_factory):
    return factors.write_factors(tmp_path_factory.mktemp("runs") / "factors")


def trainer_of(run, **settings):
    return build("directions", **{"generator": run, "width": 0.1} | settings)[0]


def test_the_losses():
    k, logits = np.array([0, 3, 1]), RNG.normal(size=(3, 4)).astype("float32")
    chances = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    expected = -np.log(chances[range(3), k]).mean()
    assert float(direction_loss(k, logits)) == pytest.approx(expected, rel=1e-5)
    eps, found = RNG.normal(size=(2, 5, 1)).astype("float32")
    assert float(shift_loss(eps, found)) == pytest.approx(np.abs(eps - found).mean(), rel=1e-5)
    logits = np.eye(4, dtype="float32")[[0, 2, 1]]
    assert float(accuracy(k, logits)) == pytest.approx(2 / 3)


def test_small_shifts_are_enlarged():
    eps = np.array([-6, -0.5, -0.2, 0, 0.2, 0.7], "float32")
    np.testing.assert_allclose(at_least(eps, 0.5), [-6, -0.5, -0.5, 0.5, 0.5, 0.7])


def test_a_step_minimises_the_weighted_sum(blobs):
    trainer = trainer_of(blobs, batch_size=16, shift_weight=0.3)
    with trainer.random.one_step():
        given, k, eps = trainer.drawn(16)
    before, after = (trainer.images(given, k, e).numpy() for e in (tf.zeros_like(eps), eps))
    found = trainer.networks["reconstructor"]({"before": before, "after": after}, training=True)
    told = {name: float(value) for name, value in trainer.whole_step([{}]).items()}
    direction = float(direction_loss(k, found["logits"]))
    shift = np.abs(eps - found["eps"]).mean()
    assert told["reconstructor/direction"] == pytest.approx(direction, rel=1e-4)
    assert told["reconstructor/shift"] == pytest.approx(shift, rel=1e-4)
    assert told["reconstructor/loss"] == pytest.approx(direction + 0.3 * shift, rel=1e-4)
    assert 0 <= told["reconstructor/accuracy"] <= 1


def test_images_are_those_of_the_generator_at_the_moved_latent(blobs):
    trainer = trainer_of(blobs)
    given, k, eps = trainer.drawn(8)
    moved = given["latent"] + eps * trainer.matrix.numpy()[:, k].T
    network = SavedRun(blobs).load("generator")
    expected = np.clip(network(moved)["image"], -1, 1)
    np.testing.assert_allclose(trainer.images(given, k, eps), expected, atol=1e-4)
    unmoved = np.clip(network(given["latent"])["image"], -1, 1)
    np.testing.assert_array_equal(trainer.images(given, k, 0 * eps), unmoved)


def test_draws(blobs):
    trainer = trainer_of(blobs, shift=3.0, least_shift=1.0)
    given, k, eps = (x if isinstance(x, dict) else x.numpy() for x in trainer.drawn(3000))
    latents = given["latent"].numpy()
    assert latents.std() == pytest.approx(1, abs=0.05)
    assert np.bincount(k) == pytest.approx([1000] * SIZE, abs=120)
    sizes = np.abs(eps)
    assert sizes.min() == 1.0
    assert 2.9 < sizes.max() <= 3
    assert (sizes == 1).mean() == pytest.approx(1 / 3, abs=0.04)
    assert (eps > 0).mean() == pytest.approx(0.5, abs=0.04)


def test_only_the_directions_and_the_reconstructor_change(blobs):
    for matrix in ("learned", "axes"):
        trainer = trainer_of(blobs, matrix=matrix, batch_size=8)
        before = {name: net.get_weights() for name, net in trainer.networks.items()}
        trainer.whole_step([{}])
        changed = {
            name
            for name, net in trainer.networks.items()
            if any((a != b).any() for a, b in zip(before[name], net.get_weights(), strict=True))
        }
        expected = {"reconstructor"} | ({"directions"} if matrix == "learned" else set())
        assert changed == expected


def test_shifts_are_in_standard_deviations(tmp_path):
    uniform = str(write_run(tmp_path / "uniform", {"image": (1, 1)}, latent="uniform"))
    trainer = trainer_of(uniform)
    scale = trainer.networks["directions"].get_layer("directions").scale
    assert float(scale) == pytest.approx(np.random.default_rng(0).uniform(-1, 1, 10**6).std(), 1e-2)
    given, *_ = trainer.drawn(1000)
    assert 0.95 < np.abs(given["latent"]).max() <= 1


def test_a_joint_generator_is_seen_as_a_whole(tmp_path):
    run = str(write_run(tmp_path / "joint", {"image_a": (1, 1), "image_b": (3, -1)}))
    trainer = trainer_of(run)
    assert trainer.networks["reconstructor"].input["before"].shape[1:] == (16, 16, 4)
    given, k, eps = trainer.drawn(4)
    made = SavedRun(run).load("generator")(given["latent"])
    joined = np.clip(np.concatenate([made["image_a"], made["image_b"]], -1), -1, 1)
    np.testing.assert_allclose(trainer.images(given, k, 0 * eps), joined, atol=1e-5)
    assert list(trainer.bound("edit").use.outputs) == ["image_a", "image_b"]


@pytest.mark.parametrize(
    "field",
    [class_field(["one", "two", "three"]), attribute_field(["dark", "thick"])],
    ids=lambda field: field.kind,
)
def test_labels_are_drawn_and_stay(tmp_path, field):
    if field.kind == "attributes":
        field = dataclasses.replace(field, examples=((0, 1), (1, 1)))
    run = str(write_run(tmp_path / "run", {"image": (1, 1)}, latent="normal", label=field))
    trainer = trainer_of(run)
    given, k, eps = trainer.drawn(400)
    labels = given["label"].numpy()
    if field.kind == "class":
        assert np.bincount(labels) == pytest.approx([133] * 3, abs=40)
        weights = np.eye(3)[labels]
    else:
        assert {tuple(row) for row in labels} == {(0, 1), (1, 1)}
        weights = labels
    moved = given["latent"] + eps * trainer.matrix.numpy()[:, k].T
    inputs = {"latent": moved, "label": tf.constant(weights, tf.float32)}
    made = SavedRun(run).bound("generate").networks[0](inputs)["image"]
    expected = np.clip(made, -1, 1)
    np.testing.assert_allclose(trainer.images(given, k, eps), expected, atol=1e-4)
    assert "label" in trainer.bound("edit").use.inputs


def test_intermediate_latents(styles):
    trainer = trainer_of(styles, space="w", batch_size=8)
    edit, mapped = trainer.bound("edit"), trainer.bound("map")
    assert list(edit.use.inputs) == ["w", "psi", "k", "eps"]
    assert [call.network for call in edit.use.calls] == ["directions", "truncation", "synthesis"]
    latents = RNG.normal(size=(6, 4)).astype("float32")
    w = mapped.render({"latent": latents})["w"]
    k, still = np.arange(6) % 4, np.zeros((6, 1), "float32")
    images = edit.render({"w": w, "k": k, "eps": still})["image"]
    expected = SavedRun(styles).bound("generate").render({"latent": latents})["image"]
    np.testing.assert_allclose(images, expected, atol=1e-5)
    networks = SavedRun(styles).bound("generate").networks
    many = networks[0](RNG.normal(size=(20_000, 4)).astype("float32"))["w"].numpy()
    scale = float(trainer.networks["directions"].get_layer("directions").scale)
    assert scale == pytest.approx(many.std(0).mean(), rel=0.03)
    assert 0 < float(trainer.whole_step([{}])["reconstructor/loss"]) < 100


@pytest.fixture(scope="module")
def styles(tmp_path_factory):
    """A run of untrained networks that map their latents."""
    return str(write_networks(tmp_path_factory.mktemp("styles"), *untrained_styles()))


def test_evaluation_recognises_what_a_perfect_reconstructor_sees(blobs):
    trainer = trainer_of(blobs)

    class Knowing:
        def __call__(self, pair, training):
            assert not training
            return {"logits": self.logits(pair), "eps": tf.zeros((len(pair["after"]), 1))}

        def logits(self, pair):
            return tf.tile([[0.0, 1.0, 0.0]], [len(pair["after"]), 1])

    trainer.averages["reconstructor"].network = Knowing()
    measured = trainer.evaluate(None, 300)
    assert measured["rca"] == pytest.approx(1 / 3, abs=0.08)  # It always says 1.
    assert measured["shift_error"] == pytest.approx(3.02, abs=0.3)  # The mean of |eps|.
    assert measured["samples"] == 300
    assert measured["reference"]["chance"]["rca"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"generator": ""}, "name its run with --generator DIR"),
        ({"count": 4, "orthonormal": True}, "--count 4: the latent has 3 numbers"),
        ({"count": 4, "matrix": "axes"}, "--count 4: the latent has 3 numbers"),
        ({"space": "w"}, "does not map its latents"),
        ({"shift": 0.2}, "--least-shift 0.5 is above --shift 0.2"),
        ({"matrix": "axes", "orthonormal": True}, "leave --orthonormal out"),
    ],
)
def test_what_cannot_be_is_refused(blobs, settings, said):
    with pytest.raises(UserError) as error:
        trainer_of(blobs, **settings)
    assert said in str(error.value)


def test_more_directions_than_dimensions_need_not_be_orthogonal(blobs):
    assert trainer_of(blobs, count=5).matrix.shape == (3, 5)


def test_a_run_that_generates_no_images_is_refused(tmp_path):
    points = write_run(tmp_path / "points", {"image": (2, 1)}, method="gan", points=True)
    with pytest.raises(UserError, match="generates points; name a generator of images"):
        trainer_of(str(points))
    other = tmp_path / "other"
    other.mkdir()
    (other / "config.json").write_text(json.dumps({"method": "classifier", "settings": {}}))
    with pytest.raises(UserError, match="of classifier cannot generate from a latent, only"):
        trainer_of(str(other))
    with pytest.raises(UserError, match="there is no run directory"):
        trainer_of(str(tmp_path / "nowhere"))


def trained(run, steps, **settings):
    """A trainer of 16 directions after so many steps."""
    trainer = trainer_of(run, count=16, width=0.5, batch_size=32, **settings)
    start = factors.energy(trainer.matrix)
    Loop(trainer, lambda context: None).run(steps)
    return trainer, start


@pytest.mark.long
def test_directions_turn_to_what_acts_and_are_told_apart_better_than_random_ones(ellipses):
    learned, start = trained(ellipses, 500)
    assert start < 0.3
    assert factors.energy(learned.matrix) >= 0.6
    random, before = trained(ellipses, 500, matrix="random")
    assert factors.energy(random.matrix) == before
    measured = [trainer.evaluate(None, 1000)["rca"] for trainer in (learned, random)]
    assert measured[0] >= measured[1] + 0.02


def test_orthonormal_directions_turn_to_what_acts(ellipses):
    # Of 16 at right angles, at most six can lie in six dimensions.
    trainer = trainer_of(ellipses, count=6, width=0.5, batch_size=32, orthonormal=True)
    start = factors.energy(trainer.matrix)
    Loop(trainer, lambda context: None).run(300)
    assert start < 0.3
    assert factors.energy(trainer.matrix) >= 0.4
    product = trainer.matrix.numpy().T @ trainer.matrix.numpy()
    np.testing.assert_allclose(product, np.eye(6), atol=1e-4)


def test_the_known_generator_is_what_it_says(ellipses):
    bound = SavedRun(ellipses).bound("generate")
    latents = RNG.normal(size=(4, factors.SIZE)).astype("float32")
    idle = latents - latents @ factors.rows().T @ factors.rows()
    images = bound.render({"latent": latents})["image"]
    moved = bound.render({"latent": latents + idle})["image"]
    np.testing.assert_allclose(moved, images, atol=1e-4)
    for row in factors.rows():
        acted = bound.render({"latent": latents + 6 * row})["image"]
        assert np.abs(acted - images).max((1, 2, 3)).min() > 0.03
    assert isinstance(bound, Bound)
