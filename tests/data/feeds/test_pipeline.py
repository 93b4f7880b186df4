import time

import numpy as np
import pytest
import tensorflow as tf

from data.drawn.glyphs import Glyphs
from data.drawn.points import Points
from data.feeds import order
from data.feeds.pipeline import Pipeline
from data.image_source import ImageSource
from data.reading.reader import Reader
from data.source import BadExample
from tfgan_kit.errors import UserError


class Numbers(ImageSource):
    """Image k is filled with k, so that a batch shows which examples it holds."""

    name, shape = "numbers", (4, 4, 1)

    def __init__(self, count=50, delay=0.0, broken=()):
        self.count, self.delay, self.broken = count, delay, broken

    def __len__(self):
        return self.count

    def example(self, index):
        if index in self.broken:
            raise BadExample(f"{index}.png: cut off")
        time.sleep(self.delay * (index % 3))
        return np.full(self.shape, index, np.uint8), index


def take(dataset, count):
    return [{key: value.numpy() for key, value in batch.items()} for batch in dataset.take(count)]


def labels(dataset, count):
    return [batch["label"].tolist() for batch in take(dataset, count)]


def test_batches_follow_the_order_over_epochs():
    pipeline = Pipeline(Reader(Numbers()), batch_size=8, seed=3)
    stream = np.concatenate(labels(pipeline.dataset(), 20))
    np.testing.assert_array_equal(stream, order.indices(np.arange(160), 50, 3))
    assert sorted(stream[:50]) == list(range(50))
    assert sorted(stream[50:100]) == list(range(50))


def test_shapes_are_static():
    dataset = Pipeline(Reader(Numbers(), 6, 3), batch_size=8, seed=0).dataset(
        replicas_per_pipeline=2
    )
    assert dataset.element_spec == {
        "image": tf.TensorSpec((4, 6, 6, 3), tf.uint8),
        "label": tf.TensorSpec((4,), tf.int64),
    }
    (batch,) = take(dataset, 1)
    assert batch["image"].shape == (4, 6, 6, 3)
    points = Pipeline(Reader(Points("ring")), batch_size=8, seed=0).dataset()
    assert points.element_spec["image"] == tf.TensorSpec((8, 2), tf.float32)


def test_the_end_does_not_wait_for_a_thread_that_tunes():
    # Such a thread sleeps in periods of 10 ms, 20 ms and so on up to a minute, and is waited for.
    one = Pipeline(Reader(Numbers()), batch_size=8, seed=0).dataset()
    both = tf.data.Dataset.zip((one, one))
    assert one.options().autotune.enabled is both.options().autotune.enabled is False


def test_images_and_labels_stay_together():
    for batch in take(Pipeline(Reader(Numbers()), batch_size=8, seed=0).dataset(), 10):
        np.testing.assert_array_equal(batch["image"][:, 0, 0, 0], batch["label"])


