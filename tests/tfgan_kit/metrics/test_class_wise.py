import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.class_wise import (
    class_statistics,
    class_wise_frechet,
    class_wise_from_statistics,
    small_class_warning,
)
from tfgan_kit.metrics.distributions.frechet import frechet_distance

seeds = st.integers(0, 2**32 - 1)
quick = settings(max_examples=25, deadline=None)
LABELS = np.repeat([3, 0, 7], [20, 30, 25])


def sample(seed):
    features = np.random.default_rng(seed).normal(size=(75, 4))
    return features + LABELS[:, None]


def test_it_is_the_frechet_distance_of_each_class():
    real, fake = sample(0), 1.3 * sample(1)
    found = class_wise_frechet(real, LABELS, fake, LABELS)
    assert list(found["classes"]) == [0, 3, 7]
    for c, entry in found["classes"].items():
        expected = frechet_distance(real[c == LABELS], fake[c == LABELS])
        assert entry["frechet"] == pytest.approx(expected, rel=1e-9)
        assert entry["real"] == entry["fake"] == (c == LABELS).sum()
    mean = np.mean([entry["frechet"] for entry in found["classes"].values()])
    assert found["mean"] == pytest.approx(mean)
    assert found["all"] == pytest.approx(frechet_distance(real, fake), rel=1e-9)


def test_exchanged_classes_hide_from_the_distance_of_all():
    real = sample(0)
    exchanged = np.repeat([0, 3, 7], [20, 30, 25])
    found = class_wise_frechet(real, LABELS, real, exchanged)
    assert found["all"] == pytest.approx(0.0, abs=1e-9)
    assert found["classes"][7]["frechet"] == pytest.approx(0.0, abs=1e-6)
    assert found["classes"][0]["frechet"] > 1


@quick
@given(seeds)
def test_symmetric_independent_of_order_and_zero_on_identical_sets(seed):
    real, fake = sample(seed), sample(seed + 1)
    order = np.random.default_rng(seed).permutation(75)
    found = class_wise_frechet(real, LABELS, fake, LABELS)
    mixed = class_wise_frechet(fake, LABELS, real[order], LABELS[order])
    assert mixed["mean"] == pytest.approx(found["mean"], rel=1e-7)
    assert mixed["all"] == pytest.approx(found["all"], rel=1e-7)
    assert class_wise_frechet(real, LABELS, real, LABELS)["mean"] < 1e-6


def test_statistics_may_come_in_parts():
    real, fake = sample(0), sample(1)
    whole = class_wise_frechet(real, LABELS, fake, LABELS)
    parts = class_statistics(real[:40], LABELS[:40])
    for c, statistics in class_statistics(real[40:], LABELS[40:]).items():
        if c in parts:
            parts[c].merge(statistics)
        else:
            parts[c] = statistics
    found = class_wise_from_statistics(parts, class_statistics(fake, LABELS))
    assert found["mean"] == pytest.approx(whole["mean"], rel=1e-9)
    assert found["all"] == pytest.approx(whole["all"], rel=1e-9)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (np.where(LABELS == 7, 0, LABELS), "class 7 has 25 real and 0 fake"),
        (np.where(np.arange(75) == 74, 9, LABELS), "class 9 has 0 real and 1 fake"),
        (LABELS[:-1], r"75 examples.*fake labels have shape \(74,\)"),
        (LABELS / 2, "type float64"),
    ],
)
def test_bad_labels_are_refused(labels, message):
    with pytest.raises(UserError, match=message) as caught:
        class_wise_frechet(sample(0), LABELS, sample(1), labels)
    assert "\n" not in str(caught.value)


def test_bad_features_are_refused():
    for wrong, labels in (
        (sample(1)[:0], LABELS[:0]),
        (sample(1)[:1], LABELS[:1]),
        (sample(1)[:, :3], LABELS),
        (sample(1) * np.nan, LABELS),
    ):
        with pytest.raises(UserError):
            class_wise_frechet(sample(0), LABELS, wrong, labels)


def test_small_classes_are_warned_of():
    assert small_class_warning({0: 2049, 1: 3000}, 2048) is None
    text = small_class_warning({0: 100, 1: 3000, 2: 2048}, 2048)
    assert text.startswith("2 of 3 classes (0, 2)")
    assert "\n" not in text
