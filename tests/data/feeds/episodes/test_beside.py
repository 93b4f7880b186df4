"""Tasks with other images beside them: whose they are, and that they are a pure function."""

import dataclasses

import numpy as np
import pytest

from data.feeds.episodes.beside import BesideFeed
from data.reading.reader import Reader
from tests.data.feeds.episodes.small import Classes
from tfgan_kit.settings.episodes import TasksConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config(TasksConfig):
    dataset: str = "numbers"
    shots: int = 3
    batch_size: int = 2
    held_out_classes: tuple[str, ...] = ("2",)


@pytest.fixture
def source():
    return Classes()


@pytest.fixture
def feed(source):
    return BesideFeed(Reader(source), Config())


def numbers(images):
    """Which examples images are."""
    return images[..., 0, 0, 0].astype(int)


def test_a_task_is_of_a_trained_class_and_beside_it_are_images_of_all_of_them(feed, source):
    rows = feed._stream.read(np.arange(40))
    own = source.own[numbers(rows["support"]["image"])]
    assert (own == rows["class"]).all()
    beside = source.own[numbers(rows["others"]["image"])]
    assert beside.shape == (40, 3)
    assert {*beside.ravel()} == {*own.ravel()} == set(range(7))
    np.testing.assert_array_equal(rows["others"]["label"], beside)
    # Each epoch shows every image of the trained classes once: 7 classes of 8.
    each = np.bincount(numbers(rows["others"]["image"]).ravel()[: 2 * 56 - 56], minlength=72)
    assert sorted({*each}) == [0, 1]


def test_rows_depend_on_their_position_alone(feed):
    rows, later = feed._stream.read(np.arange(6)), feed._stream.read(np.arange(4, 6))
    for part in ("support", "others"):
        np.testing.assert_array_equal(rows[part]["image"][4:], later[part]["image"])
    (batch,) = feed._stream.dataset(start_batch=2).take(1)
    np.testing.assert_array_equal(batch["others"]["image"], later["others"]["image"])
    assert feed.spec["others"]["image"].shape == (2, 2, 1)


def test_images_of_a_class_and_of_all_are_chosen_by_the_seed(feed, source):
    for number in (0, 8):
        chosen = numbers(feed.of_class(number))
        assert len({*chosen}) == 3
        assert (source.own[chosen] == number).all()
        np.testing.assert_array_equal(chosen, numbers(feed.of_class(number)))
    others = numbers(feed.others(50))
    assert len({*others}) == 50
    assert source.own[others].max() < 7
    assert len(feed.others(100)) == 56
