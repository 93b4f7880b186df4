import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from nets.segmenter import segmenter
from nets.translation import multiscale
from tests.trainers.small import build
from tfgan_kit.engine.loop import Loop
from tfgan_kit.errors import UserError
from tfgan_kit.fields import IGNORED, ids_field
from tfgan_kit.metrics.images.label_maps import counted_classes
from tfgan_kit.settings.option import make
from tfgan_kit.settings.size import Size
from tfgan_kit.terms.modalities import cross_entropy_of_ids
from trainers.paired.label_maps.judge import load_judge
from trainers.paired.label_maps.segmenter.config import SegmenterConfig
from trainers.paired.label_maps.segmenter.trainer import (
    Counts,
    Segmenter,
)
from trainers.paired.spade.config import SPADEConfig

SMALL = {"filters": 2, "batch_size": 4, "image_size": Size(32, 32), "discriminator_layers": 1}


def test_pixels_without_a_class_do_not_count():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 3, 3, 4)).astype("float32")
    ids = rng.integers(0, 5, (2, 3, 3)).astype("int32")
    assert (ids == 4).any()
    total = 0.0
    for place in np.argwhere(ids < 4):
        row = logits[tuple(place)]
        total += np.log(np.exp(row).sum()) - row[ids[tuple(place)]]
    assert float(cross_entropy_of_ids(tf.constant(ids), logits)) == pytest.approx(
        total / 18, rel=1e-5
    )


def test_the_class_that_stands_for_none_is_left_out():
    assert counted_classes(ids_field((2, 2), ("a", "b", IGNORED))) == (2, 2)
    assert counted_classes(ids_field((2, 2), ("a", "b"))) == (2, None)


class Names:
    """Says the class that the red of a pixel stands for."""

    def __call__(self, inputs, training):
        return {"logits": tf.one_hot(tf.cast(inputs["image"][..., 0], tf.int32), 2)}


def test_counts_are_those_of_all_images():
    counts = Counts(Names(), ids_field((1, 4), ("a", "b", IGNORED)))
    for ids, seen in (([0, 0, 1, 2], [0, 1, 1, 0]), ([1, 1, 1, 2], [0, 1, 1, 1])):
        image = np.zeros((1, 1, 4, 3), "float32")
        image[0, 0, :, 0] = seen
        counts.add(np.array([[ids]]), image)
    found = counts.scores()
    assert found["pixel_accuracy"] == pytest.approx(4 / 6)
    assert found["mean_iou"] == pytest.approx((1 / 3 + 3 / 5) / 2)


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A segmenter after some steps on glyph_scene, its feed and its file."""
    settings = {"dataset": "glyph_scene", "image_size": Size(32, 32), "steps": 60}
    feed, config = open_feed("pairs", make(SegmenterConfig, settings))
    trainer = Segmenter(config, feed.spec, tf.distribute.get_strategy())
    Loop(trainer, lambda context: feed.dataset(0, context)).run(60)
    path = tmp_path_factory.mktemp("judge") / "segmenter.keras"
    trainer.segmenter.save(path)
    return trainer, feed, str(path)


def test_it_learns_to_tell_digits_apart(learned):
    trainer, feed, _ = learned
    # One that always answers "background" has less than 1 / 11.
    assert trainer.evaluate(feed, 64)["mean_iou"] > 0.15


def test_translations_are_judged_beside_their_targets(learned):
    trainer, feed = build("spade", **SMALL, evaluation_segmenter=learned[2])
    # The targets, in place of what the generator makes.
    trainer.translated_examples = lambda feed, count, bound: (
        (examples, {"image": trainer.example(examples, "examples")["target"].numpy()})
        for examples in feed.examples(count)
    )
    found, expected = trainer.evaluate(feed, 32), learned[0].evaluate(learned[1], 32)
    for name in ("mean_iou", "pixel_accuracy", "class_accuracy"):
        assert found[name] == found[f"{name}_real"] == pytest.approx(expected[name])
    assert {"mean_iou", "psnr"} <= set(trainer.goals(feed))


def test_a_given_segmenter_must_fit(tmp_path, learned):
    feed, other = learned[1], tmp_path / "segmenter.keras"
    config = make(SPADEConfig, {"evaluation_segmenter": str(other)})
    segmenter(3, 5, width=0.1).save(other)
    with pytest.raises(UserError, match="for 5 classes"):
        load_judge(config, feed)
    multiscale.discriminator(3, scales=1, layers=0, filters=2).save(other)
    with pytest.raises(UserError, match="not a segmenter"):
        load_judge(config, feed)
