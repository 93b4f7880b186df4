"""Shapes: masks, losses, and what is found of a generator whose shapes are known."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
import tensorflow as tf

from benchmarks.studies.latent.shapes import SIDE, found_depth, measured, true_depth, write_shapes
from tests.saved_runs import write_run
from tests.trainers.small import build
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.latent.stored import FILE, StoredLatent, write_latent
from tfgan_kit.runs.saved_generator import SavedGenerator
from trainers.latent.distances import distance
from trainers.latent.gan2shape.config import Gan2ShapeConfig
from trainers.latent.gan2shape.trainer import Gan2Shape, bend, roughness
from trainers.latent.masks import ellipsoid, read_mask

RNG = np.random.default_rng(0)


def test_phases_of_two_rounds():
    config = Gan2ShapeConfig(
        rounds=2, pose_steps=5, albedo_steps=1, offset_steps=2, shape_steps=3, steps=17
    )
    kinds = ["pose", *2 * ["albedo", "offsets", "shape"]]
    ends = [5, 6, 8, 11, 12, 14, None]
    assert [tuple(phase) for phase in Gan2Shape.phases(config)] == [
        (kind, turn, end)
        for kind, turn, end in zip(kinds, [0, 0, 0, 0, 1, 1, 1], ends, strict=True)
    ]


def test_the_distance_counts_inside_the_mask_only():
    images, others = RNG.uniform(-1, 1, (2, 3, 4, 5, 2)).astype(np.float32)
    mask = RNG.integers(0, 2, (3, 4, 5, 1)).astype(np.float32)
    own = [np.abs(images[i] - others[i])[mask[i, ..., 0] > 0].mean() / 2 for i in range(3)]
    np.testing.assert_allclose(distance(images, others, mask), np.mean(own), rtol=1e-5)


def test_roughness_and_bend_against_numpy():
    albedo = RNG.uniform(size=(5, 7, 2)).astype(np.float32)
    down, across = np.diff(albedo, axis=0) * 2, np.diff(albedo, axis=1) * 3
    found = roughness(tf.constant(albedo))
    np.testing.assert_allclose(found, (down**2).mean() + (across**2).mean(), rtol=1e-5)
    depth = RNG.uniform(size=(5, 7, 1)).astype(np.float32)
    kernel = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]], np.float32)
    curved = cv2.filter2D(depth[..., 0], -1, kernel)[1:-1, 1:-1]
    np.testing.assert_allclose(bend(tf.constant(depth)), (curved**2).mean(), rtol=1e-4)


def test_the_ellipsoid_lies_over_the_mask():
    mask = np.zeros((21, 41), np.float32)
    mask[5:16, 10:31] = 1
    found = ellipsoid(mask, 0.5)
    # Half axes of 11 and 21 pixels of 0.1 and 0.05, half of which is less across.
    np.testing.assert_allclose(found.max(), 0.5 * 0.525, rtol=1e-5)
    assert np.unravel_index(found.argmax(), found.shape) == (10, 20)
    assert found[mask == 0].max() == 0


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((8, 8), np.uint8), "is empty"),
        (np.full((8, 8), 255, np.uint8), "reaches the border"),
        (np.full((8, 6), 255, np.uint8), "is 6x8, but the generator makes 8x8"),
        (None, "not an image"),
    ],
)
def test_wrong_masks_are_named(tmp_path, picture, message):
    path = str(tmp_path / "mask.png")
    if picture is not None:
        cv2.imwrite(path, picture)
    with pytest.raises(UserError, match=message):
        read_mask(path, (8, 8))


def test_a_generator_is_needed(refused, tmp_path):
    line = refused("train", "gan2shape", "--run-dir", tmp_path / "run")
    assert "--generator" in line


def test_what_will_disappoint_is_said_before(command, tmp_path):
    """A training that ends too early, of an image that the generator does not make."""
    source = Path(write_shapes(tmp_path / "shapes", 0))
    folder = source / "project" / "me"
    folder.mkdir(parents=True)
    write_latent(StoredLatent("z", np.zeros(8, np.float32), {}), folder / FILE)
    (folder / "project.json").write_text('{"rmse": 0.25}')
    brief = ("--pose-steps", 1, "--rounds", 1, "--batch-size", 2, "--steps", 1)
    ask = ("train", "gan2shape", "--generator", source, "--target", "project/me", *brief)
    status, _, err = command(*ask, "--run-dir", tmp_path / "run", "--quiet")
    assert status == 0
    assert "--steps 1 ends before the shape of the last round is fitted" in err
    assert "was projected with an error of 0.25 (RMSE, full range 1), above 0.1" in err


@pytest.mark.long
def test_the_shape_of_a_known_generator_is_found(command, tmp_path):
    """Bars of the reduced form: correlation 0.97, and half the angle of the ellipsoid."""
    run = tmp_path / "run"
    options = ["--generator", write_shapes(tmp_path / "shapes", 0), "--rounds", 2, "--steps", 600]
    status, _, err = command("train", "gan2shape", *options, "--run-dir", run, "--quiet")
    assert (status, err) == (0, "")
    depth = found_depth(run)
    truth = true_depth(0, fixed_latents("normal", 0, 1, 8)[0])
    start = ellipsoid(read_mask(None, (SIDE, SIDE)), Gan2ShapeConfig().height)
    before, after = measured(start, truth), measured(depth, truth)
    assert before["correlation"] < 0.95
    assert after["correlation"] >= 0.97
    assert after["angle"] <= before["angle"] / 2
    error = json.loads((run / "evaluation.json").read_text())[-1]["image_error"]
    assert error < 2.0


def test_of_a_generator_with_labels_the_image_keeps_the_one_it_was_found_with(tmp_path):
    pets = class_field(("cat", "dog"))
    run = write_run(tmp_path / "pets", {"image": (1, 1.0)}, latent="normal", label=pets)
    generator = SavedGenerator(run)
    code = np.array([0.4, -0.6, 0.5], np.float32)
    folder = run / "project" / "rex"
    folder.mkdir(parents=True)
    write_latent(StoredLatent("z", code, {}, np.array(1)), folder / FILE)
    # A seed has the label that `sample` begins with.
    for target, own, label in (("project/rex", code[None], 1), ("7", generator.latents(7, 1), 0)):
        trainer, _ = build("gan2shape", generator=str(run), target=target)
        (wanted, *_), other = (
            generator.render(generator.with_latents(own, np.array([each])))
            for each in (label, 1 - label)
        )
        np.testing.assert_allclose(trainer.image, wanted, atol=1e-5)
        assert np.abs(trainer.image - other[0]).max() > 0.05
