import cv2
import numpy as np
import pytest

from data.drawn import glyphs
from data.drawn.glyph_styles import COLOURED, STYLES
from data.drawn.glyphs import Glyphs
from tfgan_kit.errors import UserError

SOME = range(0, 400, 7)


def images(style, size=32, split="train", indices=SOME):
    source = Glyphs(style, split, size)
    return np.stack([source.example(i)[0] for i in indices])


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("size", [16, 32, 96])
def test_shape_and_type(style, size):
    source = Glyphs(style, size=size)
    image, label = source.example(3)
    assert image.shape == source.shape == (size, size, 3 if style in COLOURED else 1)
    assert image.dtype == np.uint8
    assert source.classes[label] in "0123456789"


@pytest.mark.parametrize("style", STYLES)
def test_an_example_is_a_function_of_its_index(style):
    forwards = images(style)
    for cached in (glyphs.poses, glyphs._template, glyphs._noise):
        cached.cache_clear()
    backwards = images(style, indices=reversed(SOME))[::-1]
    np.testing.assert_array_equal(forwards, backwards)


def test_counts_and_labels():
    train, test = Glyphs(), Glyphs(split="test")
    assert (len(train), len(test)) == (60_000, 10_000)
    for source in (train, test):
        assert len(source.labels()) == len(source)
        counts = np.bincount(source.labels(), minlength=10)
        # Uniform draws: five standard deviations of a binomial count.
        slack = 5 * np.sqrt(len(source) * 0.1 * 0.9)
        assert np.abs(counts - len(source) / 10).max() < slack
    assert [train.example(i)[1] for i in SOME] == train.labels()[list(SOME)].tolist()


def test_styles_share_digit_and_geometry():
    plain = images("plain")
    assert {Glyphs(s).example(11)[1] for s in STYLES} == {Glyphs().example(11)[1]}
    box = np.ones((3, 3), np.uint8)
    dilated = np.stack([cv2.dilate(x, box) for x in plain[..., 0]])[..., None]
    np.testing.assert_array_equal(images("edge"), dilated - plain)
    np.testing.assert_array_equal(images("negative"), 255 - plain)
    np.testing.assert_array_equal(images("rotate"), np.rot90(plain, axes=(1, 2)))


def test_colour_styles_show_the_plain_digit():
    plain = images("plain", 64)[..., 0].astype(float)
    brightness = images("color", 64).max(-1).astype(float)
    for drawn, coloured in zip(plain, brightness, strict=True):
        assert np.corrcoef(drawn.ravel(), coloured.ravel())[0, 1] > 0.98
    # Neighbours, gradient and blur remain; compare in the middle, where the digit is.
    street = images("street", 64).astype(float) @ [0.299, 0.587, 0.114]
    middle = (slice(8, 56), slice(24, 40))
    agreement = [
        abs(np.corrcoef(a[middle].ravel(), b[middle].ravel())[0, 1])
        for a, b in zip(plain, street, strict=True)
    ]
    assert np.median(agreement) > 0.9
    assert min(agreement) > 0.6


def test_splits_and_examples_differ():
    train, test = images("plain"), images("plain", split="test")
    assert len(np.unique(np.concatenate([train, test]), axis=0)) == 2 * len(SOME)


def test_a_digit_looks_alike_at_every_size():
    reference = images("plain", 32).astype(float)
    for size in (16, 64, 128):
        scaled = np.stack(
            [cv2.resize(x, (32, 32), interpolation=cv2.INTER_AREA) for x in images("plain", size)]
        )[..., None]
        assert abs(scaled.mean() / reference.mean() - 1) < 0.1
        assert np.abs(scaled - reference).mean() < 12


def test_digits_fill_the_image_and_stay_inside():
    plain = images("plain", indices=range(500))[..., 0]
    border = np.concatenate([plain[:, 0], plain[:, -1], plain[:, :, 0], plain[:, :, -1]])
    assert border.mean() < 1
    heights = [np.ptp(np.nonzero(x.max(1) > 64)[0]) + 1 for x in plain]
    assert 18 < np.mean(heights) < 27


def test_digits_can_be_told_apart():
    """The nearest mean image of a class finds the digit far above chance."""
    source = Glyphs(size=16)
    labels = source.labels()[:3000]
    drawn = np.stack([source.example(i)[0] for i in range(3000)]).reshape(3000, -1).astype(float)
    means = np.stack([drawn[:2500][labels[:2500] == k].mean(0) for k in range(10)])
    guesses = np.argmin(((drawn[2500:, None] - means) ** 2).sum(-1), axis=1)
    assert (guesses == labels[2500:]).mean() > 0.7


def test_sizes_outside_the_drawable_range():
    assert Glyphs().at_size((64, 32)).shape == (64, 64, 1)
    assert Glyphs("street").at_size((8, 8)).shape == (16, 16, 3)
    assert Glyphs().at_size((512, 512)).shape == (256, 256, 1)
    with pytest.raises(UserError, match="16 to 256 pixels, not at 8"):
        Glyphs(size=8)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(("egde",), "did you mean 'edge'"), (("plain", "validation"), "train, test")],
)
def test_wrong_names(arguments, message):
    with pytest.raises(UserError, match=message):
        Glyphs(*arguments)
