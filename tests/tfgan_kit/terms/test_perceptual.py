import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.terms.perceptual import perceptual_loss

RNG = np.random.default_rng(0)
SHAPES = {"early": (2, 4, 4, 3), "late": (2, 2, 2, 5), "unused": (2, 1, 1, 1)}
WEIGHTS = {"early": 0.25, "late": 2.0}


@pytest.mark.parametrize(("norm", "size"), [("l1", np.abs), ("l2", np.square)])
def test_it_is_the_weighted_sum_of_mean_distances(norm, size):
    fake, real = ({name: RNG.normal(size=shape) for name, shape in SHAPES.items()} for _ in "ab")
    expected = sum(w * size(fake[name] - real[name]).mean() for name, w in WEIGHTS.items())
    value = perceptual_loss(fake, real, WEIGHTS, norm)
    np.testing.assert_allclose(value, expected, rtol=1e-5)


def test_gradients_reach_the_fake_side_only():
    fake, real = (
        {name: tf.constant(RNG.normal(size=shape)) for name, shape in SHAPES.items()} for _ in "ab"
    )
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([fake, real])
        value = perceptual_loss(fake, real, WEIGHTS)
    assert tape.gradient(value, list(real.values())) == [None] * 3
    assert np.abs(tape.gradient(value, fake["early"])).sum() == pytest.approx(0.25)


def test_an_unknown_norm_is_refused():
    with pytest.raises(KeyError, match="l3"):
        perceptual_loss({}, {}, WEIGHTS, "l3")
