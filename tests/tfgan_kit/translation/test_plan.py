"""Which files are translated and compared."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.translation.draws import Draw
from tfgan_kit.translation.plan import plan
from tfgan_kit.translation.targets import Target


class Files(SimpleNamespace):
    """What `plan` knows of `OwnSizes`."""

    def __len__(self):
        return len(self.files)


def truths_of(given, truths, **keywords):
    """The name of the truth of each given file."""
    small = Files(root=Path("small"), files=given)
    large = Files(root=Path("large"), files=truths)
    ways = {"draws": [Draw(None, None)], "targets": [[None]] * len(given)}
    items = plan("input", {"input": small}, large, **ways, ending=".png", **keywords)
    assert [small.files[item.rows["input"]] for item in items] == given
    return [large.files[item.rows["compare"]] for item in items]


def test_an_image_has_its_own_labels_and_all_its_ways():
    images = Files(root=Path("in"), files=["a.png", "b.png"])
    draws = [Draw(1, 1), Draw(2, 2)]
    targets = [[Target(0, "x", "x"), Target(1, "y", "y")], [Target(2, "z", "z")] * 2]
    items = plan("input", {"input": images}, None, draws=draws, targets=targets, ending=".png")
    assert [(item.output, item.target.value, item.draw.seed, item.way) for item in items[:4]] == [
        ("a_x_s00.png", 0, 1, 0),
        ("a_y_s00.png", 1, 1, 1),
        ("a_x_s01.png", 0, 2, 2),
        ("a_y_s01.png", 1, 2, 3),
    ]
    assert [item.target.value for item in items[4:]] == [2] * 4


def test_truths_have_the_names_of_the_images_whatever_their_extensions():
    assert truths_of(["a.png", "sub/b.png"], ["a.jpg", "b.jpg", "sub/b.jpg"]) == [
        "a.jpg",
        "sub/b.jpg",
    ]


def test_names_of_small_images_may_end_in_the_factor():
    given, truths = ["0001x4.png", "sub/0002x4.png"], ["0001.png", "0002.png", "sub/0002.png"]
    assert truths_of(given, truths, scale=4) == ["0001.png", "sub/0002.png"]


def test_a_truth_of_the_same_name_comes_first():
    assert truths_of(["ax4.png", "bx4.png"], ["a.png", "ax4.png", "b.png"], scale=4) == [
        "ax4.png",
        "b.png",
    ]


@pytest.mark.parametrize("scale", [1, 2])
def test_no_other_factor_is_left_out(scale):
    with pytest.raises(UserError, match=r"large: has no file of the same name for ax4\.png$"):
        truths_of(["ax4.png", "b.png"], ["a.png", "b.png"], scale=scale)
