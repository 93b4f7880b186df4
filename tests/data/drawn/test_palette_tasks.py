import numpy as np
import pytest

from data.drawn.glyphs import draw, poses
from data.drawn.palette_tasks import CHROMA, HELD_OUT, TRAINING, Hidden, Visible
from data.reading.open import open_source
from tfgan_kit.errors import UserError
from tfgan_kit.pictures.lab import rgb_to_lab

SOME = range(0, 300, 7)


def lab_of(image):
    scaled = rgb_to_lab(np.float32(image) / 127.5 - 1).numpy()
    return scaled * [50, 110, 110] + [50, 0, 0]


@pytest.mark.parametrize("kind", [Hidden, Visible])
@pytest.mark.parametrize("split", ["train", "test"])
def test_lab_is_known_up_to_rounding(kind, split):
    source = kind(split, 24)
    for index in SOME:
        image, label = source.example(index)
        # A step of 1 / 255 in a channel is at most about 1 in a and b at this lightness.
        assert np.abs(lab_of(image) - source.lab(index, label)).max() < 1.0
        cover = draw(split, index, 24)
        assert (np.hypot(*source.lab(index, label)[cover == 0, 1:].T) - CHROMA).max() < 1e-3


def test_all_hues_are_in_the_gamut():
    source = Hidden("train", 24)
    for label in range(TRAINING + HELD_OUT):
        assert np.abs(lab_of(source.redrawn(label, label)) - source.lab(label, label)).max() < 1.0


def test_a_palette_changes_a_and_b_only():
    source = Hidden("train", 24)
    for index in SOME:
        one, other = source.lab(index, 3), source.lab(index, 217)
        np.testing.assert_array_equal(one[..., 0], other[..., 0])
        assert np.abs(one[..., 1:] - other[..., 1:]).mean() > 1


def test_hidden_palettes_are_independent_of_the_digit_and_visible_ones_are_the_digit():
    hidden, digits = Hidden("train").labels(), poses("train").labels
    counts = np.histogram2d(hidden, digits, bins=(TRAINING + HELD_OUT, 10))[0]
    expected = len(digits) / counts.size
    # Chi-squared of independent draws: its mean is the number of cells, its variance twice that.
    chi = ((counts - expected) ** 2 / expected).sum()
    assert abs(chi - counts.size) < 5 * np.sqrt(2 * counts.size)
    np.testing.assert_array_equal(Visible("train").labels(), digits)
    assert len(np.unique(hidden)) == TRAINING + HELD_OUT


def test_what_can_be_chosen():
    assert len(open_source("palette_tasks-hidden").fields["label"].names) == 220
    assert open_source("palette_tasks-visible").fields["label"].names == tuple("0123456789")
    with pytest.raises(UserError, match="drawn at 16 to 256 pixels, not at 8"):
        Hidden(size=8)
