import numpy as np
import pytest

from data.drawn.class_colours import COLOURS, GROUNDS, INKS
from data.drawn.glyphs import Glyphs
from data.drawn.pairs.edges import EdgeToColour, EdgeToStreet
from data.reading import transforms

SOME = range(0, 600, 7)


def read(source, indices=SOME):
    return [source.read(i) for i in indices]


@pytest.mark.parametrize("source", [EdgeToColour, EdgeToStreet])
@pytest.mark.parametrize("split", ["train", "test"])
def test_the_edge_is_that_of_the_glyphs(source, split):
    edges = Glyphs("edge", split, 48)
    for index, example in zip(SOME, read(source(split, 48)), strict=True):
        image, label = edges.example(index)
        np.testing.assert_array_equal(example["input"], image)
        assert example["label"] == label == source(split).labels()[index]


def test_the_edge_of_the_colour_image_is_the_input():
    for example in read(EdgeToColour(size=32)):
        label, target = example["label"], example["target"].astype(int)
        channel = np.argmax(INKS[label].astype(int) - GROUNDS[label])
        assert (INKS[label][channel], GROUNDS[label][channel]) == (255, 0)
        cover = example["target"][..., channel]
        np.testing.assert_array_equal(transforms.edge(cover[..., None]), example["input"])
        mixed = GROUNDS[label] + (INKS[label] - GROUNDS[label].astype(float)) * (
            cover[..., None] / 255
        )
        assert np.abs(target - mixed).max() <= 0.5


def test_the_colours_of_the_classes_can_be_told_apart():
    for colours in (INKS.astype(int), GROUNDS.astype(int)):
        distances = np.abs(colours[:, None] - colours).max(-1)
        assert distances[np.triu_indices(10, 1)].min() >= 40
    assert COLOURS.shape == (10, 256, 3)
    np.testing.assert_array_equal(COLOURS[:, 0], GROUNDS)
    np.testing.assert_array_equal(COLOURS[:, 255], INKS)


def test_the_street_is_that_of_the_glyphs():
    street = Glyphs("street", "test", 40)
    for index, example in zip(SOME, read(EdgeToStreet("test", 40)), strict=True):
        np.testing.assert_array_equal(example["target"], street.example(index)[0])
