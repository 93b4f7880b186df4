import cv2
import numpy as np
import pytest

from data.drawn.pairs.sides import Sides

SOME = range(200)


@pytest.fixture(scope="module")
def examples():
    return [Sides(size=128).read(i) for i in SOME]


def inner(parts, number):
    """Where a part is, its lines left out, but for slivers too narrow for the map."""
    return cv2.erode((parts == number).astype(np.uint8), np.ones((7, 7))) == 1


def test_each_part_has_one_colour_and_the_paper_is_white(examples):
    others, count = 0, 0
    for example in examples:
        parts, target = example["parts"], example["target"]
        for number in np.unique(parts):
            pixels = target[inner(parts, number)].astype(int)
            colour = np.median(pixels, axis=0) if number and len(pixels) else 255
            others, count = others + (pixels != colour).any(-1).sum(), count + len(pixels)
    assert others < 1e-4 * count


def test_the_reference_has_the_colours_in_the_mirrored_places(examples):
    agree, count = 0, 0
    for example in examples:
        mirrored = example["reference"][:, ::-1]
        for number in np.unique(example["parts"])[1:]:
            there = inner(example["parts"], number)
            if there.any():
                colour = np.median(example["target"][there], axis=0)
                # Where the right side is narrower, there is paper in place of the part.
                agree += (mirrored[there] == colour).all(-1).mean()
                count += 1
    assert agree / count > 0.75


def test_the_shapes_of_the_sides_differ(examples):
    for example in examples:
        left = (example["target"] != 255).any(-1)
        right = (example["reference"][:, ::-1] != 255).any(-1)
        outer, within = (left, right) if left.sum() > right.sum() else (right, left)
        assert outer.sum() > 1.05 * within.sum()
        assert (within & ~outer).sum() <= 0.002 * outer.size


def test_the_input_is_the_outline_of_the_target(examples):
    outside, missing, count = 0, 0, 0
    for example in examples:
        parts, lines = example["parts"], example["input"][..., 0]
        edges = np.zeros(parts.shape, np.uint8)
        edges[:, 1:] = parts[:, 1:] != parts[:, :-1]
        edges[1:] |= parts[1:] != parts[:-1]
        near = cv2.dilate(edges, np.ones((5, 5))) == 1
        outside, missing = (
            outside + (lines[~near] < 255).sum(),
            missing + (lines[edges == 1] == 255).sum(),
        )
        count += edges.sum()
        assert (example["target"][lines == 0] == 0).all()
    # Of slivers too narrow for the map there are lines all the same.
    assert outside < 0.01 * count
    assert missing == 0


def test_parts_are_numbered_and_few(examples):
    numbers = [np.unique(e["parts"]) for e in examples]
    assert all(found[0] == 0 and 3 <= len(found) <= 11 for found in numbers)
    assert max(found[-1] for found in numbers) == 10
    assert {len(found) for found in numbers} >= set(range(4, 12))
    assert Sides().fields["parts"].names == ("paper", *map(str, range(1, 11)))
