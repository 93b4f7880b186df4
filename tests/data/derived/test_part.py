import numpy as np
import pytest

from data.derived.part import Part
from data.drawn.glyphs import Glyphs
from data.image_source import ImageSource
from data.reading.reader import Reader
from data.source import BadExample
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field, image_field


class Sorted(ImageSource):
    """Ten images sorted by class; image k is filled with k."""

    name, shape, classes, channels, mixed = "sorted", None, ("a", "b"), 3, "x is 3x4"

    def __len__(self):
        return 10

    def example(self, index):
        if index == 7:
            raise BadExample("7.png: empty")
        return np.full((4, 4, 1), index, np.uint8), index // 5

    def where(self, index):
        return f"{index}.png"

    def labels(self):
        return np.arange(10) // 5


@pytest.mark.parametrize("count", [2, 3, 4])
def test_parts_are_disjoint_and_complete(count):
    source = Sorted()
    parts = [Part(source, j, count) for j in range(count)]
    places = [[part.where(i) for i in range(len(part))] for part in parts]
    assert places == [[f"{k}.png" for k in range(j, 10, count)] for j in range(count)]
    assert sum(map(len, parts)) == 10


def test_an_example_is_that_of_the_source():
    part = Part(Sorted(), 1, 3)  # 1, 4, 7
    assert [part.read(i)["image"][0, 0, 0] for i in (0, 1)] == [1, 4]
    assert [part.read(i)["label"] for i in (0, 1)] == [0, 0]
    with pytest.raises(BadExample, match=r"7\.png"):
        part.read(2)
    assert part.labels().tolist() == [0, 0, 1]
    balanced = [Part(Sorted(), j, 2).labels().mean() for j in (0, 1)]
    assert balanced == [0.4, 0.6]


def test_it_says_what_the_source_says():
    part = Part(Sorted(), 0, 2)
    assert (part.name, part.mixed) == ("sorted[0/2]", "x is 3x4")
    assert part.fields == {"image": image_field((None, None, 3)), "label": class_field(("a", "b"))}


def test_labels_that_are_not_known_stay_unknown():
    source = Sorted()
    source.labels = lambda: None
    assert Part(source, 0, 2).labels() is None


def test_a_drawing_source_draws_its_part_at_the_size():
    reader = Reader(Part(Glyphs(), 1, 2), 64)
    expected = Glyphs(size=64).example(7)
    np.testing.assert_array_equal(reader.read(np.array([3]))["image"][0], expected[0])


def test_too_few_examples():
    with pytest.raises(UserError, match="its 10 examples cannot be shared by 11 domains"):
        Part(Sorted(), 0, 11)
