"""Sets with masks: images have each class or defect where its mask is, and nowhere else."""

import numpy as np
import pytest

from data.drawn.glyphs import poses
from data.drawn.located.boxes import Boxes, Twins
from data.drawn.located.defects import Defects
from data.drawn.located.marks import COLOURS, MARKS, Marks
from data.reading.open import open_source
from tfgan_kit.errors import UserError

SOME = range(0, 400, 3)


@pytest.mark.parametrize("split", ["train", "test"])
def test_every_digit_is_in_its_box_and_nothing_is_outside(split):
    source, counts = Boxes(split), set()
    for index in SOME:
        image, label = source.example(index)
        masks = source.masks(index)
        assert image.shape == (64, 64, 1)
        np.testing.assert_array_equal(masks.any((1, 2)), label.astype(bool))
        counts.add(int(label.sum()))
        assert (image[..., 0][~masks.any(0)] <= 48).all()
        assert masks.sum(0).max() == 1  # Boxes do not overlap.
        for mask in masks[label.astype(bool)]:
            rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
            part = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1, 0]
            assert mask.sum() == part.size  # A rectangle,
            bright = part > 48  # of which every side touches the digit.
            assert all(side.any() for side in (bright[0], bright[-1], bright[:, 0], bright[:, -1]))
    assert counts == {1, 2}


def test_the_first_digit_of_a_canvas_is_that_of_the_glyphs():
    labels = Boxes("test").labels()
    assert (labels[np.arange(len(labels)), poses("test").labels] == 1).all()
    assert 0.48 < (labels.sum(1) == 2).mean() < 0.52


def test_twins_are_the_same_digit_twice_in_boxes_of_their_own():
    source, sides = Twins("test"), []
    assert (source.labels() == np.eye(10)[poses("test").labels]).all()
    for index in SOME:
        image, label = source.example(index)
        (one, first), (two, second) = source.boxes(index)
        assert one == two == label.argmax()
        assert not (first & second).any()
        np.testing.assert_array_equal(source.masks(index)[one], first | second)
        assert (image[..., 0][~(first | second)] <= 48).all()
        sides.append(first.sum() / second.sum())
    assert np.std(sides) > 0.1


def test_twins_stay_twins_at_another_size():
    source = Twins("test").at_size((32, 32))
    assert source.shape == (32, 32, 1)
    assert all(len(source.boxes(index)) == 2 for index in SOME[:20])


def test_boxes_are_the_same_at_another_size():
    small, large = (Boxes("test").at_size((side, side)) for side in (32, 128))
    for index in SOME[:20]:
        one, two = small.masks(index), large.masks(index)
        shrunk = two.reshape(10, 32, 4, 32, 4).mean((2, 4)) > 0.5
        union, both = (shrunk | one).sum(), (shrunk & one).sum()
        assert both / union > 0.6


def test_marks_have_their_colours_at_their_places():
    source = Marks("test")
    seen = np.zeros(9)
    for index in SOME:
        (image, label), masks = source.example(index), source.masks(index)
        groups = label.reshape(len(MARKS), len(COLOURS))
        assert (groups.sum(1) <= 1).all()
        np.testing.assert_array_equal(masks.any((1, 2)), label.astype(bool))
        for number in np.flatnonzero(label):
            ink = np.array(list(COLOURS.values())[number % len(COLOURS)])
            share = (image[masks[number]] == ink).all(1).mean()
            assert share > 0.9  # A frame can lie over the end of a bar.
        grey = image[~masks.any(0)]
        assert (grey == grey[:, :1]).all()
        seen += label
    assert (seen > 10).all()
    assert source.fields["label"].groups[1] == ("red dot", "green dot", "blue dot")


def test_marks_of_some_colours_are_attributes_and_the_images_stay_the_same():
    every, some = (
        open_source(name, split="test").source for name in ("glyph_marks", "glyph_marks:blue,red")
    )
    assert some.classes == ("blue bar", "red bar", "blue dot", "red dot", "blue frame", "red frame")
    assert some.fields["label"].groups[0] == ("blue bar", "red bar")
    places = [every.classes.index(name) for name in some.classes]
    for index in SOME[:30]:
        (image, label), (whole, labels) = some.example(index), every.example(index)
        np.testing.assert_array_equal(image, whole)
        np.testing.assert_array_equal(label, labels[places])
        np.testing.assert_array_equal(some.masks(index), every.masks(index)[places])
    assert open_source("glyph_marks:red", split="test", image_size=16).source.shape == (16, 16, 3)


def test_an_example_is_redrawn_with_the_marks_asked_for():
    every, red = Marks("test"), Marks("test", colours=("red",))
    green = next(i for i in SOME if every.labels()[i].tolist() == [0, 1, *[0] * 7])
    # A mark that no attribute tells of stays as it is.
    image = red.redrawn(green, [0, 1, 0])
    np.testing.assert_array_equal(image, every.redrawn(green, [0, 1, 0, 1, *[0] * 5]))
    np.testing.assert_array_equal(
        red.redrawn(green, [1, 0, 0]), every.redrawn(green, [1, *[0] * 8])
    )
    other = every.redrawn(green, every.labels()[green + 1])
    (own, _), place = every.example(green), every.masks(green).any(0)
    marked = every.masks(green + 1).any(0) | place
    np.testing.assert_array_equal(other[~marked], own[~marked])


@pytest.mark.parametrize(
    ("name", "message"),
    [("red,gren", "no mark has the colour 'gren'; did you mean 'green'"), ("red,red", "twice")],
)
def test_colours_that_marks_lack(name, message):
    with pytest.raises(UserError, match=message):
        open_source(f"glyph_marks:{name}", split="test")


def test_marks_are_apart():
    places = [Marks("test").masks(i) for i in SOME]
    marks = np.stack(places).any(0).reshape(3, 3, 32, 32).any(1)
    assert marks.sum(0).max() == 1
    assert marks.any((1, 2)).all()


def test_defects_are_where_the_mask_is_and_only_in_test():
    train, test = Defects("train"), Defects("test")
    areas = []
    for index in SOME:
        image, label = test.example(index)
        (mask,), plain = test.masks(index), test.plain(index)
        assert label == -1
        changed = image[..., 0].astype(int) - plain[..., 0]
        assert changed.min() >= 0
        assert (changed[mask] > 32).all()
        assert (changed[~mask] <= 32).all()
        areas.append(mask.sum())
        image, _ = train.example(index)
        np.testing.assert_array_equal(image, train.plain(index))
        assert not train.masks(index).any()
    assert min(areas) >= 5
    assert max(areas) < 0.15 * 32 * 32
    assert min(test.masks(index).sum() for index in range(len(test))) >= 5
    assert len(train) > 5000
    assert (poses("train").labels == 1).sum() == len(train)


@pytest.mark.parametrize("name", ["glyph_boxes", "glyph_marks", "glyph_defects"])
def test_they_open_by_name_at_any_size_and_refuse_what_they_lack(name):
    reader = open_source(name, split="test", image_size=48)
    batch = reader.read(np.arange(3))
    assert batch["image"].shape[:3] == (3, 48, 48)
    assert reader.source.masks(0).shape[1:] == (48, 48)
    kind = type(reader.source)
    for wrong in ({"split": "val"}, {"split": "test", "size": 8}):
        with pytest.raises(UserError):
            kind(**wrong)
