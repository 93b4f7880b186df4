import numpy as np
import pytest

from data.drawn.glyphs import Glyphs, draw
from data.drawn.tasks import HELD_OUT, Tasks
from data.feeds.episodes.classes import split_classes
from data.reading.open import open_source
from tfgan_kit.errors import UserError


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_image_is_a_digit_in_a_style_turned_as_its_class_says(split):
    source = Tasks(split, 40)
    for index in range(0, 300, 7):
        image, label = source.example(index)
        assert label == source.labels()[index]
        digit, look, turn = source.classes[label].split("-")
        upright = draw(split, index, 40, int(digit))[..., None]
        if look == "negative":
            upright = 255 - upright
        elif look == "edge":
            padded = np.pad(upright[..., 0], 1)
            shifted = [padded[y : y + 40, x : x + 40] for y in range(3) for x in range(3)]
            upright = np.max(shifted, 0)[..., None] - upright
        # One anticlockwise quarter turn: the right column becomes the top row.
        for _ in range(int(turn) // 90):
            upright = upright.transpose(1, 0, 2)[::-1]
        np.testing.assert_array_equal(image, upright)


def test_upright_and_plain_ones_have_the_poses_of_the_glyphs():
    source, glyphs = Tasks(), Glyphs()
    plain = source.labels() == source.classes.index("3-plain-0")
    same = np.flatnonzero(plain & (glyphs.labels() == 3))
    assert len(same) > 20
    for index in same[:5]:
        np.testing.assert_array_equal(source.example(index)[0], glyphs.example(index)[0])


def test_the_last_classes_have_digits_of_their_own():
    names = Tasks.classes
    split = split_classes([str(HELD_OUT)], names, 5, "glyph_tasks")
    trained, held_out = ({names[k][0] for k in part} for part in split)
    assert (trained, held_out) == (set("0123457"), set("89"))
    assert (len(names), HELD_OUT) == (96, 18) == (len(set(names)), len(split.held_out))
    # A half turn changes neither 0 nor 8, and a 6 is a turned 9: no two classes look the same.
    assert not {"0-plain-180", "8-edge-270", "6-plain-0"} & set(names)


def test_classes_are_equally_frequent_and_any_size_can_be_drawn():
    for split, mean in (("train", 625), ("test", 10_000 / 96)):
        counts = np.bincount(Tasks(split).labels(), minlength=96)
        assert len(counts) == 96
        assert np.abs(counts - mean).max() < 5 * np.sqrt(mean)
    assert open_source("glyph_tasks", image_size=24).image_shape == (24, 24, 1)
    with pytest.raises(UserError, match="drawn at 16 to 256 pixels, not at 8"):
        Tasks(size=8)
