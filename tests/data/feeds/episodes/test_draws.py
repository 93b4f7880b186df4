"""Which classes and examples an episode holds: a pure and fair draw."""

import numpy as np
import pytest
from scipy import stats

from data.feeds.episodes.draws import Draws

CLASSES, EACH, WAYS = 9, 8, 3
PLACES = [np.arange(EACH) + 100 * k for k in range(CLASSES)]


def fair(counts, expected, variance, degrees):
    """Whether counts fit chances, and not better than chance would: both by 1 in 10,000."""
    statistic = ((counts - expected) ** 2 / variance).sum()
    return 1e-4 < stats.chi2.sf(statistic, degrees) < 1 - 1e-4


@pytest.fixture(scope="module")
def many():
    draws = Draws(PLACES, WAYS, 5)
    return [draws.draw(n) for n in range(6000)]


def test_an_episode_depends_on_seed_and_number_alone():
    first, second = Draws(PLACES, WAYS, 5), Draws(PLACES, WAYS, 5)
    for n in (7, 0, 3):
        second.draw(n)
    for n in (3, 0, 10**12):
        (a, orders_a), (b, orders_b) = first.draw(n), second.draw(n)
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(orders_a, orders_b)
    other = Draws(PLACES, WAYS, 6)
    assert any(first.draw(n)[0].tolist() != other.draw(n)[0].tolist() for n in range(5))


def test_nothing_comes_twice_in_an_episode(many):
    for classes, orders in many[:500]:
        assert len({*classes.tolist()}) == WAYS
        for k, order in zip(classes, orders, strict=True):
            assert sorted(order) == PLACES[k].tolist()


def test_classes_are_uniform(many):
    chosen = np.array([classes for classes, _ in many])
    share = WAYS / CLASSES
    counts = np.bincount(chosen.ravel(), minlength=CLASSES)
    # Without replacement: the counts of one class are binomial, and all of them sum to a constant.
    variance = len(many) * share * (1 - share) * CLASSES / (CLASSES - 1)
    assert fair(counts, len(many) * share, variance, CLASSES - 1)


@pytest.mark.parametrize("way", range(WAYS))
def test_classes_are_uniform_in_each_place(many, way):
    counts = np.bincount([classes[way] for classes, _ in many], minlength=CLASSES)
    expected = len(many) / CLASSES
    assert fair(counts, expected, expected, CLASSES - 1)


def test_pairs_of_classes_are_uniform(many):
    chosen = np.array([classes for classes, _ in many])
    counts = np.bincount(chosen[:, 0] * CLASSES + chosen[:, 1], minlength=CLASSES**2)
    counts = counts.reshape(CLASSES, CLASSES)
    assert not counts.diagonal().any()
    pairs = CLASSES * (CLASSES - 1)
    expected = len(many) / pairs
    others = counts[~np.eye(CLASSES, dtype=bool)]
    assert fair(others, expected, expected, pairs - 1)


@pytest.mark.parametrize("place", [0, 3, EACH - 1])
def test_examples_are_uniform_in_each_place(many, place):
    found = [order[place] % 100 for _, orders in many for order in orders]
    expected = len(found) / EACH
    assert fair(np.bincount(found, minlength=EACH), expected, expected, EACH - 1)


def test_neighbouring_episodes_have_nothing_to_do_with_each_other(many):
    first = np.array([classes[0] for classes, _ in many])
    counts = np.bincount(first[::2] * CLASSES + first[1::2], minlength=CLASSES**2)
    expected = len(many) / 2 / CLASSES**2
    assert fair(counts, expected, expected, CLASSES**2 - 1)
