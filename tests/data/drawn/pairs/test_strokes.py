import numpy as np
import pytest

from data.drawn.glyphs import draw
from data.drawn.pairs.strokes import Strokes
from data.reading import transforms

SOME = range(400)


@pytest.fixture(scope="module")
def examples():
    return [Strokes().read(i) for i in SOME]


def cover(index):
    """The drawing with opaque strokes."""
    return np.rint(draw("train", index, 64) * (255 / 180)).clip(0, 255).astype(np.uint8)


def test_strokes_have_the_colours_of_the_target(examples):
    for index, example in zip(SOME, examples, strict=True):
        strokes = example["strokes"][..., 0] == 1
        np.testing.assert_array_equal(example["input"][strokes], example["target"][strokes])
        outline = 255 - transforms.edge(cover(index)[..., None]).repeat(3, -1)
        np.testing.assert_array_equal(example["input"][~strokes], outline[~strokes])


def test_there_may_be_none_and_there_are_some_on_digit_and_ground(examples):
    shares = np.array([e["strokes"].mean() for e in examples])
    assert 0.05 < (shares == 0).mean() < 0.25
    assert shares.max() < 0.3
    on_digit = [
        e["strokes"][cover(i) >= 128].sum() > 0 for i, e in zip(SOME, examples, strict=True)
    ]
    on_ground = [
        e["strokes"][cover(i) < 128].sum() > 0 for i, e in zip(SOME, examples, strict=True)
    ]
    assert np.mean(on_digit) > 0.6
    assert np.mean(on_ground) > 0.6


def test_the_target_is_the_digit_in_two_colours(examples):
    """Each channel is the drawing, up to a scale and an offset."""
    for index, example in zip(SOME, examples, strict=True):
        share = cover(index).ravel() / 255
        design = np.stack([np.ones_like(share), share], -1)
        pixels = example["target"].reshape(-1, 3).astype(float)
        colours, *_ = np.linalg.lstsq(design, pixels, rcond=None)
        assert np.abs(design @ colours - pixels).max() < 1
        ground, ink = colours[0], colours.sum(0)
        assert 0.2 * 255 - 1 < ground.max() < 0.5 * 255 + 1
        assert 0.75 * 255 - 1 < ink.max() < 256


def test_a_larger_picture_has_the_same_strokes():
    for index in range(40):
        small, large = (Strokes(size=size).read(index)["strokes"].mean() for size in (64, 128))
        assert abs(small - large) < 0.02 + 0.5 * small
