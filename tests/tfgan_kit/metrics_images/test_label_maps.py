import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.label_maps import confusion_counts, segmentation_scores
from tfgan_kit.metrics.images.palette import nearest_colour

RNG = np.random.default_rng(0)


def scores_by_sets(truths, answers, ignore):
    """The scores of whole maps, from sets of pixels."""
    pixels = [p for p in np.ndindex(truths.shape) if truths[p] != ignore]
    true, seen = ({c: set() for c in range(20)} for _ in "ab")
    for p in pixels:
        true[truths[p]].add(p)
        seen[answers[p]].add(p)
    right = {c: true[c] & seen[c] for c in true}
    return {
        "pixel_accuracy": sum(map(len, right.values())) / len(pixels),
        "class_accuracy": np.mean([len(right[c]) / len(true[c]) for c in true if true[c]]),
        "mean_iou": np.mean(
            [len(right[c]) / len(true[c] | seen[c]) for c in true if true[c] | seen[c]]
        ),
    }


@pytest.mark.parametrize("ignore", [None, 255])
def test_scores_equal_their_definitions(ignore):
    # Class 4 is only answered, 5 only true, 6 neither.
    truths = RNG.choice([0, 1, 2, 3, 5], (3, 8, 9), p=[0.5, 0.2, 0.1, 0.1, 0.1])
    answers = np.where(RNG.random(truths.shape) < 0.6, truths, RNG.integers(0, 5, truths.shape))
    answers[answers == 5] = 4
    if ignore:
        truths[:, 2:4] = ignore
        answers[:, 3] = 99
    counts = sum(confusion_counts(t, a, 7, ignore) for t, a in zip(truths, answers, strict=True))
    np.testing.assert_array_equal(counts, confusion_counts(truths, answers, 7, ignore))
    found, expected = segmentation_scores(counts), scores_by_sets(truths, answers, ignore)
    assert found == pytest.approx(expected)
    assert len({round(value, 3) for value in found.values()}) == 3


def test_two_classes_by_hand():
    scores = segmentation_scores([[3, 1], [0, 4]])
    assert scores == pytest.approx(
        {
            "pixel_accuracy": 7 / 8,
            "class_accuracy": (3 / 4 + 1) / 2,
            "mean_iou": (3 / 4 + 4 / 5) / 2,
        }
    )


def test_bytes_do_not_overflow():
    maps = np.full((2, 2), 200, np.uint8)
    assert confusion_counts(maps, maps, 250)[200, 200] == 4


def test_maps_that_cannot_be_compared():
    with pytest.raises(UserError, match="2x3 and 3x2"):
        confusion_counts(np.zeros((2, 3)), np.zeros((3, 2)), 4)
    with pytest.raises(UserError, match="true label map has the value 255, but classes are 0 to 3"):
        confusion_counts(np.full((2, 2), 255), np.zeros((2, 2)), 4)
    with pytest.raises(UserError, match="answer has the value 4"):
        confusion_counts(np.zeros((2, 2)), np.full((2, 2), 4), 4)
    with pytest.raises(UserError, match="all pixels"):
        segmentation_scores(confusion_counts(np.full((2, 2), 255), np.zeros((2, 2)), 4, 255))


def test_colours_are_read_as_the_nearest_of_the_palette():
    palette = RNG.integers(0, 256, (11, 3))
    ids = RNG.integers(0, 11, (2, 300, 200))
    images = palette[ids].astype(np.uint8)
    np.testing.assert_array_equal(nearest_colour(images, palette), ids)
    noise = RNG.integers(0, 256, (2, 5, 4, 3), np.uint8)
    distances = np.linalg.norm(noise.reshape(-1, 1, 3) - palette.astype(float), axis=-1)
    expected = [row.tolist().index(row.min()) for row in distances]
    np.testing.assert_array_equal(nearest_colour(noise, palette).ravel(), expected)


def test_equally_near_colours_are_the_first_and_floats_are_rounded():
    gray = np.array([[10], [20], [10]])
    images = np.array([15, 10, 20, 19]).reshape(1, 2, 2, 1) / 127.5 - 1
    np.testing.assert_array_equal(nearest_colour(images, gray), [[[0, 0], [1, 1]]])


def test_a_palette_of_other_channels():
    with pytest.raises(UserError, match="3 channels need a palette"):
        nearest_colour(np.zeros((1, 2, 2, 3), np.uint8), [[0], [1]])
