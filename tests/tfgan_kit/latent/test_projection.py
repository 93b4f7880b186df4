"""Projection: where the answer is known, and into StyleGAN with random weights."""

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.latent.small_styles import LAYERS, SIDE, SIZE, uses
from tfgan_kit.errors import UserError
from tfgan_kit.latent.projection import Space, project, schedule
from tfgan_kit.latent.searches import space_of_w, space_of_z
from tfgan_kit.latent.spaces import mean_and_spread
from tfgan_kit.perceptual.distances import pyramid

BASIS = np.random.default_rng(0).normal(size=(3, 64)).astype(np.float32) / 8


def linear(codes, maps):
    del maps
    return tf.reshape(codes @ BASIS, (-1, 8, 8, 1))


@pytest.fixture(scope="module")
def built():
    return uses(0)[0]


def bar():
    image = np.full((1, SIDE, SIDE, 1), -1.0, np.float32)
    image[:, 12:20, 4:28] = 1.0
    return image


def test_latents_are_recovered():
    truth = np.random.default_rng(1).normal(size=(5, 3)).astype(np.float32)
    truth *= np.sqrt(3) / np.linalg.norm(truth, axis=1, keepdims=True)  # Where the prior is 0.
    starts = np.random.default_rng(2).normal(size=(3, 3)).astype(np.float32)
    space = Space(images_of=linear, starts=starts, prior="normal")
    found = project(space, linear(truth, {}).numpy(), pyramid(), steps=300)
    np.testing.assert_allclose(found.codes, truth, atol=0.01)
    assert found.distances.max() < 1e-5
    # What is found for an image does not depend on the others.
    alone = project(space, linear(truth[3:4], {}).numpy(), pyramid(), steps=300)
    np.testing.assert_allclose(alone.codes, found.codes[3:4], atol=1e-3)
    assert (found.broken < 0).all()


def test_uniform_latents_stay_in_their_cube():
    starts = np.zeros((1, 3), np.float32)
    targets = linear(np.full((1, 3), 3.0, np.float32), {}).numpy()
    for prior, largest in (("uniform", 1.0), ("", 3.0)):
        space = Space(images_of=linear, starts=starts, prior=prior)
        found = project(space, targets, pyramid(), steps=300)
        assert np.abs(found.codes).max() == pytest.approx(largest, abs=0.01)


def test_the_schedule():
    steps = 1000

    def by_hand(t):
        rate = 0.5 - 0.5 * np.cos(np.pi * min(1, (1 - t) / 0.25))
        return rate * min(1, t / 0.05), max(0, 1 - t / 0.75) ** 2

    for done in (0, 10, 50, 300, 750, 800, 999):
        found = [float(each) for each in schedule(tf.constant(done), steps)]
        np.testing.assert_allclose(found, by_hand(done / steps), atol=1e-6)


def test_the_mean_of_mapped_latents(built):
    _, to_w, _ = built
    mean, spread = mean_and_spread(to_w, 0)
    again, _ = mean_and_spread(to_w, 1)
    w = to_w.render({"latent": np.random.default_rng(0).normal(size=(4000, SIZE))})["w"]
    expected = np.sqrt(np.square(w - w.mean(0)).sum(1).mean())
    assert spread == pytest.approx(expected, rel=0.03)
    np.testing.assert_allclose(mean, w.mean(0), atol=0.06 * expected)
    assert 0 < np.abs(mean - again).max() < 0.06 * spread


def test_the_image_of_the_mean_is_found_at_once(built):
    _, to_w, of_w = built
    how = {"noise": False, "weight": 1.0, "seed": 0}
    space = space_of_w(to_w, of_w, "image", layers=False, **how)
    assert space.starts.shape == (1, 1, SIZE)
    target = of_w.unlimited({"styles": np.tile(space.starts, (1, LAYERS, 1))})["image"].numpy()
    still = Space(images_of=space.images_of, starts=space.starts)
    found = project(still, target, pyramid(), steps=1)
    assert found.curves[0][0] == pytest.approx(0, abs=1e-9)
    # With search noise it is not.
    assert project(space, target, pyramid(), steps=1).curves[0][0] > 1e-4


def test_random_styles_come_near(built):
    """To a tenth of the first distance in w, to 0.03 of it in w+."""
    generate, to_w, of_w = built
    latent = np.random.default_rng(10).normal(size=(1, SIZE)).astype(np.float32)
    own = generate.unlimited({"latent": latent})["image"].numpy()
    targets, left = np.concatenate([own, bar()]), {}
    for layers in (False, True):
        how = {"noise": False, "weight": 1.0, "seed": 0}
        space = space_of_w(to_w, of_w, "image", layers=layers, **how)
        start = Space(images_of=space.images_of, starts=space.starts)
        first = [c[0] for c in project(start, targets, pyramid(), steps=1).curves]
        left[layers] = project(space, targets, pyramid(), steps=300).distances / first
    assert left[False].max() <= 0.1
    assert left[True].max() <= 0.03
    assert (left[True] < left[False]).all()


