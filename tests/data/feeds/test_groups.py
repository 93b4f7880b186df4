import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.data.sources.modalities.files import write
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from tfgan_kit.settings.size import Size
from trainers.transfer.mmnet.config import MMNetConfig

SMALL = {"filters": (2, 2), "convolutions": (1, 1), "batch_size": 4, "seed": 3}


def opened(**settings):
    return open_feed("groups", make(MMNetConfig, SMALL, settings))


def test_a_batch_has_examples_of_each_group():
    feed, config = opened()
    assert config.image_size == Size(32, 32)
    assert list(feed.spec) == ["rgb+segmentation", "rgb+depth"]
    batch = next(iter(feed.dataset(0, tf.distribute.InputContext())))
    for name, fields in feed.spec.items():
        assert {n: tuple(v.shape) for n, v in batch[name].items()} == {
            n: (4, *field.shape) for n, field in fields.items()
        }
    first, second = (group["rgb"].numpy() for group in batch.values())
    assert not any((a == b).all() for a in first for b in second)


def test_held_out_examples_are_complete_and_the_same_each_time():
    feed, _ = opened()
    first, again = (next(iter(feed.examples(5))) for _ in range(2))
    assert list(first) == ["rgb", "segmentation", "depth"]
    for name, values in first.items():
        assert len(values) == 5
        np.testing.assert_array_equal(values, again[name])
    assert len(feed.held_out()) == 1


def test_without_a_test_split_those_for_training_are_taken(tmp_path):
    root = write(tmp_path)
    (root / "test").rename(root / "unused")
    feed, _ = opened(dataset=f"modalities:{root}")
    assert feed.held_out() == (None,)
    assert [set(each) for each in feed.examples(2)] == [{"rgb", "segmentation"}, {"rgb", "depth"}]


def test_sizes_are_fitted_and_depths_are_not_mixed(tmp_path):
    root = write(tmp_path, size=(18, 18))
    feed, config = opened(dataset=f"modalities:{root}", image_size=Size(12, 12))
    depths = next(iter(feed.examples(4)))["depth"]
    assert depths.shape == (4, 12, 12, 1)
    source = feed.tests["all"].source
    own = np.concatenate([source.read(i)["depth"].ravel() for i in range(4)])
    assert set(depths.ravel().tolist()) <= set(own.tolist())
    assert config.image_size == Size(12, 12)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"dataset": "glyphs"}, "glyphs: 0 groups of modalities"),
        ({"channels": 1}, "--channels: modalities keep their own channels"),
    ],
)
def test_what_has_no_groups_is_one_line(settings, said):
    with pytest.raises(UserError, match=said):
        opened(**settings)
