import dataclasses
import os

import cv2
import numpy as np
import pytest
import tensorflow as tf

from data.feeds import order
from data.feeds.several.joint_feed import JointFeed, domain_seed, open_joint
from tfgan_kit.errors import UserError
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config(TrainConfig):
    dataset: str = "glyph2edge"
    dataset_a: str | None = None
    dataset_b: str | None = None
    batch_size: int = 8


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)


@pytest.fixture
def arrays(tmp_path):
    """Two files of ten images each; image k is filled with k, or with 100 + k."""
    for name, first in (("low", 0), ("high", 100)):
        values = np.arange(first, first + 10, dtype=np.uint8)
        images = np.broadcast_to(values[:, None, None], (10, 8, 8))
        np.savez(tmp_path / f"{name}.npz", images=images, labels=np.arange(10))
    return tmp_path


def feed_of(config):
    domains, config = open_joint(config)
    return JointFeed(domains, config)


def batches(feed, count, start=0, context=None):
    stream = feed.dataset(start, context or tf.distribute.InputContext())
    return [
        [{key: value.numpy() for key, value in part.items()} for part in batch]
        for batch in stream.take(count)
    ]


def test_a_batch_is_a_tuple_of_one_dictionary_per_domain():
    feed = feed_of(Config(dataset="glyphs,glyphs-edge,glyphs-color"))
    spec = {
        "image": tf.TensorSpec((8, 32, 32, 3), tf.uint8),
        "label": tf.TensorSpec((8,), tf.int64),
    }
    assert feed.dataset(0, tf.distribute.InputContext()).element_spec == (spec, spec, spec)


def test_each_domain_follows_an_order_of_its_own(arrays):
    config = Config(dataset=f"{arrays}/low.npz,{arrays}/high.npz", batch_size=5, seed=3)
    got = batches(feed_of(config), 4)
    for k, first in enumerate((0, 100)):
        labels = np.concatenate([batch[k]["label"] for batch in got])
        np.testing.assert_array_equal(labels, order.indices(np.arange(20), 10, domain_seed(3, k)))
        images = np.concatenate([batch[k]["image"] for batch in got])
        np.testing.assert_array_equal(images.mean(axis=(1, 2, 3)), labels + first)
    assert (got[0][0]["label"] != got[0][1]["label"]).any()


def test_the_stream_can_be_entered_anywhere_and_split(arrays):
    config = Config(dataset=f"{arrays}/low.npz,{arrays}/high.npz", batch_size=4)
    whole = batches(feed_of(config), 5)
    again = batches(feed_of(config), 2, start=3)
    shards = [
        batches(feed_of(config), 5, context=tf.distribute.InputContext(2, k, 2)) for k in (0, 1)
    ]
    for k in range(2):
        labels = [batch[k]["label"].tolist() for batch in whole]
        assert [batch[k]["label"].tolist() for batch in again] == labels[3:]
        joined = [
            first[k]["label"].tolist() + second[k]["label"].tolist()
            for first, second in zip(*shards, strict=True)
        ]
        assert joined == labels


def test_seeds_of_domains_and_runs_differ():
    seeds = [domain_seed(seed, k) for seed in (0, 1, 2**63 - 1) for k in range(8)]
    assert len(set(seeds)) == len(seeds)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_augmentation_changes_each_domain():
    plain, augmented = (
        batches(feed_of(Config(augment=specs)), 1)[0] for specs in ((), ("rotation",))
    )
    for before, after in zip(plain, augmented, strict=True):
        np.testing.assert_array_equal(before["label"], after["label"])
        assert (before["image"] != after["image"]).any()


def test_reference(arrays):
    feed = feed_of(Config(dataset=f"{arrays}/low.npz,{arrays}/high.npz"))
    low, high = feed.reference(6)
    assert low.shape == (6, 32, 32, 1)
    assert low.dtype == np.float32
    values = np.unique(np.rint((low + 1) * 127.5))
    assert len(values) == 6
    assert values.max() < 10
    assert (np.rint((high + 1) * 127.5) >= 100).all()
    np.testing.assert_array_equal(feed.reference(6)[1], high)
    assert [len(part) for part in feed.reference(50)] == [10, 10]


