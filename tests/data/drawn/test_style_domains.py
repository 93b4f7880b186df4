import numpy as np
import pytest

from data.drawn.glyphs import Glyphs, poses
from data.drawn.style_domains import UNSEEN, StyleDomains
from data.feeds.episodes.classes import split_classes
from data.reading.open import open_source
from data.registry import open_raw
from tfgan_kit.errors import UserError

STYLES = ("plain", "edge", "negative", "color", "rotate", "street")


@pytest.mark.parametrize("split", ["train", "test"])
def test_an_image_is_that_of_the_glyphs_in_its_style_and_in_every_other_one(split):
    source, glyphs = StyleDomains(split, 40), [Glyphs(style, split, 40) for style in STYLES]
    for index in range(0, 300, 7):
        drawn = [each.example(index)[0] for each in glyphs]
        image, label = source.example(index)
        assert image.shape == source.shape == (40, 40, 3)
        np.testing.assert_array_equal(image, source.redrawn(index, label))
        for number, each in enumerate(drawn):
            expected = np.repeat(each, 3, -1) if each.shape[-1] == 1 else each
            np.testing.assert_array_equal(source.redrawn(index, number), expected)


def test_styles_are_equally_frequent_and_independent_of_the_digit():
    labels, digits = StyleDomains().labels(), poses("train").labels
    counts = np.zeros((6, 10))
    np.add.at(counts, (labels, digits), 1)
    assert np.abs(counts - 1000).max() < 5 * np.sqrt(1000)


def test_the_last_styles_are_to_be_held_out_and_digits_are_the_content():
    split = split_classes([str(UNSEEN)], StyleDomains.classes, 1, "style_domains")
    names = [StyleDomains.classes[k] for k in split.held_out]
    assert names == ["rotated", "street"]
    digits = open_raw(StyleDomains.content, split="test").source
    np.testing.assert_array_equal(digits.labels(), poses("test").labels)
    np.testing.assert_array_equal(digits.example(5)[0], StyleDomains("test").example(5)[0])
    assert open_source("style_domains", image_size=24).image_shape == (24, 24, 3)
    with pytest.raises(UserError, match="drawn at 16 to 256 pixels, not at 8"):
        StyleDomains(size=8)
