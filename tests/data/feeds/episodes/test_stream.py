"""Batches of episodes: what is in them, where they come from, and how they are split."""

import numpy as np
import pytest
import tensorflow as tf

from data.drawn.glyphs import Glyphs
from data.feeds.episodes.feed import EpisodeFeed
from data.reading.reader import Reader
from tests.data.feeds.episodes.small import Classes, Config
from tfgan_kit.errors import UserError


def feed_of(source=None, bad=0, **settings):
    return EpisodeFeed(Reader(source or Classes(), max_bad_files=bad), Config(**settings))


def batches(feed, count, start=0, context=None):
    stream = feed.dataset(start, context or tf.distribute.InputContext())
    return [tf.nest.map_structure(lambda v: v.numpy(), batch) for batch in stream.take(count)]


def assert_equal(one, two):
    tf.nest.map_structure(np.testing.assert_array_equal, one, two)


def examples(part):
    """Which examples a part of a batch holds: (episodes, examples)."""
    return part["image"][..., 0, 0, 0]


def test_what_an_episode_holds():
    source = Classes()
    feed = feed_of(source)
    for batch in batches(feed, 6):
        classes = batch["class"]
        assert classes.shape == (4, 3)
        for name, each in (("support", 2), ("query", 3)):
            part = batch[name]
            assert part["image"].shape == (4, 3 * each, 2, 2, 1)
            assert part["image"].dtype == np.uint8
            np.testing.assert_array_equal(part["label"], [np.repeat(np.arange(3), each)] * 4)
            own = source.own[examples(part)]
            np.testing.assert_array_equal(own, np.repeat(classes, each, axis=1))


def test_support_and_query_share_no_example():
    for batch in batches(feed_of(shots=3, queries=5), 10):  # All eight of a class.
        both = np.concatenate([examples(batch["support"]), examples(batch["query"])], axis=1)
        assert all(len({*row}) == 24 for row in both.tolist())


def test_shapes_are_static_and_those_of_the_spec():
    feed = feed_of()
    spec = feed.dataset(0, tf.distribute.InputContext(1, 0, 2)).element_spec
    assert spec["support"]["image"] == tf.TensorSpec((2, 6, 2, 2, 1), tf.uint8)
    assert spec["query"]["label"] == tf.TensorSpec((2, 9), tf.int64)
    assert spec["class"] == tf.TensorSpec((2, 3), tf.int64)
    tf.nest.assert_same_structure(spec, feed.spec)
    assert feed.spec["support"]["image"].shape == (2, 2, 1)
    assert feed.spec["query"]["label"].names == ("0", "1", "2")
    assert len(feed.spec["class"].names) == 9


def test_the_stream_can_be_entered_anywhere_at_once():
    whole, late = batches(feed_of(), 5), batches(feed_of(), 2, start=3)
    assert_equal(whole[3:], late)
    (far,) = batches(feed_of(), 1, start=10**12)
    assert_equal(far, feed_of()._stream.read(4 * 10**12 + np.arange(4)))
    (other,) = batches(feed_of(seed=1), 1)
    assert (other["class"] != whole[0]["class"]).any()


@pytest.mark.parametrize(("pipelines", "replicas"), [(1, 2), (2, 1), (2, 2), (4, 1)])
def test_shards_joined_are_the_whole_batch(pipelines, replicas):
    total, count = pipelines * replicas, 3
    shards = [
        batches(
            feed_of(), count * replicas, context=tf.distribute.InputContext(pipelines, k, total)
        )
        for k in range(pipelines)
    ]
    for b, whole in enumerate(batches(feed_of(), count)):
        parts = [shard[b * replicas + r] for shard in shards for r in range(replicas)]
        assert_equal(tf.nest.map_structure(lambda *p: np.concatenate(p), *parts), whole)


def test_a_batch_that_cannot_be_split():
    with pytest.raises(UserError, match="--batch-size 4 cannot be split over 3 replicas"):
        feed_of().dataset(0, tf.distribute.InputContext(1, 0, 3))