def test_the_configuration_is_filled_in_with_what_was_found(arrays, monkeypatch):
    monkeypatch.chdir(arrays)
    monkeypatch.setenv("TFGAN_KIT_DATA", "data")
    domains, config = open_joint(Config(dataset="low.npz,glyphs-color"))
    assert config.dataset == f"{arrays}/low.npz,glyphs-color"
    assert (config.image_size, config.channels) == ((32, 32), 3)
    assert config.data_dir == os.path.join(arrays, "data")
    assert domains.image_shape == (32, 32, 3)
    again, same = open_joint(config)
    assert same == config
    assert str(again) == str(domains)
    assert open_joint(Config(image_size=64, channels=3))[0].image_shape == (64, 64, 3)
    assert open_joint(Config())[1].dataset == "glyph2edge"


def test_two_fields_in_place_of_one(arrays, monkeypatch):
    monkeypatch.chdir(arrays)
    (arrays / "low.npz").rename(arrays / "a,b.npz")
    domains, config = open_joint(Config(dataset_a="a,b.npz", dataset_b="glyphs"))
    assert (config.dataset_a, config.dataset_b) == (f"{arrays}/a,b.npz", "glyphs")
    assert domains.names == (config.dataset_a, "glyphs")


def test_a_comma_in_a_path_parts_nothing(arrays, monkeypatch):
    folder = arrays / "a, b"
    folder.mkdir()
    (arrays / "low.npz").rename(folder / "x.npz")
    monkeypatch.chdir(folder)
    _, config = open_joint(Config(dataset="x.npz,glyphs"))
    assert config.dataset == f"{folder}/x.npz,glyphs"
    monkeypatch.chdir(arrays)
    domains, again = open_joint(Config(dataset=config.dataset))
    assert (domains.names, again.dataset) == ((f"{folder}/x.npz", "glyphs"), config.dataset)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"dataset": "glyphs"}, "at least two domains"),
        ({"batch_size": 30_001}, r"--batch-size 30001: glyphs\[0/2\] has 30000"),
        ({"augment": ("flop",)}, "did you mean 'flip'"),
    ],
)
def test_wrong_settings(settings, message):
    with pytest.raises(UserError, match=message):
        feed_of(Config(**settings))


def test_the_users_error_can_be_had_from_behind_tensorflows(arrays):
    folder = arrays / "photos"
    folder.mkdir()
    good = tf.io.encode_png(np.zeros((8, 8, 3), np.uint8)).numpy()
    for k in range(8):
        (folder / f"{k}.png").write_bytes(b"broken" if k == 5 else good)
    feed = feed_of(Config(dataset=f"{arrays}/low.npz,{folder}"))
    feed.raise_pending()  # nothing is pending yet
    with pytest.raises(tf.errors.OpError):
        batches(feed, 20)  # only the first of the reading threads to meet the file raises
    with pytest.raises(UserError, match=r"5\.png"):
        feed.raise_pending()


def test_held_out_images_are_shown_where_there_are_any(tmp_path):
    """Image k of a domain is filled with 10 k, 100 more if it is held out."""
    for part, count in (("trainA", 6), ("testA", 4), ("trainB", 5)):
        (tmp_path / part).mkdir()
        for k in range(count):
            value = 10 * k + 100 * part.startswith("test")
            cv2.imwrite(str(tmp_path / part / f"{k}.png"), np.full((16, 16), value, np.uint8))
    feed = feed_of(Config(dataset=str(tmp_path), image_size=16, batch_size=2))
    a, b = feed.shown(9)
    assert sorted(a[:, 0, 0, 0]) == [100, 110, 120, 130]
    assert b.dtype == np.uint8
    assert b.shape == a.shape == (4, 16, 16, 1)
    assert set(b[:, 0, 0, 0]) < {0, 10, 20, 30, 40}
    np.testing.assert_array_equal(feed.shown(2)[0], feed.shown(2)[0])
    assert len(feed.shown(2)[1]) == 2
