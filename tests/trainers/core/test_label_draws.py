"""Random labels: their shares, and what is made of real ones."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, class_field
from tfgan_kit.randomness import Random
from tfgan_kit.settings.option import make
from trainers.conditional.cgan.config import CGANConfig
from trainers.conditional.noise import read_noise_matrix
from trainers.core import label_draws

COUNT = 20_000
LABELS = tf.constant(np.arange(COUNT) % 3)
THREE = Field("class", (), "int64", names=("x", "y", "z"), rates=(0.5, 0.3, 0.2))


def random(step=0):
    return Random(0, tf.constant(step))


def shares(labels):
    return np.bincount(np.asarray(labels), minlength=3) / COUNT


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, (0.5, 0.3, 0.2)),
        ({"label_sampling": "uniform"}, (1 / 3, 1 / 3, 1 / 3)),
        ({"label_sampling": "weights", "label_weights": (3.0, 0.0, 1.0)}, (0.75, 0.0, 0.25)),
    ],
)
def test_classes_come_as_often_as_they_should(settings, expected):
    chances = label_draws.rates(THREE, make(CGANConfig, settings))
    drawn = label_draws.drawn(random(), "label", THREE, chances, LABELS)
    np.testing.assert_allclose(shares(drawn), expected, atol=0.015)
    again = label_draws.drawn(random(), "label", THREE, chances, LABELS)
    np.testing.assert_array_equal(drawn, again)
    later = label_draws.drawn(random(1), "label", THREE, chances, LABELS)
    assert (drawn != later).numpy().any()


def test_rows_of_attributes_come_from_the_data():
    field = Field("attributes", (2,), "int64", names=("a", "b"), examples=((0, 1), (1, 1)))
    drawn = label_draws.drawn(random(), "label", field, None, tf.zeros([1000, 2], tf.int64))
    rows, counts = np.unique(drawn, axis=0, return_counts=True)
    assert rows.tolist() == [[0, 1], [1, 1]]
    assert counts.min() > 430


def test_a_batch_keeps_its_labels_and_loses_their_order():
    permuted = label_draws.permuted(random(), "label", LABELS)
    np.testing.assert_array_equal(np.sort(permuted), np.sort(LABELS))
    assert (permuted.numpy() == LABELS.numpy()).mean() == pytest.approx(1 / 3, abs=0.02)


def test_noise_makes_other_classes_of_some_labels():
    noisy = label_draws.flipped(random(), "noise", LABELS, 0.3, THREE.names).numpy()
    wrong = noisy != LABELS.numpy()
    assert wrong.mean() == pytest.approx(0.3, abs=0.015)
    step = (noisy - LABELS.numpy())[wrong] % 3
    np.testing.assert_allclose(np.bincount(step)[1:] / wrong.sum(), (0.5, 0.5), atol=0.02)
    unknown = tf.fill([50], tf.constant(-1, tf.int64))
    assert (label_draws.flipped(random(), "noise", unknown, 1.0, THREE.names) == -1).numpy().all()


def test_a_matrix_says_what_labels_become(tmp_path):
    matrix = np.array([[0.8, 0.2, 0.0], [0.0, 1.0, 0.0], [0.1, 0.1, 0.8]])
    np.savetxt(tmp_path / "m.csv", matrix, delimiter=",")
    read = read_noise_matrix(str(tmp_path / "m.csv"), THREE.names)
    np.testing.assert_allclose(read, matrix)
    made = label_draws.relabelled(random(), "noise", LABELS, read).numpy()
    for k in range(3):
        of_class = np.bincount(made[LABELS.numpy() == k], minlength=3)
        np.testing.assert_allclose(of_class / of_class.sum(), matrix[k], atol=0.02)


def test_a_share_of_labels_is_hidden():
    hidden = label_draws.hidden(random(), "unknown", LABELS, 0.4).numpy()
    assert (hidden == -1).mean() == pytest.approx(0.4, abs=0.015)
    np.testing.assert_array_equal(hidden[hidden >= 0], LABELS.numpy()[hidden >= 0])


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        (np.eye(2), "is 2x2; 3 classes need 3x3"),
        (np.eye(3) * 0.9, "chances that sum to 1"),
        (None, "No such file"),
    ],
)
def test_matrices_that_are_none(tmp_path, matrix, message):
    if matrix is not None:
        np.save(tmp_path / "m.npy", matrix)
    with pytest.raises(UserError, match=message):
        read_noise_matrix(str(tmp_path / "m.npy"), THREE.names)


@pytest.mark.parametrize(
    ("field", "settings", "message"),
    [
        (class_field("xyz"), {"label_sampling": "weights", "label_weights": (1.0,)}, "1 numbers"),
        (Field("vector", (2,)), {"label_sampling": "uniform"}, "needs exclusive classes"),
    ],
)
def test_samplings_that_do_not_fit(field, settings, message):
    with pytest.raises(UserError, match=message):
        label_draws.rates(field, make(CGANConfig, settings))
