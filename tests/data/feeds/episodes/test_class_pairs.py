"""Pairs of examples of different classes, and the classes that are held out of them."""

import numpy as np
import pytest
import tensorflow as tf

from data.feeds.episodes.class_pairs import ClassPairsFeed
from data.feeds.open_feed import open_feed
from data.reading.reader import Reader
from tests.data.feeds.episodes.small import Classes, Config
from tfgan_kit.errors import UserError


def feed_of(source=None, bad=0, **settings):
    return ClassPairsFeed(Reader(source or Classes(), max_bad_files=bad), Config(**settings))


def read(feed, first, count):
    return feed._stream.read(first + np.arange(count))


def test_a_pair_has_an_example_of_each_of_two_classes_that_are_trained_on():
    source = Classes()
    feed, seen = feed_of(source, held_out_classes=("class 0", "class 4")), set()
    trained = (1, 2, 3, 5, 6, 7, 8)
    assert (feed.split.trained, feed.split.held_out) == (trained, (0, 4))
    assert feed.spec["label"].names == tuple(f"class {k}" for k in trained)
    batch = read(feed, 0, 300)
    assert batch.keys() == feed.spec.keys()
    assert (batch["label"] != batch["class_label"]).all()
    for part in ("", "class_"):
        rows, labels = batch[f"{part}image"][:, 0, 0, 0], batch[f"{part}label"]
        np.testing.assert_array_equal(source.own[rows], np.array(trained)[labels])
        seen |= set(labels.tolist())
    assert seen == set(range(7))
    assert len(feed.reader) == 7 * 8


def test_an_element_depends_on_the_seed_and_its_number_only():
    whole, part = read(feed_of(), 0, 20), read(feed_of(), 13, 5)
    for name, values in part.items():
        np.testing.assert_array_equal(whole[name][13:18], values)
    other = read(feed_of(seed=1), 0, 20)
    assert (other["image"] != whole["image"]).any()
    spec = feed_of().dataset(0, tf.distribute.InputContext()).element_spec
    assert spec["class_image"] == tf.TensorSpec((4, 2, 2, 1), tf.uint8)
    assert spec["class_label"] == tf.TensorSpec((4,), tf.int64)


def test_a_bad_file_is_replaced_by_another_of_its_class():
    source = Classes(broken=(3, 5))
    batch = read(feed_of(source, bad=2), 0, 200)
    for part in ("", "class_"):
        rows = batch[f"{part}image"][:, 0, 0, 0]
        assert not {3, 5} & set(rows.tolist())
        np.testing.assert_array_equal(source.own[rows], batch[f"{part}label"])
    everything = Classes(counts=(2, 8), broken=tuple(np.flatnonzero(Classes((2, 8)).own == 0)))
    with pytest.raises(UserError, match=r"only 0 of 2 examples .* takes 1; repair .* \(first: \d"):
        read(feed_of(everything, bad=5), 0, 4)


def test_classes_of_the_held_out_split_are_found_by_their_numbers():
    config = Config(dataset="glyph_palette_classes", image_size=None, held_out_classes=("6",))
    feed, _ = open_feed("class_pairs", config)
    assert feed.split.held_out == tuple(range(20, 26))
    assert str(feed).endswith("held out: " + ", ".join(f"palette_{k}" for k in range(21, 27)))
    reader, rows = feed.of_classes
    assert len(reader) == 10_000
    assert sum(map(len, rows)) == 10_000
    for number, own in enumerate(rows):
        assert (reader.source.labels()[own] == number).all()


UNLABELLED = Classes()
UNLABELLED.classes = ()


@pytest.mark.parametrize(
    ("source", "held_out", "told"),
    [
        (UNLABELLED, (), "numbers has no classes, which this method needs"),
        (Classes(), ("8",), "2 classes or more, and there are 9, of which 8 are held out; add"),
        (Classes((8,)), (), "trains on 2 classes or more, and there are 1; add some$"),
        (Classes((8, 8, 0)), (), "there are no examples of the class 'class 2'"),
        (Classes(), ("class 9",), "has no class 'class 9'; did you mean"),
    ],
)
def test_what_cannot_be_is_one_line(source, held_out, told):
    with pytest.raises(UserError, match=told) as error:
        feed_of(source, held_out_classes=held_out)
    assert "\n" not in str(error.value)
