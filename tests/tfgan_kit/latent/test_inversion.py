"""Latents of given images, found where the answer is known."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.latent.inversion import PRIOR_WEIGHT, invert

SIZE = 6
BASIS = np.random.default_rng(0).normal(size=(SIZE, 4 * 4 * 2)).astype(np.float32) / 8


def linear(latents):
    """A generator that is linear: the error has one valley."""
    return tf.reshape(latents @ BASIS, [-1, 4, 4, 2])


def two_valleys(latents):
    """A generator of one pixel that is 0.6 at z = 0.8 only; z < 0 leads to a second valley."""
    z = latents[:, :1]
    return tf.reshape(tf.where(z > 0, 0.75 * z, 0.3 * tf.sin(np.pi * z)), [-1, 1, 1, 1])


def some_images(count):
    return np.random.default_rng(2).uniform(-1, 1, (count, 4, 4, 2)).astype(np.float32)


@pytest.mark.parametrize("distribution", ["uniform", "normal"])
def test_the_latents_of_a_linear_generator_are_recovered(distribution):
    truth = np.random.default_rng(1).uniform(-0.95, 0.95, (20, SIZE)).astype(np.float32)
    targets = linear(truth).numpy()
    found = invert(linear, targets, distribution=distribution, latent_size=SIZE, starts=3)
    assert found.latents.shape == (20, SIZE)
    assert found.latents.dtype == found.errors.dtype == np.float32
    if distribution == "normal":
        # A ridge regression: the mean of 32 squared errors and that of 6 squared latents, weighted.
        ridge = PRIOR_WEIGHT * 32 / SIZE * np.eye(SIZE)
        truth = targets.reshape(20, -1) @ BASIS.T @ np.linalg.inv(BASIS @ BASIS.T + ridge)
    np.testing.assert_allclose(found.latents, truth, atol=0.005)
    assert found.errors.max() < 0.01


def test_errors_are_rmse_of_the_full_range():
    found = invert(
        lambda z: 0.0 * linear(z) - 1.0,
        np.stack([np.zeros((4, 4, 2), np.uint8), np.full((4, 4, 2), 255, np.uint8)]),
        distribution="normal",
        latent_size=SIZE,
        steps=2,
    )
    np.testing.assert_allclose(found.errors, [0.0, 1.0], atol=1e-6)
    targets = some_images(3)
    found = invert(linear, targets, distribution="uniform", latent_size=SIZE, steps=30)
    in_unit_range = (linear(found.latents).numpy() + 1) / 2 - (targets + 1) / 2
    by_hand = np.sqrt(np.square(in_unit_range).mean((1, 2, 3)))
    np.testing.assert_allclose(found.errors, by_hand, rtol=1e-4)


def test_a_uniform_latent_stays_in_its_cube():
    targets = linear(np.full((2, SIZE), 3.0, np.float32)).numpy()
    search = {"latent_size": SIZE, "starts": 2, "steps": 300}
    inside = invert(linear, targets, distribution="uniform", **search).latents
    assert np.abs(inside).max() == 1.0
    outside = invert(linear, targets, distribution="normal", **search).latents
    assert np.abs(outside).max() > 2.0


def test_what_an_image_leaves_open_of_a_normal_latent_is_drawn_to_the_origin():
    basis = BASIS * np.array([1, 1, 1, 0, 0, 0], np.float32)[:, None]

    def half_blind(latents):
        return tf.reshape(latents @ basis, [-1, 4, 4, 2])

    targets = np.zeros((1, 4, 4, 2), np.float32)
    search = {"latent_size": SIZE, "starts": 1, "steps": 400}
    drawn = invert(half_blind, targets, distribution="normal", **search).latents
    assert np.abs(drawn).max() < 0.1
    kept = invert(half_blind, targets, distribution="uniform", **search).latents
    assert np.abs(kept[:, 3:]).min() > 1e-3


def test_many_starts_find_the_deeper_valley():
    targets = np.full((1, 1, 1, 1), 0.6, np.float32)
    search = {"distribution": "uniform", "latent_size": 1}
    single = [invert(two_valleys, targets, starts=1, seed=s, **search).errors[0] for s in range(8)]
    stuck = [s for s, error in enumerate(single) if error > 0.1]
    assert 0 < len(stuck) < 8
    many = invert(two_valleys, targets, starts=12, seed=stuck[0], **search)
    assert many.errors[0] < 1e-3
    assert many.latents[0, 0] == pytest.approx(0.8, abs=2e-3)


def test_an_initial_latent_is_one_more_start():
    targets = np.full((2, 1, 1, 1), 0.6, np.float32)
    search = {"distribution": "uniform", "latent_size": 1, "starts": 1}
    seed = next(
        s for s in range(20) if invert(two_valleys, targets, seed=s, **search).errors[0] > 0.1
    )
    initial = np.array([[0.5], [-0.5]], np.float32)
    found = invert(two_valleys, targets, seed=seed, initial=initial, **search)
    assert found.errors[0] < 1e-3
    assert found.errors[1] > 0.1  # Its own start does not help: each image has its own.


def test_the_result_is_a_function_of_the_seed():
    targets = some_images(3)
    search = {"distribution": "normal", "latent_size": SIZE, "steps": 5}
    first, again, other = (invert(linear, targets, seed=s, **search) for s in (1, 1, 2))
    np.testing.assert_array_equal(first.latents, again.latents)
    assert not np.allclose(first.latents, other.latents)


def test_a_batch_is_searched_like_each_alone_and_tells_how_far_it_is():
    targets = some_images(30)
    search = {"distribution": "uniform", "latent_size": SIZE, "starts": 3, "steps": 40}
    calls = []
    whole = invert(linear, targets, progress=lambda *call: calls.append(call), **search)
    assert calls == [(64, 90), (90, 90)]
    for i in (0, 21, 29):  # 21 has its starts in both batches.
        alone = invert(linear, targets[i : i + 1], **search)
        np.testing.assert_allclose(whole.latents[i], alone.latents[0], atol=1e-4)


def test_targets_of_another_shape_are_refused():
    gray = np.zeros((2, 4, 4, 1), np.float32)
    with pytest.raises(ValueError, match="targets"):
        invert(linear, gray, distribution="uniform", latent_size=SIZE)
