import cv2
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


def test_how_images_are_fitted_is_noted_and_kinds_are_told(tmp_path):
    root = write(tmp_path, size=(18, 24))
    feed, config = opened(dataset=f"modalities:{root}")
    (note,) = feed.notes
    assert note.startswith(f"images of 18x24 (height x width) are cropped to {config.image_size}")
    assert "segmentation (label map) " in str(feed)
    assert "depth (depth) " in str(feed)


def rewritten(folder, change):
    for path in folder.iterdir():
        cv2.imwrite(str(path), change(cv2.imread(str(path), cv2.IMREAD_UNCHANGED)))


def test_gray_beside_colour_is_one_line(tmp_path):
    root = write(tmp_path)
    rewritten(root / "train" / "2" / "rgb", lambda image: image[..., 0])
    with pytest.raises(UserError, match=r"rgb is image of 3 channels, .* in group 1, .* group 2;"):
        opened(dataset=f"modalities:{root}")


def test_sixteen_bits_beside_eight_are_one_line(tmp_path):
    root = write(tmp_path)
    rewritten(root / "test" / "all" / "rgb", lambda image: image.astype(np.uint16) * 257)
    with pytest.raises(UserError, match=r"uint8 .* in group 1, .* uint16 .*all \(held out\);"):
        opened(dataset=f"modalities:{root}", depth="keep")
    feed, _ = opened(dataset=f"modalities:{root}")
    assert feed.tests["all"].fields["rgb"] == feed.spec["1"]["rgb"]


def test_a_modality_that_is_not_learned_from_is_one_line(tmp_path):
    root = write(tmp_path, {"1": ("rgb", "segmentation", "nir")}, {"all": ("rgb", "segmentation")})
    with pytest.raises(UserError, match=r"nir of group 1 \(held out\) is in no group that is"):
        opened(dataset=f"modalities:{root}", split="test")


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
