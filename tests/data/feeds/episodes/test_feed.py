"""What can be opened as episodes, and what is told in one line if it cannot."""

import dataclasses

import numpy as np
import pytest

from data.derived.mix import Mix
from data.feeds.episodes.feed import EpisodeFeed
from data.feeds.open_feed import open_feed
from data.reading.reader import Reader
from tests.data.feeds.episodes.small import Classes, Config
from tfgan_kit.errors import UserError
from tfgan_kit.settings.episodes import EpisodesConfig, TasksConfig
from tfgan_kit.settings.metrics import MetricsConfig
from tfgan_kit.settings.option import make


def test_a_set_is_opened_by_its_name():
    feed, config = open_feed("episodes", Config(dataset="glyphs", image_size=None))
    assert config.image_size == (32, 32)
    assert feed.spec["support"]["image"].shape == (32, 32, 1)
    assert str(feed).endswith("10 classes; 3-way 2-shot episodes, 2+3 examples of each class")
    assert feed.changed(batch_size=8).dataset is not None
    (reader,) = feed.held_out()
    assert reader.classes == feed.readers[0].classes
    assert feed.reference(6)[0].shape == (6, 32, 32, 1)


def test_its_settings_go_with_those_of_others():
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Both(EpisodesConfig, MetricsConfig):
        pass

    config = make(Both, {"evaluate_count": 10, "held_out_classes": ["3"]})
    assert (config.batch_size, config.samples, config.held_out_classes) == (4, 10, ("3",))


def test_points_of_classes_can_be_episodes():
    feed, _ = open_feed("episodes", Config(dataset="ring"))
    batch = feed._stream.read(np.arange(2))
    assert batch["support"]["image"].shape == (2, 6, 2)


def test_bad_examples_of_a_mix_are_told_by_their_place():
    parts = [Reader(Classes(broken=b), max_bad_files=2) for b in ((), (1, 4))]
    mix = Mix(parts)
    assert mix.bad_indices == frozenset()
    mix.read(np.arange(len(mix)))
    assert mix.bad_indices == {72 + 1, 72 + 4}


ATTRIBUTES = Classes()
ATTRIBUTES.label_shape = (9,)
ATTRIBUTES.own = np.eye(9, dtype=np.int64)[ATTRIBUTES.own]
UNLABELLED = Classes()
UNLABELLED.classes = ()


@pytest.mark.parametrize(
    ("source", "settings", "told"),
    [
        (UNLABELLED, {}, "numbers has no labels, which episodes need; choose another"),
        (ATTRIBUTES, {}, "numbers has attributes, of which an image can have several"),
        (Classes(), {"ways": 10}, r"--ways 10: numbers has 9 classes; lower --ways, or choose"),
        (
            Classes(),
            {"ways": 4, "held_out_classes": ("6",)},
            r"--ways 4: numbers has 9 classes, of which 6 are held out; lower --ways or --held",
        ),
        (
            Classes(),
            {"held_out_classes": ("class 1", "class 7")},
            "--held-out-classes class 1,class 7: episodes of --ways 3 cannot be made of 2 classes",
        ),
        (
            Classes(),
            {"held_out_classes": ("clas 1", "class 7")},
            r"numbers has no class 'clas 1'; did you mean 'class 1'\? \(classes: class 0, class 1",
        ),
        (Classes(), {"held_out_classes": ("class 1",) * 3}, "'class 1' is named twice"),
        (
            Classes((8, 3, 8, 4)),
            {},
            r"the class 'class 1' has 3 examples, and an episode takes 5 of each, --shots 2 and "
            r"--queries 3 \(and 1 class more\)",
        ),
        (Classes((8, 8, 8, 1)), {}, "the class 'class 3' has 1 example, and an episode"),
        (Classes((8, 8, 8, 0)), {}, "the class 'class 3' has 0 examples, and an episode"),
    ],
)
def test_what_cannot_be_episodes(source, settings, told):
    with pytest.raises(UserError, match=told) as error:
        EpisodeFeed(Reader(source), Config(**settings))
    assert "\n" not in str(error.value)


def test_points_are_not_augmented():
    with pytest.raises(UserError, match="holds points, which cannot be augmented"):
        open_feed("episodes", Config(dataset="ring", augment=("flip",)))


def test_many_held_out_classes_take_one_line():
    names = [f"class {k}" for k in range(40)]
    feed = EpisodeFeed(Reader(Classes((5,) * 40, names)), Config(held_out_classes=("20",)))
    assert "held out: class 20, class 21" in str(feed)
    assert "class 31, and 8 more; 3-way 2-shot" in str(feed)


def test_tasks_of_one_class_have_no_queries():
    config = TasksConfig(dataset="glyphs", held_out_classes=("2",), shots=3, batch_size=5)
    feed, _ = open_feed("episodes", config)
    batch = feed.episodes.read(np.arange(5))
    assert batch["support"]["image"].shape == (5, 3, 32, 32, 1)
    assert batch["query"]["image"].shape == (5, 0, 32, 32, 1)
    assert not batch["support"]["label"].any()
    # Training and held-out classes never meet.
    seen = {*feed.episodes.read(np.arange(200))["class"].ravel()}
    held_out = {*feed.held_out_episodes().read(np.arange(50))["class"].ravel()}
    assert (seen, held_out) == ({*range(8)}, {8, 9})
    assert str(feed).endswith("held out: 8, 9; tasks of 3 examples of a class")


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"held_out_classes": ("9",)}, "no class of numbers is left to train on; hold out fewer"),
        ({"shots": 9}, "has 8 examples, and a task takes --shots 9 (and 8 classes more)"),
    ],
)
def test_what_cannot_be_such_tasks(settings, told):
    with pytest.raises(UserError) as error:
        EpisodeFeed(Reader(Classes()), TasksConfig(**settings))
    assert told in str(error.value)
    assert "--queries" not in str(error.value)


def test_other_episodes_are_of_the_other_split_and_not_of_held_out_classes():
    feed, _ = open_feed("episodes", Config(dataset="glyphs", held_out_classes=("4",)))
    other = feed.other_episodes()
    (reader,) = feed.held_out()
    assert other._reader is reader is not feed.readers[0]
    assert set(other.read(np.arange(30))["class"].ravel()) == set(range(6))


def test_tasks_that_are_no_labels_are_those_of_the_group():
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Halves(Config):
        tasks: str = "halves"

    feed, _ = open_feed("episodes", Halves(dataset="glyphs", ways=1))
    assert feed.spec["class"].names == ("all",)
    feed.group(("first", "second"), lambda reader: (np.arange(len(reader)) % 5 > 1).astype(int))
    assert feed.spec["class"].names == ("first", "second")
    for episodes in (feed.episodes, feed.other_episodes()):
        assert set(episodes.read(np.arange(20))["class"].ravel()) == {0, 1}
