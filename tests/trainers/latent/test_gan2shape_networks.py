"""Shapes by networks: who learns in which phase from what, and what is found in the end."""

import json
import os

import numpy as np
import pytest
import tensorflow as tf

from benchmarks.studies.latent.shapes import found_depth, measured, true_depth, write_shapes
from tests.saved_runs import untrained_gan, untrained_styles, write_networks, write_run
from tests.trainers.small import build
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.weights import VARIABLE
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.layers.relief import normals, shading
from tfgan_kit.perceptual.distances import pyramid
from tfgan_kit.runs.saved_run import SavedRun
from trainers.latent.distances import distance
from trainers.latent.gan2shape_networks.config import Gan2ShapeNetworksConfig
from trainers.latent.gan2shape_networks.features import discriminator_maps, perceptual_distance
from trainers.latent.gan2shape_networks.mapped import MappedOffset
from trainers.latent.gan2shape_networks.trainer import Gan2ShapeNetworks, roughness
from trainers.latent.masks import ellipsoid, read_mask

RNG = np.random.default_rng(0)
BRIEF = {
    "pose_steps": 1,
    "prior_steps": 1,
    "albedo_steps": (1,),
    "offset_steps": (1,),
    "rounds": 1,
    "batch_size": 3,
    "perceptual_weight": 0.0,
    "discriminator_weight": 0.0,
    "weight_decay": 0.0,
    "learning_rate": 1e-3,
}
KINDS = ("pose", "prior", "albedo", "offsets", "shape")


@pytest.fixture(scope="module")
def shapes(tmp_path_factory):
    """A run of a generator whose shapes are known."""
    return write_shapes(tmp_path_factory.mktemp("runs") / "shapes", 0)


@pytest.fixture(scope="module")
def gan(tmp_path_factory):
    """A run with a discriminator, untrained."""
    return str(write_networks(tmp_path_factory.mktemp("runs") / "gan", *untrained_gan()))


def trainer_of(run, kind, **settings):
    """A trainer that has done a step of each phase before the given one."""
    trainer, feed = build("gan2shape_networks", **{"generator": run} | BRIEF | settings)
    for stage in range(1, 1 + KINDS.index(kind)):
        trainer.whole_step([{}])
        trainer.enter(stage, feed.spec)
    assert trainer.phase.kind == kind
    return trainer


def weights_of(trainer):
    return {name: network.get_weights() for name, network in trainer.networks.items()}


def test_phases_of_three_rounds():
    config = Gan2ShapeNetworksConfig(
        rounds=3, pose_steps=0, prior_steps=5, albedo_steps=(7, 2), offset_steps=(3,), steps=99
    )
    kinds = ["prior", *3 * ["albedo", "offsets", "shape"]]
    ends = [5, 12, 15, 615, 617, 620, 1020, 1022, 1025, None]
    found = Gan2ShapeNetworks.phases(config)
    assert [(phase.kind, phase.until) for phase in found] == list(zip(kinds, ends, strict=True))
    assert [phase.round for phase in found] == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]


def test_roughness_against_numpy():
    maps = RNG.normal(size=(2, 5, 7, 1)).astype(np.float32)
    expected = sum(np.abs(np.diff(maps, 2, axis)).mean() for axis in (1, 2))
    np.testing.assert_allclose(roughness(tf.constant(maps)), expected, rtol=1e-5)
    plane = np.arange(5)[:, None] + 2.0 * np.arange(7)
    assert float(roughness(tf.constant(plane[None, ..., None]))) == 0


@pytest.mark.parametrize(
    ("kind", "trained"),
    [
        ("pose", {"target"}),
        ("prior", {"depth", "view", "light"}),
        ("albedo", {"albedo"}),
        ("offsets", {"offset"}),
        ("shape", {"depth", "albedo", "view", "light"}),
    ],
)
def test_a_step_trains_the_networks_of_its_phase_alone(shapes, kind, trained):
    trainer = trainer_of(shapes, kind)
    before = weights_of(trainer)
    trainer.whole_step([{}])
    changed = {
        name
        for name, values in weights_of(trainer).items()
        if any((a != b).any() for a, b in zip(values, before[name], strict=True))
    }
    assert changed == trained


def test_the_prior_is_an_ellipsoid_in_a_pose(shapes):
    trainer = trainer_of(shapes, "prior", width=0.1)
    pose = {"view": [0.3, -0.2], "light": [0.5, -0.6, 0.4, 0.6]}
    for name, values in pose.items():
        trainer.networks["target"].get_layer(name).set_weights([np.tile(values, (9, 1))])
    step = tf.function(lambda: trainer.whole_step([{}]))
    told = [step() for _ in range(150)]
    first, last = (float(told[i]["depth/ellipsoid"]) for i in (0, -1))
    assert first == pytest.approx(trainer.ellipsoid[trainer.mask > 0].mean(), rel=0.5)
    assert last < 0.2 * first
    made = trainer.models()
    heights = made["relief"](trainer.own_pose())["depth"][0, ..., 0]
    assert np.abs(heights - trainer.ellipsoid).mean() < 0.05
    found = made["target"](np.zeros(1, np.int32))
    for name, values in pose.items():
        np.testing.assert_allclose(found[name][0], values, atol=0.1)