@pytest.mark.parametrize(("pipelines", "replicas"), [(1, 2), (2, 1), (2, 3), (3, 2)])
def test_shards_joined_are_the_single_stream(pipelines, replicas):
    pipeline = Pipeline(Reader(Numbers()), batch_size=12, seed=1)
    single = labels(pipeline.dataset(), 6)
    shards = [
        labels(
            pipeline.dataset(
                num_pipelines=pipelines, pipeline_index=p, replicas_per_pipeline=replicas
            ),
            6 * replicas,
        )
        for p in range(pipelines)
    ]
    for b, batch in enumerate(single):
        parts = [shard[b * replicas + r] for shard in shards for r in range(replicas)]
        assert {len(part) for part in parts} == {12 // (pipelines * replicas)}
        assert [label for part in parts for label in part] == batch


@pytest.mark.parametrize("replicas", [1, 2])
def test_starting_at_a_batch_is_skipping_to_it(replicas):
    pipeline = Pipeline(Reader(Glyphs(size=16)), batch_size=8, seed=1, augment=("rotation", "flip"))
    whole = take(pipeline.dataset(replicas_per_pipeline=replicas), 9 * replicas)
    late = take(pipeline.dataset(start_batch=5, replicas_per_pipeline=replicas), 4 * replicas)
    for expected, got in zip(whole[5 * replicas :], late, strict=True):
        np.testing.assert_array_equal(got["image"], expected["image"])
        np.testing.assert_array_equal(got["label"], expected["label"])


def test_entering_far_into_the_stream_is_quick():
    pipeline = Pipeline(Reader(Numbers(count=200)), batch_size=4, seed=0)
    start = 10**9
    (batch,) = labels(pipeline.dataset(start_batch=start), 1)
    assert batch == order.indices(4 * start + np.arange(4), 200, 0).tolist()


def test_parallel_reading_keeps_the_order():
    """Delays that differ between examples would reorder batches, were they not kept in order."""
    slow = Reader(Numbers(delay=0.003), memory_budget=0)
    pipeline = Pipeline(slow, batch_size=2, seed=5)
    stream = np.concatenate(labels(pipeline.dataset(), 60))
    np.testing.assert_array_equal(stream, order.indices(np.arange(120), 50, 5))


def test_augmentation_depends_on_seed_and_position_alone():
    specs = ("flip", "crop", "rotation", "translation", "color", "cutout")
    reader = Reader(Glyphs("street", size=16))

    def images(batch_size, seed=0):
        pipeline = Pipeline(reader, batch_size=batch_size, seed=seed, augment=specs)
        return np.concatenate([b["image"] for b in take(pipeline.dataset(), 24 // batch_size)])

    first = images(24)
    np.testing.assert_array_equal(first, images(4))
    np.testing.assert_array_equal(first, images(6))
    plain = Pipeline(reader, batch_size=24, seed=0).read(np.arange(24))["image"]
    assert (first != plain).any(axis=(1, 2, 3)).all()
    assert (first != images(24, seed=1)).any()


def test_an_example_is_augmented_anew_in_each_epoch():
    pipeline = Pipeline(Reader(Numbers(count=1)), batch_size=1, seed=0, augment=("cutout=0.5",))
    images = pipeline.read(np.arange(12))["image"]
    assert len(np.unique(images, axis=0)) > 4
    np.testing.assert_array_equal(pipeline.read(np.array([3]))["image"][0], images[3])


def test_the_users_error_can_be_had_from_behind_tensorflows():
    pipeline = Pipeline(Reader(Numbers(broken=(17,))), batch_size=5, seed=0)
    pipeline.raise_pending()  # nothing is pending yet
    with pytest.raises(tf.errors.OpError):
        take(pipeline.dataset(), 10)
    with pytest.raises(UserError, match=r"^17.png: cut off"):
        pipeline.raise_pending()


def test_a_bug_is_not_hidden_either():
    reader = Reader(Numbers())
    reader.source.example = lambda index: 1 / 0
    pipeline = Pipeline(reader, batch_size=5, seed=0)
    with pytest.raises(tf.errors.OpError):
        take(pipeline.dataset(), 1)
    with pytest.raises(ZeroDivisionError):
        pipeline.raise_pending()


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        (Numbers(), {"batch_size": 51}, "--batch-size 51: numbers has 50 examples"),
        (Numbers(), {"batch_size": 0}, "--batch-size 0"),
        (Numbers(), {"batch_size": 4, "augment": ("flop",)}, "did you mean 'flip'"),
        (Points("ring"), {"batch_size": 4, "augment": ("flip",)}, "ring holds points"),
    ],
)
def test_wrong_options(source, options, message):
    with pytest.raises(UserError, match=message):
        Pipeline(Reader(source), seed=0, **options)


def test_a_batch_that_cannot_be_split():
    pipeline = Pipeline(Reader(Numbers()), batch_size=10, seed=0)
    with pytest.raises(UserError, match="--batch-size 10 cannot be split over 4 replicas"):
        pipeline.dataset(num_pipelines=2, replicas_per_pipeline=2)
