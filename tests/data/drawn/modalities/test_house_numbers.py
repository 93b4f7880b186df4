import numpy as np
import pytest

from data.drawn.glyphs import Glyphs, draw, poses
from data.drawn.modalities.house_numbers import HouseNumbers
from tfgan_kit.errors import UserError


@pytest.fixture(scope="module")
def train():
    return HouseNumbers("train", 32)


def test_what_the_modalities_of_an_example_are(train):
    for index in (0, 7, 123):
        example = train.read(index)
        street, label = Glyphs("street", "train", 32).example(index)
        np.testing.assert_array_equal(example["rgb"], street)
        ink = draw("train", index, 32) >= 128
        np.testing.assert_array_equal(example["segmentation"], np.where(ink, 1 + label, 0))
        assert label == poses("train").labels[index]
        ground = np.argwhere(~ink)
        for place in np.argwhere(ink):
            away = np.sqrt(((ground - place) ** 2).sum(1)).min()
            # To the last bit, as a run that goes on must see what it saw before.
            assert example["depth"][(*place, 0)] == np.float32(1 + min(away, 4) / 4)
        assert (example["depth"][~ink] == 1).all()


def test_no_two_unseen_modalities_are_of_one_image(train):
    halves = train.groups
    assert [tuple(half.fields) for half in halves.values()] == [
        ("rgb", "segmentation"),
        ("rgb", "depth"),
    ]
    assert [len(half) for half in halves.values()] == [30_000, 30_000]
    for first, half in enumerate(halves.values()):
        example, own = train.read(2 * 5 + first), half.read(5)
        assert own.keys() == half.fields.keys()
        for name, values in own.items():
            np.testing.assert_array_equal(values, example[name])


def test_all_are_known_of_the_held_out_images():
    test = HouseNumbers("test")
    ((name, group),) = test.groups.items()
    assert name == "rgb+segmentation+depth"
    assert group is test


def test_its_groups_are_drawn_at_other_sizes(train):
    larger = train.at_size((48, 48))
    for half in larger.groups.values():
        assert half.fields["rgb"].size == (48, 48)
    small = next(iter(train.groups.values())).at_size((16, 16))
    assert small.read(0)["segmentation"].shape == (16, 16)


def test_an_example_is_the_same_each_time():
    source = HouseNumbers("train", 64)
    for index in range(0, 300, 13):
        first, again = source.read(index), source.read(index)
        for name, values in first.items():
            np.testing.assert_array_equal(values, again[name])


def test_what_cannot_be_drawn():
    with pytest.raises(UserError, match="glyph_modalities is drawn at 16 to 256 pixels, not at 8"):
        HouseNumbers(size=8)
    with pytest.raises(UserError, match="glyph_modalities has no split 'dev'; choose from train"):
        HouseNumbers("dev")
