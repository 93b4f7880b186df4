"""Labels as people write them."""

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.fields import attribute_field, class_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.uses.draw import between_classes
from tfgan_kit.uses.labels import (
    attributes_of,
    check_kind,
    class_of,
    classes_of,
    label_text,
    with_attributes,
)

PETS = class_field(("cat", "dog", "red, fat fox"))
PARTLY = class_field(("cat", "dog"), unknown=True)
FACE = attribute_field(("Male", "Smiling", "Young"))


@pytest.mark.parametrize(
    ("field", "text", "numbers"),
    [
        (PETS, "dog", [1]),
        (PETS, "2", [2]),
        (PETS, "dog, cat", [1, 0]),
        (PETS, "1,cat", [1, 0]),
        (PETS, "all", [0, 1, 2]),
        (PETS, "red, fat fox", [2]),
        (PARTLY, "unknown,0", [-1, 0]),
        (PARTLY, "all", [0, 1]),
        # A name comes before a number, and before a word.
        (class_field(("3", "2", "all", "unknown")), "2", [1]),
        (class_field(("3", "2", "all", "unknown")), "all", [2]),
        (class_field(("3", "2", "all", "unknown")), "unknown,0", [3, 0]),
    ],
)
def test_classes(field, text, numbers):
    assert classes_of(field, text).tolist() == numbers


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        (PETS, "5", "--label 5: the 3 classes are 0 to 2"),
        (PETS, "-1", "--label -1: the 3 classes are 0 to 2"),
        (PETS, "dgo", "no class is called 'dgo'; did you mean 'dog'?; the classes are cat, dog"),
        (PETS, "cat,,dog", "no class is called ''"),
        (PETS, "cat,0", "--label cat,0: cat is named twice"),
        (PARTLY, "unknown,unknown", "unknown is named twice"),
        (PETS, "unknown", "trained with labels throughout; the classes are cat, dog"),
        (PARTLY, "x", "the classes are cat, dog, unknown, or their numbers, 0 to 1"),
        (class_field([f"n{i}" for i in range(100)]), "x", "n19 and 80 more, or their numbers"),
    ],
)
def test_classes_that_are_not_there(field, text, message):
    with pytest.raises(UserError) as caught:
        classes_of(field, text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_attributes():
    assert attributes_of(FACE, "Smiling=0, Male=1") == {1: 0, 0: 1}
    assert attributes_of(attribute_field(("a",), unknown=True), "a=unknown") == {0: -1}
    rows = np.array([[0, 0, 0], [0, 1, 1]])
    assert with_attributes(rows, {1: 0, 0: 1}).tolist() == [[1, 0, 0], [1, 0, 1]]
    assert rows.tolist() == [[0, 0, 0], [0, 1, 1]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Smilng=1", "no attribute is called 'Smilng'; did you mean 'Smiling'?; there are Male, "),
        ("Male", "--attributes Male: give Male= and one of 0, 1"),
        ("Male=2", "--attributes Male=2: give Male= and one of 0, 1"),
        ("Male=unknown", "one of 0, 1"),
        ("Male=1,Male=0", "Male is named twice"),
    ],
)
def test_attributes_that_are_not_there(text, message):
    with pytest.raises(UserError) as caught:
        attributes_of(FACE, text)
    assert message in str(caught.value)


def test_the_kind_of_a_label_is_checked():
    check_kind("run", PETS, "class", "--label")
    for field, kind, message in (
        (None, "class", "run was trained without labels; leave --x out"),
        (FACE, "class", "run takes attributes (Male, Smiling, Young); see --attributes"),
        (PETS, "attributes", "run takes classes (cat, dog, red, fat fox); see --label"),
    ):
        with pytest.raises(UserError) as caught:
            check_kind("run", field, kind, "--x")
        assert message in str(caught.value)


def test_labels_in_words_can_be_given_again():
    assert label_text(PETS, 1) == "dog"
    assert label_text(PARTLY, -1) == "unknown"
    text = label_text(FACE, np.array([0, 1, 1]))
    assert text == "Male=0,Smiling=1,Young=1"
    assert attributes_of(FACE, text) == {0: 0, 1: 1, 2: 1}


@pytest.mark.parametrize(("field", "first", "second"), [(PETS, 2, 0), (PARTLY, -1, 1)])
def test_a_walk_between_classes_ends_in_the_classes_alone(field, first, second):
    weights = between_classes(field, first, second, 5)
    ends = to_network(field, np.array([first, second])).numpy()
    np.testing.assert_array_equal(weights[[0, -1]], ends)
    np.testing.assert_allclose(weights[1], 0.75 * ends[0] + 0.25 * ends[1])
    np.testing.assert_allclose(weights.sum(1), 1)


def test_one_class_of_a_walk():
    assert class_of(PETS, "dog", "--from-label") == 1
    with pytest.raises(UserError, match="--to-label: no class is called 'all'"):
        class_of(PETS, "all", "--to-label")
