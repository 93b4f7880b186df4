"""What is left of the class in images of one class."""

import numpy as np

from benchmarks.studies.one_class import class_colours, measure

COLOURS = np.array([[0.0, 0, 0], [200, 0, 0], [0, 200, 0]])


def images(colours):
    return np.broadcast_to(np.array(colours, np.uint8)[:, None, None], (3, 4, 4, 3))


def test_images_in_the_colour_of_their_class_keep_it():
    apart, kept = measure(images(COLOURS), COLOURS)
    # Pairs of classes differ by 200, 200 and 400 in three channels.
    assert apart == np.mean([200, 200, 400]) / 3
    assert kept == 1


def test_equal_images_keep_nothing():
    apart, kept = measure(images([COLOURS[1]] * 3), COLOURS)
    assert apart == 0
    assert kept == 1 / 3


def test_colours_are_those_of_the_pixels_of_a_class():
    class Source:
        def __len__(self):
            return 2

        def read(self, indices):
            ids = np.zeros((len(indices), 2, 2), np.int32)
            ids[1] = 2
            targets = np.full((len(indices), 2, 2, 3), 10, np.uint8)
            targets[1] = [0, 100, 200]
            return {"ids": ids, "target": targets}

    found = class_colours(Source(), 3)
    np.testing.assert_array_equal(found[[0, 2]], [[10, 10, 10], [0, 100, 200]])
    assert np.isnan(found[1]).all()
