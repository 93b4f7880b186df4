"""Several unrelated sets in one step, each with its own fields, size and order."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from data.feeds import order
from data.feeds.open_feed import open_feed
from data.feeds.several.joint_feed import domain_seed
from tfgan_kit.errors import UserError
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config(TrainConfig):
    datasets: tuple[str, ...] = ()
    batch_size: int = 4


@pytest.fixture
def arrays(tmp_path):
    """Ten gray images of 8x8 and twelve in colour of 64x64; image k is filled with k."""
    for name, shape in (("small", (10, 8, 8)), ("large", (12, 64, 64, 3))):
        labels = np.arange(shape[0])
        images = np.broadcast_to(labels.reshape(-1, *[1] * (len(shape) - 1)), shape)
        np.savez(tmp_path / f"{name}.npz", images=images.astype(np.uint8), labels=labels)
    return tmp_path


def open_both(folder, **settings):
    names = (f"{folder}/small.npz", f"{folder}/large.npz")
    return open_feed("sets", Config(datasets=names, **settings))


def batches(feed, count, start=0, context=None):
    stream = feed.dataset(start, context or tf.distribute.InputContext())
    return [tf.nest.map_structure(lambda v: v.numpy(), batch) for batch in stream.take(count)]


def test_each_set_has_its_own_size_and_order(arrays):
    feed, _ = open_both(arrays, seed=3)
    assert feed.spec["a"]["image"].shape == (32, 32, 1)
    assert feed.spec["b"]["image"].shape == (64, 64, 3)
    assert [len(reader) for reader in feed.readers] == [10, 12]
    got = batches(feed, 5)
    for k, (letter, size) in enumerate({"a": 10, "b": 12}.items()):
        labels = np.concatenate([batch[letter]["label"] for batch in got])
        wanted = order.indices(np.arange(20), size, domain_seed(3, k))
        np.testing.assert_array_equal(labels, wanted)
        images = np.concatenate([batch[letter]["image"] for batch in got])
        np.testing.assert_array_equal(images.mean(axis=(1, 2, 3)), labels)
        assert images.shape[1:] == feed.spec[letter]["image"].shape


def test_the_stream_can_be_entered_anywhere_and_split(arrays):
    whole = batches(open_both(arrays)[0], 5)
    again = batches(open_both(arrays)[0], 2, start=3)
    shards = [
        batches(open_both(arrays)[0], 5, context=tf.distribute.InputContext(2, k, 2))
        for k in (0, 1)
    ]
    other = batches(open_both(arrays, seed=1)[0], 5)
    for letter in "ab":
        labels = [batch[letter]["label"].tolist() for batch in whole]
        assert [batch[letter]["label"].tolist() for batch in again] == labels[3:]
        joined = [
            first[letter]["label"].tolist() + second[letter]["label"].tolist()
            for first, second in zip(*shards, strict=True)
        ]
        assert joined == labels
        assert [batch[letter]["label"].tolist() for batch in other] != labels


def test_paths_become_absolute_and_open_the_same_again(arrays, monkeypatch):
    monkeypatch.chdir(arrays)
    feed, config = open_feed("sets", Config(datasets=("small.npz", "large.npz")))
    assert config.datasets == (f"{arrays}/small.npz", f"{arrays}/large.npz")
    again, same = open_feed("sets", config)
    assert (same, str(again), again.spec) == (config, str(feed), feed.spec)
    assert [part.shape for part in feed.reference(6)] == [(6, 32, 32, 1), (6, 64, 64, 3)]
    assert len(feed.held_out()) == 2


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"datasets": ()}, "takes 1 to 8 data sets, not 0"),
        ({"datasets": ("glyphs",) * 9}, "takes 1 to 8 data sets, not 9"),
        ({"datasets": ("glyphs", "glyph")}, "did you mean 'glyphs'"),
    ],
)
def test_wrong_settings(settings, message):
    with pytest.raises(UserError, match=message):
        open_feed("sets", Config(**settings))


def test_a_batch_larger_than_one_of_the_sets(arrays):
    with pytest.raises(UserError, match="--batch-size 11: small has 10"):
        open_both(arrays, batch_size=11)
