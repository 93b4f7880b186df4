import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.terms.modalities import alignment, berhu, cross_entropy_of_ids, soft_cross_entropy

SHAPE = (3, 4, 5, 1)


def drawn(seed, shape=SHAPE):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def test_berhu_is_what_the_paper_says():
    made, truth = drawn(0), drawn(1)
    known = (drawn(2) > 0).astype("float32")
    means = []
    for a, b, counts in zip(made, truth, known, strict=True):
        d = np.abs(a - b)[counts > 0]
        c = d.max() / 5
        means.append(np.where(d <= c, d, (d**2 + c**2) / (2 * c)).mean())
    assert float(berhu(made, truth, known)) == pytest.approx(np.mean(means), rel=1e-5)


def test_berhu_is_continuous_where_it_bends():
    # One pixel sets c to 1; the other one is on either side of it.
    for away in (0.999, 1.0, 1.001):
        made = np.array([5.0, away], "float32").reshape(1, 1, 2, 1)
        own = float(berhu(made, np.zeros_like(made))) * 2 - (25 + 1) / 2
        assert own == pytest.approx(1.0, abs=2e-3)


def test_berhu_of_an_exact_prediction_is_0_and_so_is_its_gradient():
    values = tf.Variable(drawn(0))
    with tf.GradientTape() as tape:
        loss = berhu(values, values.numpy())
    assert float(loss) == 0
    assert (tape.gradient(loss, values).numpy() == 0).all()


def test_berhu_without_known_pixels_is_0():
    assert float(berhu(drawn(0), drawn(1), np.zeros(SHAPE, "float32"))) == 0


def test_no_gradient_flows_through_the_bend():
    made, truth = tf.Variable(drawn(0, (1, 2, 3, 1))), drawn(1, (1, 2, 3, 1))
    with tf.GradientTape() as tape:
        loss = berhu(made, truth)
    d = made.numpy() - truth
    c = np.abs(d).max() / 5
    expected = np.where(np.abs(d) <= c, np.sign(d), d / c) / 6
    np.testing.assert_allclose(tape.gradient(loss, made), expected, rtol=1e-4, atol=1e-6)


def test_pixels_without_an_image_do_not_count():
    logits = drawn(0, (1, 1, 3, 4))
    rows = logits[0, 0]
    expected = (np.log(np.exp(rows[0]).sum()) - rows[0, 2]) / 3
    ids = tf.constant([[[2, -1, 4]]], tf.int32)
    assert float(cross_entropy_of_ids(ids, logits)) == pytest.approx(expected, rel=1e-5)


def test_soft_cross_entropy_against_sums():
    targets, logits = drawn(0, (2, 3, 3, 4)), drawn(1, (2, 3, 3, 4))
    p, q = (np.exp(v) / np.exp(v).sum(-1, keepdims=True) for v in (targets, logits))
    expected = -(p * np.log(q)).sum(-1).mean()
    assert float(soft_cross_entropy(targets, logits)) == pytest.approx(expected, rel=1e-5)


def test_equal_and_scaled_latents_are_aligned():
    first, second = drawn(0, (4, 2, 2, 8)), drawn(1, (4, 2, 2, 8))
    assert float(alignment(first, first)) == pytest.approx(1, abs=1e-6)
    assert float(alignment(first, 3 * first)) == pytest.approx(1, abs=1e-6)
    a, b = first.reshape(4, -1), second.reshape(4, -1)
    cosines = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
    assert float(alignment(first, second)) == pytest.approx(cosines.mean(), abs=1e-6)
