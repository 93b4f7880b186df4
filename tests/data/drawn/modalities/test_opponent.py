import numpy as np
import pytest

from data.drawn import palettes
from data.drawn.glyphs import draw
from data.drawn.modalities.opponent import PALETTES, Opponent
from data.reading.open import open_source
from data.registry import open_raw
from tfgan_kit.errors import UserError

SOME = range(0, 300, 17)


@pytest.fixture(scope="module")
def train():
    return Opponent("train", 32)


def test_channels_are_differences_of_the_colours(train, monkeypatch):
    colours = np.uint8([[[255, 0, 0], [0, 255, 255]], [[10, 13, 9], [7, 7, 7]]])
    monkeypatch.setattr(train, "colours", lambda index: colours)
    example = train.read(0)
    assert example["redgreen"][..., 0].tolist() == [[255, 0], [126, 127]]
    assert example["greenblue"][..., 0].tolist() == [[127, 127], [129, 127]]
    assert {values.dtype.name for values in example.values()} == {"uint8"}


def test_an_example_is_a_digit_in_one_of_ten_palettes(train):
    for index in SOME:
        number = PALETTES[train.contents()[index]]
        share = draw("train", index, 32)[..., None] / 255
        expected = (1 - share) * palettes.GROUNDS[number] + share * palettes.INKS[number]
        assert np.abs(train.read(index)["rgb"] - expected).max() < 0.51
    counts = np.bincount(train.contents(), minlength=10)
    # Five standard deviations of a binomial distribution.
    assert np.abs(counts / len(train) - 0.1).max() < 5 * np.sqrt(0.09 / len(train))


def test_each_channel_shows_the_digit_and_tells_the_palette():
    assert PALETTES.tolist() == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]
    both = np.stack([palettes.INKS[PALETTES], palettes.GROUNDS[PALETTES]], 1)
    for channel in (0, 1):
        seen = (both[..., channel] - both[..., channel + 1] + 255) / 2
        assert np.abs(seen[:, 0] - seen[:, 1]).min() > 12
        apart = np.abs(seen[:, None] - seen[None]).max(-1)[~np.eye(10, dtype=bool)]
        assert apart.min() > 10


def test_training_never_shows_all_colours_with_the_second_channel(train):
    assert {name: tuple(half.fields) for name, half in train.groups.items()} == {
        "redgreen+greenblue": ("redgreen", "greenblue"),
        "redgreen+rgb": ("redgreen", "rgb"),
    }
    for first, half in enumerate(train.groups.values()):
        assert len(half) == 30_000
        for name, values in half.read(5).items():
            np.testing.assert_array_equal(values, train.read(10 + first)[name])
    ((name, group),) = Opponent("test").groups.items()
    assert (name, len(group)) == ("redgreen+greenblue+rgb", 10_000)


def test_an_example_is_the_same_each_time_and_at_each_size(train):
    for index in SOME:
        for name, values in train.read(index).items():
            np.testing.assert_array_equal(values, Opponent("train", 32).read(index)[name])
    larger = train.at_size((48, 48))
    np.testing.assert_array_equal(larger.contents(), train.contents())
    half = larger.groups["redgreen+rgb"]
    assert (half.fields["redgreen"].shape, half.read(0)["rgb"].shape) == ((48, 48, 1), (48, 48, 3))


def test_the_content_is_the_palette_of_the_same_images(train):
    by_palette = open_source(train.content, image_size=32)
    source = by_palette.source
    assert source.classes[:3] == ("palette_02", "palette_03", "palette_04")
    assert len(source) == len(train)
    batch = by_palette.read(np.array(SOME))
    np.testing.assert_array_equal(batch["label"], train.contents()[list(SOME)])
    for index, image in zip(SOME, batch["image"], strict=True):
        np.testing.assert_array_equal(image, train.read(index)["rgb"])
    assert open_raw(train.content).source.at_size((24, 24)).shape == (24, 24, 3)


def test_what_cannot_be_drawn():
    with pytest.raises(UserError, match="glyph_opponent is drawn at 16 to 256 pixels, not at 8"):
        Opponent(size=8)
    with pytest.raises(UserError, match="glyph_opponent has no split 'dev'; choose from train"):
        Opponent("dev")