def test_of_several_starts_in_z_the_best_counts(built):
    generate, _, _ = built
    space = space_of_z(generate, "image", starts=4, seed=0)
    assert space.starts.shape == (4, SIZE)
    assert len(np.unique(space.starts)) == 4 * SIZE

    def two_valleys(codes, maps):
        """0.6 where the latent is 0.8; below 0 is another valley."""
        z = codes[:, :1]
        return tf.reshape(tf.where(z > 0, 0.75 * z, 0.3 * tf.sin(np.pi * z)), (-1, 1, 1, 1))

    target = np.full((1, 1, 1, 1), 0.6, np.float32)
    starts = np.array([[-0.5], [0.3]], np.float32)
    found = [
        project(Space(images_of=two_valleys, starts=some), target, pyramid(1), steps=100)
        for some in (starts[:1], starts)
    ]
    assert found[0].distances[0] > 0.05
    assert found[1].distances[0] < 1e-4
    np.testing.assert_allclose(found[1].codes, 0.8, atol=0.02)


def noisy(codes, maps):
    """Images of noise alone."""
    return 0.0 * linear(codes, maps) + 0.5 * maps["m"]


def test_maps_of_noise_are_searched_for_too_but_carry_no_picture():
    rng = np.random.default_rng(7)
    hidden = rng.normal(size=(1, 8, 8, 1)).astype(np.float32)
    hidden = (hidden - hidden.mean()) / hidden.std()
    space = {"images_of": noisy, "starts": np.zeros((1, 3), np.float32)}
    maps = {"m": rng.normal(size=(8, 8, 1)).astype(np.float32)}

    def searched(target, weight):
        where = Space(**space, maps=maps, noise_weight=weight)
        return project(where, target, pyramid(), steps=300)

    found = searched(0.5 * hidden, 1.0)
    assert found.distances[0] < 0.1 * found.curves[0][0]
    assert np.corrcoef(found.maps["m"].ravel(), hidden.ravel())[0, 1] > 0.9
    assert found.maps["m"].mean() == pytest.approx(0, abs=1e-5)
    assert found.maps["m"].var() == pytest.approx(1, rel=1e-3)
    # A smooth picture is not to hide in them.
    ramp = np.linspace(-1, 1, 8, dtype=np.float32)[None, :, None, None] * np.ones((1, 8, 8, 1), "f")
    free, kept = (searched(ramp, weight) for weight in (0.0, 1e3))
    assert free.distances[0] < 0.5 * kept.distances[0]


def test_values_that_are_not_finite_end_a_search_but_keep_the_best():
    def breaks(codes, maps):
        images = linear(codes, maps)
        return tf.where(tf.reduce_max(codes, -1)[:, None, None, None] > 1.0, np.nan, images)

    starts = np.zeros((1, 3), np.float32)
    targets = linear(np.array([[0.5, 0.5, 0.5], [3.0, 3.0, 3.0]], np.float32), {}).numpy()
    found = project(Space(images_of=breaks, starts=starts), targets, pyramid(), steps=200)
    assert found.broken[0] == -1
    assert found.broken[1] > 5
    np.testing.assert_allclose(found.codes[0], 0.5, atol=0.02)
    assert 0.5 < found.codes[1].max() <= 1.0
    assert found.distances[1] < found.curves[1][0]
    assert np.isnan(found.curves[1][found.broken[1] :]).all()
    never = Space(images_of=lambda c, m: linear(c, m) * np.nan, starts=starts)
    with pytest.raises(UserError, match="not finite at the start"):
        project(never, targets, pyramid(), steps=5)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_what_was_best_is_kept_when_it_is_stopped(error):
    targets = linear(np.ones((40, 3), np.float32), {}).numpy()
    space, told = Space(images_of=linear, starts=np.zeros((1, 3), np.float32)), []

    def show(done, of, distance):
        told.append((done, of, distance))
        if done == 110:  # In the second batch of 16.
            raise error

    found = project(space, targets, pyramid(), steps=100, show=show)
    assert isinstance(found.stopped, error)
    assert told[-1][:2] == (110, 3 * 101)
    assert len(found.codes) == len(found.curves) == 32
    assert len(found.curves[20]) == 110 - 101
    assert found.distances[20] == np.min(found.curves[20])
    assert found.distances[0] < found.distances[20] < found.curves[20][0]
