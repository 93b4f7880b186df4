"""Images of each class of one set in every batch, each class in an order of its own."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from data.feeds import order
from data.feeds.open_feed import open_feed
from data.feeds.several.joint_feed import domain_seed
from tfgan_kit.errors import UserError
from tfgan_kit.settings.train import TrainConfig

CLASSES = np.array([2, 0, 1, 1, 2, 0, 2, 2, 1, 0, 2, -1])


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config(TrainConfig):
    batch_size: int = 2


@pytest.fixture
def images(tmp_path):
    """Twelve images of 32x32, image k filled with k; the last one has no class."""
    shape = (len(CLASSES), 32, 32)
    values = np.broadcast_to(np.arange(len(CLASSES))[:, None, None], shape).astype(np.uint8)
    np.savez(tmp_path / "set.npz", images=values, labels=CLASSES)
    return f"{tmp_path}/set.npz"


def opened(dataset, **settings):
    return open_feed("classes", Config(dataset=dataset, **settings))[0]


def numbers(feed, start, count):
    """Name of each class -> the numbers of its images in these batches, one after the other."""
    stream = feed.dataset(start, tf.distribute.InputContext()).take(count)
    batches = [{k: v["image"].numpy()[:, 0, 0, 0] for k, v in b.items()} for b in stream]
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


def test_each_class_has_its_own_order(images):
    feed = opened(images, seed=3)
    assert list(feed.spec) == ["0", "1", "2"]
    assert feed.spec["1"]["image"].shape == (32, 32, 1)
    found = numbers(feed, 0, 6)
    for k, name in enumerate(feed.spec):
        (places,) = np.nonzero(k == CLASSES)
        wanted = places[order.indices(np.arange(12), len(places), domain_seed(3, k))]
        np.testing.assert_array_equal(found[name], wanted)


def test_the_stream_can_be_entered_anywhere(images):
    whole, rest = numbers(opened(images), 0, 5), numbers(opened(images), 2, 3)
    for name, values in whole.items():
        np.testing.assert_array_equal(values[4:], rest[name])


def test_examples_are_of_the_whole_set_with_labels(images):
    (found,) = opened(images).examples(12, held_out=False)
    assert sorted(zip(found["image"][:, 0, 0, 0], found["label"], strict=True)) == sorted(
        zip(range(12), CLASSES, strict=True)
    )


def test_a_batch_larger_than_a_class_is_refused(images):
    with pytest.raises(UserError, match="--batch-size 4: set, 0 has 3 examples"):
        opened(images, batch_size=4)


@pytest.mark.parametrize("dataset", ["ring", "glyph_recolour-attributes", "unlabelled"])
def test_other_labels_than_classes_are_refused(dataset, tmp_path):
    if dataset == "unlabelled":
        dataset = f"{tmp_path}/plain.npz"
        np.savez(dataset, images=np.zeros((4, 32, 32), np.uint8))
    with pytest.raises(UserError, match="needs images in exclusive classes"):
        opened(dataset)