def test_augmentation_depends_on_seed_and_place_alone():
    def images(batch_size, **settings):
        reader = Reader(Glyphs(size=16))
        feed = EpisodeFeed(reader, Config(batch_size=batch_size, **settings))
        found = batches(feed, 8 // batch_size)
        parts = [np.concatenate([b[name]["image"] for b in found]) for name in ("support", "query")]
        return np.concatenate(parts, axis=1)

    plain, changed = images(4), images(4, augment=("rotation", "cutout=0.5"))
    assert (plain != changed).any(axis=(2, 3, 4)).all()
    np.testing.assert_array_equal(changed, images(2, augment=("rotation", "cutout=0.5")))


def test_a_class_that_is_held_out_never_occurs_in_training():
    feed = feed_of(held_out_classes=("class 1", "class 8", "class 4"))
    seen = np.concatenate([batch["class"] for batch in batches(feed, 60)])
    assert {*seen.ravel().tolist()} == {0, 2, 3, 5, 6, 7}
    shown = np.concatenate([np.unique(examples(b["support"])) for b in batches(feed, 60)])
    own = Classes().own
    assert not {1, 4, 8} & {*own[shown].tolist()}
    (reader,) = feed.readers
    assert {*reader.read(np.arange(len(reader)))["label"].tolist()} == {0, 2, 3, 5, 6, 7}
    held_out = feed.held_out_episodes().read(np.arange(50))
    assert {*held_out["class"].ravel().tolist()} == {1, 4, 8}
    assert {*own[examples(held_out["query"])].ravel().tolist()} == {1, 4, 8}
    assert_equal(held_out, feed.held_out_episodes().read(np.arange(50)))
    assert "held out: class 1, class 4, class 8" in str(feed)


def test_held_out_episodes_are_not_augmented_and_other_draws():
    reader = Reader(Glyphs(size=16))
    settings = {"held_out_classes": ("5",), "augment": ("rotation",)}
    held_out = EpisodeFeed(reader, Config(**settings)).held_out_episodes()
    assert feed_of().held_out_episodes() is None
    batch = held_out.read(np.arange(3))
    assert batch["class"].min() == 5  # One number is a count: the last five of ten.
    images = batch["support"]["image"].reshape(-1, 16, 16, 1)
    everything = {image.tobytes() for image in reader.read(np.arange(len(reader)))["image"]}
    assert {image.tobytes() for image in images} <= everything


def test_labels_that_a_source_does_not_tell_are_read():
    assert_equal(batches(feed_of(Classes(knows=False)), 2), batches(feed_of(), 2))


def test_examples_without_a_label_are_not_drawn():
    source = Classes()
    source.own[::4] = -1
    left = np.bincount(source.own[source.own >= 0], minlength=9).min()
    feed = feed_of(source, shots=1, queries=int(left) - 1)
    for batch in batches(feed, 20):
        assert (source.own[examples(batch["query"])] >= 0).all()


BROKEN = (3, 17, 40, 41)


def test_a_bad_file_is_replaced_by_one_of_its_class():
    source = Classes(broken=BROKEN)
    feed = feed_of(source, bad=4, shots=2, queries=2)
    found = batches(feed, 30)
    for batch in found:
        for name in ("support", "query"):
            shown, own = examples(batch[name]), np.repeat(batch["class"], 2, axis=1)
            assert not {*BROKEN} & {*shown.ravel().tolist()}
            np.testing.assert_array_equal(source.own[shown], own)
        both = np.concatenate([examples(batch["support"]), examples(batch["query"])], axis=1)
        assert all(len({*row}) == 12 for row in both.tolist())
    assert len(feed.reader.bad_files) == 4
    # Whatever was known to be bad before: a run that goes on sees the same.
    again = feed_of(Classes(broken=BROKEN), bad=4, shots=2, queries=2)
    assert_equal(batches(again, 10, start=20), found[20:])


def test_more_bad_files_than_allowed():
    feed = feed_of(Classes(broken=BROKEN), bad=3)
    with pytest.raises(tf.errors.OpError):
        batches(feed, 200)
    with pytest.raises(UserError, match=r"png: cut off \(at most 3 bad examples allowed"):
        feed.raise_pending()


def test_a_class_with_too_few_good_files():
    source = Classes()
    source.broken = tuple(np.flatnonzero(source.own == 2)[:4])
    feed = feed_of(source, bad=10)
    with pytest.raises(tf.errors.OpError):
        batches(feed, 200)
    with pytest.raises(
        UserError, match=r"only 4 of 8 examples of a class can be read, and an episode takes 5"
    ):
        feed.raise_pending()
