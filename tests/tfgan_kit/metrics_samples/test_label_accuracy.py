import numpy as np
import pytest

from tfgan_kit.metrics.samples.label_accuracy import (
    attribute_accuracy,
    confusion,
    guessing_accuracy,
)


def test_rows_are_what_was_asked_for_and_columns_what_was_seen():
    asked = [0, 0, 0, 0, 1, 1, 2]
    seen = [0, 0, 1, 2, 1, 1, 0]
    expected = [[0.5, 0.25, 0.25], [0, 1, 0], [1, 0, 0]]
    np.testing.assert_array_equal(confusion(asked, seen, 3), expected)


def test_it_equals_a_count_one_by_one():
    rng = np.random.default_rng(0)
    asked, seen = rng.integers(5, size=(2, 400))
    found = confusion(asked, seen, 5)
    for row in range(5):
        for column in range(5):
            both = sum(a == row and s == column for a, s in zip(asked, seen, strict=True))
            assert found[row, column] == pytest.approx(both / list(asked).count(row))


@pytest.mark.parametrize(
    ("asked", "seen"),
    [([0, 1], [0]), ([0, 1], [0, 2]), ([0, -1], [0, 1]), ([0, 0], [0, 1]), ([], [])],
)
def test_what_is_no_confusion_of_two_classes(asked, seen):
    with pytest.raises(ValueError, match=r"needed|classes from|must be asked"):
        confusion(np.array(asked, int), np.array(seen, int), 2)


def test_attributes_are_right_one_by_one():
    asked = [[1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 0, 0]]
    seen = [[1, 1, 1], [0, 1, 1], [1, 0, 1], [1, 0, 0]]
    np.testing.assert_array_equal(attribute_accuracy(asked, seen), [0.75, 0.25, 1.0])
    for wrong in (seen[:3], np.zeros((4, 2))):
        with pytest.raises(ValueError, match="are needed"):
            attribute_accuracy(asked, wrong)
    with pytest.raises(ValueError, match="are needed"):
        attribute_accuracy(np.zeros((0, 3)), np.zeros((0, 3)))


def test_an_unknown_attribute_is_neither_right_nor_wrong():
    asked = np.array([[1, -1, -1], [0, -1, 1], [-1, -1, 1]])
    found = attribute_accuracy(asked, np.array([[1, 1, 0], [1, 0, 1], [1, 1, 1]]))
    np.testing.assert_array_equal(found, [0.5, np.nan, 1])


def test_guessing_gives_the_most_frequent_answer_always():
    labels = [2, 0, 2, 1, 2, -1, -1]
    counted = max(labels.count(c) for c in (0, 1, 2)) / sum(label >= 0 for label in labels)
    assert guessing_accuracy(labels) == pytest.approx(counted) == pytest.approx(3 / 5)
    rows = np.array([[0, 1], [0, 1], [1, 1], [0, -1]])
    assert guessing_accuracy(rows) == pytest.approx((3 / 4 + 3 / 3) / 2)
    with pytest.raises(ValueError, match="No label"):
        guessing_accuracy([-1, -1])
