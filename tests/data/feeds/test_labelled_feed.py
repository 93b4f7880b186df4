"""What a labelled feed says of labels, hides of them, and shows how often."""

import cv2
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.labelled_feed import open_labelled
from tests.data.sources.test_celeba_attributes import write
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers.conditional.cgan.config import CGANConfig

SHARES = (10, 30, 60)


@pytest.fixture
def skewed(tmp_path):
    """A hundred images of three classes, each image in the gray of its label."""
    labels = np.repeat(np.arange(3), SHARES)
    images = np.broadcast_to(labels[:, None, None], (100, 32, 32)).astype(np.uint8)
    np.savez(tmp_path / "skewed.npz", images=images, labels=labels, classes=["x", "y", "z"])
    return str(tmp_path / "skewed.npz")


def feed_of(dataset, **settings):
    return open_labelled(make(CGANConfig, {"dataset": dataset, "batch_size": 20}, settings))[0]


def batches(feed, count, start=0):
    stream = feed.dataset(start, tf.distribute.InputContext()).take(count)
    return [(b["image"].numpy()[:, 0, 0, 0], b["label"].numpy()) for b in stream]


def test_the_spec_knows_the_shares_of_the_classes(skewed):
    label = feed_of(skewed).spec["label"]
    np.testing.assert_allclose(label.rates, (0.1, 0.3, 0.6))
    assert (label.names, label.unknown_rate) == (("x", "y", "z"), 0)


def test_some_labels_are_hidden_and_those_are_always_the_same(skewed):
    feed = feed_of(skewed, labelled_per_class=4)
    label = feed.spec["label"]
    assert label.unknown_rate == pytest.approx(0.88)
    np.testing.assert_allclose(label.rates, [1 / 3] * 3)
    gray, seen = (np.concatenate(part) for part in zip(*batches(feed, 5), strict=True))
    assert (seen >= 0).sum() == 12  # One epoch.
    np.testing.assert_array_equal(gray[seen >= 0], seen[seen >= 0])
    assert np.bincount(seen[seen >= 0]).tolist() == [4, 4, 4]
    again = batches(feed_of(skewed, labelled_per_class=4), 5)
    np.testing.assert_array_equal(np.concatenate([labels for _, labels in again]), seen)
    other = batches(feed_of(skewed, labelled_per_class=4, seed=1), 5)
    assert not np.array_equal(np.concatenate([labels for _, labels in other]), seen)
    assert "4 labelled per class" in str(feed)


def test_balanced_classes_come_equally_often(skewed):
    feed = feed_of(skewed, balanced_real=True)
    gray, seen = (np.concatenate(part) for part in zip(*batches(feed, 9), strict=True))
    np.testing.assert_array_equal(gray, seen)
    assert np.bincount(seen).tolist() == [60, 60, 60]
    # Entered anywhere, the stream is the same.
    np.testing.assert_array_equal(batches(feed, 1, start=7)[0][1], batches(feed, 8)[7][1])


def test_attributes_give_rows_to_draw_from(tmp_path):
    write(tmp_path / "celeba")
    label = feed_of("celeba-attributes", data_dir=str(tmp_path), batch_size=2).spec["label"]
    assert label.kind == "attributes"
    assert {len(row) for row in label.examples} == {len(label.names)}


@pytest.mark.parametrize(
    ("classes", "labels", "settings", "message"),
    [
        (None, None, {}, "has no labels, which this method needs; choose another --dataset, or"),
        (["x"], [0] * 30, {}, "has one class, 'x'"),
        (["x", "y", "z"], [0, 2] * 15, {}, r"no examples of the class 'y' \(examples: x 15, y 0"),
        (["x", "y"], [0, 1] * 15, {"labelled_per_class": 16}, "15 examples of class 0"),
    ],
)
def test_what_cannot_be_learned_by_label(tmp_path, classes, labels, settings, message):
    arrays = {"images": np.zeros((30, 32, 32), np.uint8)}
    if labels:
        arrays |= {"labels": np.array(labels), "classes": classes}
    np.savez(tmp_path / "few.npz", **arrays)
    with pytest.raises(UserError, match=message):
        feed_of(str(tmp_path / "few.npz"), **settings)


@pytest.mark.parametrize(
    ("column", "told"),
    [
        (["0", "0", "0"], "no examples with the attribute 'y'; leave the attribute out or add"),
        (["1", "1", ""], "no examples without the attribute 'y'"),
        (["", "", ""], "no examples with the attribute 'y'"),
    ],
)
def test_an_attribute_that_nobody_has_or_everybody_is_refused(column, told, tmp_path):
    rows = [f"{k}.png,{k % 2},{value}" for k, value in enumerate(column)]
    for k in range(3):
        cv2.imwrite(str(tmp_path / f"{k}.png"), np.zeros((32, 32, 3), np.uint8))
    (tmp_path / "labels.csv").write_text("\n".join(["file,x,y", *rows]))
    with pytest.raises(UserError, match=told):
        feed_of(f"labels:{tmp_path}", batch_size=2)
