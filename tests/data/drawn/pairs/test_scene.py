import cv2
import numpy as np
import pytest

from data.drawn.class_colours import INKS
from data.drawn.glyphs import draw, poses
from data.drawn.pairs.scene import CLASSES, Scene, scenes

SOME = range(0, 400, 3)


@pytest.fixture(scope="module")
def examples():
    return [Scene().read(i) for i in SOME]


def test_fields():
    fields = Scene().fields
    assert list(fields) == ["ids", "instances", "target"]
    assert fields["ids"].names == CLASSES == ("background", *"0123456789")
    assert fields["ids"].network_shape == (64, 64, 11)
    assert fields["instances"].names == ()
    assert fields["instances"].network_shape == (64, 64)


def test_an_instance_is_a_digit_of_one_class(examples):
    for index, example in zip(SOME, examples, strict=True):
        ids, instances = example["ids"], example["instances"]
        np.testing.assert_array_equal(ids == 0, instances == 0)
        shown = scenes("train").digits[index, : scenes("train").counts[index]]
        classes = poses("train").labels[shown] + 1
        assert instances.max() <= len(shown)
        for number in np.unique(instances[instances > 0]):
            assert set(ids[instances == number]) == {classes[number - 1]}


def test_counts_and_classes_are_spread(examples):
    counts = [len(np.unique(e["instances"])) - 1 for e in examples]
    assert np.bincount(counts, minlength=5)[1:].min() > len(examples) * 0.12
    assert set(np.concatenate([np.unique(e["ids"]) for e in examples])) == set(range(11))


def test_the_front_digit_is_whole_and_lies_where_it_is_drawn():
    """Against a drawing of its own: the shape moved by correlation to where the map has it."""
    for index in range(0, 60):
        example = Scene().read(index)
        last = int(scenes("train").counts[index])
        drawn = (
            draw("train", int(scenes("train").digits[index, last - 1]), 36) * (255 / 180) >= 127.5
        )
        there = example["instances"] == last
        padded = np.pad(there, 18).astype(np.float32)
        match = cv2.matchTemplate(padded, drawn.astype(np.float32), cv2.TM_CCORR)
        _, best, _, (x, y) = cv2.minMaxLoc(match)
        assert round(best) == there.sum()
        assert there.sum() >= drawn.sum() * 0.97  # a corner may stand over the border
        centre = (np.array([x, y]) - 18 + 18) / 64
        np.testing.assert_allclose(centre, scenes("train").centres[index, last - 1], atol=1 / 64)


def test_hues_tell_the_classes(examples):
    """Light and relief change the brightness; the nearest ink in hue is that of the class."""
    hits, count = 0, 0
    inks = INKS / np.linalg.norm(INKS.astype(float), axis=-1, keepdims=True)
    for example in examples:
        # The edges of digits are mixed with what is behind them.
        pure = cv2.erode((example["ids"] > 0).astype(np.uint8), np.ones((3, 3))) > 0
        colours = example["target"][pure].astype(float)
        colours /= np.linalg.norm(colours, axis=-1, keepdims=True)
        found = (colours @ inks.T).argmax(-1) + 1
        hits, count = hits + (found == example["ids"][pure]).sum(), count + len(found)
    assert hits / count > 0.97


def test_light_and_relief_shade_the_scene(examples):
    slopes = []
    for index, example in zip(SOME, examples, strict=True):
        gray, ground = example["target"].mean(-1), example["ids"] == 0
        ground = cv2.erode(ground.astype(np.uint8), np.ones((5, 5))) > 0
        y, x = np.nonzero(ground)
        along = np.stack([x, y, np.ones(len(x))], -1)
        fitted = np.linalg.lstsq(along, gray[ground], rcond=None)[0][:2]
        slopes.append(fitted @ scenes("train").light[index] / np.linalg.norm(fitted))
    assert min(slopes) > 0.99
    digits = [e["target"].max(-1)[e["instances"] == 1] for e in examples if e["ids"].any()]
    assert np.median([values.std() for values in digits]) > 15