def test_what_was_found_is_in_the_relief_that_is_kept(shapes):
    trainer = trainer_of(shapes, "shape")
    drawn = {n: trainer.networks[n].get_weights() for n in ("relief", "target")}
    trainer.whole_step([{}])
    kept = trainer.models()
    for name in ("depth", "albedo"):
        found = trainer.networks[name](trainer.image)[name][0]
        np.testing.assert_allclose(kept["relief"].get_layer(name).value, found, atol=1e-6)
        assert np.abs(trainer.networks["relief"].get_layer(name).value - found).max() > 1e-5
    for name in ("view", "light"):
        found = trainer.networks[name](trainer.image)[name]
        np.testing.assert_allclose(kept["target"](np.zeros(1, np.int32))[name], found, atol=1e-6)
    # Pictures are still drawn of the relief that was written down.
    for name, values in drawn.items():
        for a, b in zip(values, trainer.networks[name].get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_pictures_are_drawn_from_the_prior(shapes):
    trainer = trainer_of(shapes, "offsets", batch_size=400, view_spread=0.1, light_spread=0.8)
    seen = {}
    trainer.seen = lambda pose: seen.update(pose) or {"image": None, "mask": None}
    with trainer.random.one_step():
        trainer._pictures()
    view, light = (values.numpy() for values in seen.values())
    np.testing.assert_allclose(view.std(0), 0.1, rtol=0.15)
    assert 0.75 < np.abs(light[:, :2]).max() <= 0.8
    own = trainer.own_pose()["light"][0, 2:].numpy()
    more = light[:, 3] - own[1]
    np.testing.assert_allclose(light[:, 2], np.maximum(own[0] - 0.6 * more, 0), atol=1e-6)
    assert -0.1 <= more.min() < -0.08
    assert 0.58 < more.max() <= 0.6


def test_the_loss_of_the_shape(shapes):
    trainer = trainer_of(shapes, "shape", smoothness_weight=0.3)
    networks, image = trainer.networks, trainer.image
    with trainer.random.one_step():
        pictures, mask = trainer._pictures()
    offset = networks["offset"](pictures * mask)["offset"]
    made = trainer.images(trainer.moved(offset))
    surface = {name: networks[name](image)[name] for name in ("depth", "albedo")}
    losses, rough = [], roughness(surface["depth"])
    kept, target = (trainer.models()[name] for name in ("relief", "target"))
    seen = kept(target(np.zeros(1, np.int32)))
    losses.append(float(distance(seen["image"], image, seen["mask"])))
    pose = {name: networks[name](made)[name] for name in ("view", "light")}
    seen = kept(pose)
    losses.append(float(distance(seen["image"], made, seen["mask"])))
    lights = tf.concat([networks["light"](image)["light"], pose["light"]], 0)
    rough += roughness(shading(normals(surface["depth"][..., 0]), lights))
    told = {name: float(value) for name, value in trainer.whole_step([{}]).items()}
    assert told["depth/image"] == pytest.approx(losses[0], rel=1e-3)
    assert told["depth/picture"] == pytest.approx(losses[1], rel=1e-3)
    assert told["depth/roughness"] == pytest.approx(float(rough), rel=1e-3)
    assert told["depth/loss"] == pytest.approx(sum(losses) + 0.3 * float(rough), rel=1e-3)


def test_a_perceptual_distance_is_that_of_the_object_alone(shapes, monkeypatch):
    distance_of = pyramid()
    monkeypatch.setattr(
        "trainers.latent.gan2shape_networks.trainer.perceptual_distance", lambda *_: distance_of
    )
    trainer = trainer_of(shapes, "albedo", perceptual_weight=0.5)
    seen = trainer.models()["relief"](trainer.models()["target"](np.zeros(1, np.int32)))
    pair = (seen["image"] * seen["mask"], trainer.image * seen["mask"])
    expected = float(distance_of.between(*map(distance_of.features, pair))[0])
    told = {name: float(value) for name, value in trainer.whole_step([{}]).items()}
    assert told["albedo/image_lpips"] == pytest.approx(expected, rel=1e-3)
    assert told["albedo/loss"] == pytest.approx(told["albedo/image"] + 0.5 * expected, rel=1e-3)


@pytest.mark.skipif(VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder of weights")
def test_lpips_is_zero_between_equals():
    found = perceptual_distance((32, 32, 1), "--perceptual-weight 1")
    images = RNG.uniform(-1, 1, (2, 32, 32, 1)).astype(np.float32)
    apart, none = (
        found.between(found.features(images), found.features(other))
        for other in (images[::-1], images)
    )
    np.testing.assert_array_equal(none, 0)
    assert np.min(apart) > 0.1


def test_maps_of_the_discriminator_are_compared(gan):
    trainer = trainer_of(gan, "offsets", discriminator_weight=2.0)
    with trainer.random.one_step():
        pictures, mask = trainer._pictures()
    # An untrained encoder makes no offset: the generator's image is that of the target.
    made = tf.repeat(trainer.image, 3, 0)
    whole = mask * pictures + (1 - mask) * made
    maps = discriminator_maps(SavedRun(gan), (32, 32, 1), "--discriminator-weight 1")
    expected = sum(np.abs(a - b).mean() for a, b in zip(maps(made), maps(whole), strict=True))
    told = {name: float(value) for name, value in trainer.whole_step([{}]).items()}
    assert told["offset/maps"] == pytest.approx(expected, rel=1e-3)
    assert told["offset/loss"] == pytest.approx(told["offset/picture"] + 2 * expected, rel=1e-3)


def test_the_maps_are_the_largest_before_the_last(gan):
    maps = discriminator_maps(SavedRun(gan), (32, 32, 1), "")
    assert [m.shape[1:3] for m in maps(np.zeros((2, 32, 32, 1), np.float32))] == [(16, 16), (8, 8)]
    assert not maps.trainable_variables


def test_a_discriminator_of_groups_has_maps_of_single_images(tmp_path):
    run = write_networks(tmp_path / "styles", *untrained_styles())
    assert "score" not in SavedRun(run).uses
    maps = discriminator_maps(SavedRun(run), (16, 16, 1), "")
    images = RNG.uniform(-1, 1, (8, 16, 16, 1)).astype(np.float32)
    together, alone = maps(images), maps(images[:4])
    assert [m.shape[1:3] for m in together] == [(16, 16), (8, 8)]
    for all_of_them, some in zip(together, alone, strict=True):
        np.testing.assert_allclose(all_of_them[:4], some, rtol=1e-5, atol=1e-6)
    trainer = trainer_of(str(run), "offsets", space="w", discriminator_weight=1.0)
    assert float(trainer.whole_step([{}])["offset/maps"]) > 0
    with pytest.raises(UserError, match=r"--m 1: .* does not take its images alone; give 0"):
        discriminator_maps(SavedRun(run), (32, 32, 1), "--m 1")


def test_an_offset_passes_through_the_last_layers_of_the_mapping(tmp_path):
    run = write_networks(tmp_path / "styles", *untrained_styles())
    space = LatentSpace(SavedRun(run), "w")
    mapped = MappedOffset(space)
    assert mapped.size == 4
    assert np.abs(mapped(tf.zeros([2, 4]))).max() == 0
    network, e = space.networks["mapping"], RNG.normal(size=(3, 4)).astype(np.float32)

    def last(h):
        for name in ("mapping_7", "mapping_8"):
            h = network.get_layer(name)(h)
            h = np.where(h > 0, h, 0.2 * h)
        return h

    h = space.latents(0, 10_000)
    for layer in network.layers[1:]:
        if layer.name == "mapping_7":
            break
        h = layer(h)
    h = h.numpy().mean(0, keepdims=True)
    np.testing.assert_allclose(mapped(e), last(h + e) - last(h), atol=1e-5)
    trainer = trainer_of(str(run), "offsets", space="w")
    before = [value.numpy() for value in trainer.networks["mapping"].variables]
    assert np.isfinite(float(trainer.whole_step([{}])["offset/loss"]))
    for a, b in zip(before, trainer.networks["mapping"].variables, strict=True):
        np.testing.assert_array_equal(a, b)


def test_wrong_requests_are_one_line(refused, tmp_path, gan, shapes, monkeypatch):
    ask = ("train", "gan2shape_networks", "--run-dir", tmp_path / "run")
    assert "--generator" in refused(*ask)
    without = ("--perceptual-weight", 0)
    line = refused(*ask, "--generator", shapes, *without)
    assert "--discriminator-weight 1" in line
    assert "keeps no discriminator" in line
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    line = refused(*ask, "--generator", gan)
    assert line.count("--perceptual-weight 1") == 1
    assert "give 0" in line
    odd = write_run(tmp_path / "odd", {"image": (2, 1)}, method="gan", latent="normal")
    monkeypatch.setenv("TFGAN_KIT_WEIGHTS", str(tmp_path))
    assert "vgg16" in refused(*ask, "--generator", odd, "--discriminator-weight", 0)
    assert not (tmp_path / "run").exists()


def test_no_steps_of_a_kind_are_refused():
    with pytest.raises(UserError, match="--shape-steps has no number"):
        Gan2ShapeNetworksConfig(shape_steps=()).check()


@pytest.mark.long
def test_the_shape_of_a_known_generator_is_found(command, tmp_path, shapes):
    """Better than the ellipsoid that it begins with, which an untrained run keeps."""
    run = tmp_path / "run"
    options = ("--preset", "networks-small", "--generator", shapes, "--run-dir", run, "--quiet")
    status, _, err = command("train", "gan2shape_networks", *options)
    assert (status, err) == (0, "")
    truth = true_depth(0, fixed_latents("normal", 0, 1, 8)[0])
    start = ellipsoid(read_mask(None, truth.shape), Gan2ShapeNetworksConfig().height)
    before, after = measured(start, truth), measured(found_depth(run), truth)
    assert before["correlation"] < 0.95
    assert after["correlation"] >= 0.97
    error = json.loads((run / "evaluation.json").read_text())[-1]["image_error"]
    assert error < 2.0
