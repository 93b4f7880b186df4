import numpy as np

from data.derived.wanted import Wanted
from data.drawn.glyphs import draw, poses
from data.drawn.palettes import GROUNDS, INKS, Palettes
from data.reading.open import open_source
from data.registry import open_raw

SOME = range(0, 300, 17)


def test_an_example_is_drawn_in_the_palette_of_its_label_and_can_be_in_any_other():
    source = Palettes("test", 40)
    for index in SOME:
        share = draw("test", index, 40)[..., None] / 255
        for label in (0, 13, 25):
            expected = (1 - share) * GROUNDS[label] + share * INKS[label]
            assert np.abs(source.redrawn(index, label) - expected).max() < 0.51
        image, label = source.example(index)
        np.testing.assert_array_equal(image, source.redrawn(index, label))
        np.testing.assert_array_equal(source.figure(index), share[..., 0] >= 128 / 255)


def test_palettes_are_equally_frequent_and_none_is_like_another():
    source = open_raw("glyph_palette_classes").source
    assert len(source.classes) == 26
    counts = np.bincount(source.labels(), minlength=26)
    # Five standard deviations of a binomial distribution.
    assert np.abs(counts / len(source) - 1 / 26).max() < 5 * np.sqrt(1 / 26 / len(source))
    both = np.concatenate([INKS, GROUNDS], 1) / 255 * 100
    distances = np.abs(both[:, None] - both[None]).mean(-1)[~np.eye(26, dtype=bool)]
    assert distances.min() > 7
    # An ink is always seen on its ground.
    assert np.abs(INKS - GROUNDS).mean(1).min() > 0.15 * 255


def test_the_content_is_the_digit_of_the_same_images():
    by_look = open_source("glyph_palette_classes", image_size=24)
    by_digit = open_source(by_look.source.content, image_size=24)
    looks, digits = (reader.read(np.array(SOME)) for reader in (by_look, by_digit))
    np.testing.assert_array_equal(looks["image"], digits["image"])
    np.testing.assert_array_equal(digits["label"], poses("train").labels[list(SOME)])
    np.testing.assert_array_equal(by_look.source.contents(), by_digit.source.labels())


def test_a_part_of_the_set_knows_the_same():
    wanted = Wanted(classes=("palette_03", "palette_07"))
    part, whole = open_source("glyph_palette_classes", wanted=wanted).source, Palettes("train")
    places = np.flatnonzero(np.isin(whole.labels(), (2, 6)))
    assert len(part) == len(places)
    np.testing.assert_array_equal(part.redrawn(5, 1), whole.redrawn(places[5], 6))
    np.testing.assert_array_equal(part.figure(5), whole.figure(places[5]))
