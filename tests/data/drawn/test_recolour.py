import numpy as np
import pytest

from data.drawn.glyph_styles import looks
from data.drawn.glyphs import draw, poses
from data.drawn.recolour import ATTRIBUTES, INKS, Attributes, Inks, Shades
from data.reading.open import open_source
from data.registry import open_raw
from tfgan_kit.errors import UserError

SOME = range(0, 300, 7)
NAMES = ("glyph_recolour", "glyph_recolour-shades", "glyph_recolour-attributes")


def on_ground(cover, ink, ground):
    share = cover[..., None] / 255
    return (1 - share) * np.asarray(ground, float) + share * np.asarray(ink, float)


@pytest.mark.parametrize("split", ["train", "test"])
def test_inks_differ_and_the_digit_and_its_ground_stay(split):
    source = Inks(split, 40)
    for index in SOME:
        cover, ground = draw(split, index, 40), looks(split).dark[index]
        for label, ink in enumerate(INKS.values()):
            expected = on_ground(cover, ink, ground)
            assert np.abs(source.redrawn(index, label) - expected).max() < 0.51


def test_shades_differ_between_examples_and_keep_the_ink():
    source, shown = Shades("test", 40), []
    for index in SOME:
        strongest = draw("test", index, 40).argmax()
        inks = [source.redrawn(index, label).reshape(-1, 3)[strongest] for label in range(4)]
        shown.append(np.stack(inks).astype(int))
    red, green, blue, yellow = np.stack(shown, 1)
    assert (red.argmax(1) == 0).all()
    assert (green.argmax(1) == 1).all()
    assert (blue.argmax(1) == 2).all()
    assert (yellow.argmin(1) == 2).all()
    # Brightest and darkest, palest and strongest.
    assert red[:, 0].min() < 0.7 * 255 < 0.95 * 255 < red[:, 0].max()
    pale = red[:, 2] / red[:, 0]
    assert pale.min() < 0.3 < 0.6 < pale.max()


def test_attributes_change_what_they_say_and_nothing_else():
    source, blue = Attributes("test", 32), np.array((0, 120, 255))
    red, pale, warm, faded = np.eye(4, dtype=int)
    for index in SOME:
        cover = draw("test", index, 32)

        def check(label, cover, ink, ground, index=index):
            assert np.abs(source.redrawn(index, label) - on_ground(cover, ink, ground)).max() < 0.51

        cool, brown = (source.redrawn(index, label)[0, 0].astype(int) for label in (0 * red, warm))
        assert cool[2] - cool[0] > 50 < brown[0] - brown[2]
        check(0 * red, cover, blue, cool)
        check(red, cover, INKS["red"], cool)
        check(warm, cover, blue, brown)
        check(pale, cover, 0.45 * blue + 0.55 * 255, cool)
        # The first row keeps its ink, the last 0.3 of it.
        ramp = (1 - 0.7 * np.arange(32) / 31)[:, None]
        check(faded, cover * ramp, blue, cool)
        both = 0.45 * np.array(INKS["red"]) + 0.55 * 255
        check(red + pale + warm + faded, cover * ramp, both, brown)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_drawn_as_its_label_says(name):
    source = open_raw(name).source
    labels = source.labels()
    for index in SOME:
        image, label = source.example(index)
        np.testing.assert_array_equal(label, labels[index])
        np.testing.assert_array_equal(image, source.redrawn(index, label))
    # Half of the examples have an attribute, a quarter an ink: five standard deviations.
    shares = labels.mean(0) if labels.ndim == 2 else np.bincount(labels) / len(labels)
    expected = 0.5 if labels.ndim == 2 else 0.25
    assert np.abs(shares - expected).max() < 5 * 0.5 / np.sqrt(len(labels))


@pytest.mark.parametrize("name", NAMES)
def test_the_content_is_the_digit_of_the_same_images(name):
    by_look = open_source(name, image_size=24)
    by_digit = open_source(by_look.source.content, image_size=24)
    looks, digits = (reader.read(np.array(SOME)) for reader in (by_look, by_digit))
    np.testing.assert_array_equal(looks["image"], digits["image"])
    np.testing.assert_array_equal(digits["label"], poses("train").labels[list(SOME)])
    np.testing.assert_array_equal(by_look.source.contents(), by_digit.source.labels())
    assert by_digit.fields["label"].names == tuple("0123456789")


def test_what_can_be_chosen():
    assert open_source("glyph_recolour").fields["label"].names == tuple(INKS)
    field = open_source("glyph_recolour-attributes").fields["label"]
    assert (field.kind, field.names) == ("attributes", ATTRIBUTES)
    with pytest.raises(UserError, match="has no split 'validation'"):
        Inks("validation")
    with pytest.raises(UserError, match="drawn at 16 to 256 pixels, not at 8"):
        Attributes(size=8)
