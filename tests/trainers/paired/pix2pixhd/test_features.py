import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.small import build, step
from tfgan_kit.fields import ids_field, image_field, instances_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.layers import DrawnCentres
from tfgan_kit.settings.size import Size
from trainers.paired.pix2pixhd.centres import features_by_class, find_centres

SETTINGS = {
    **{"filters": 4, "blocks": 1, "batch_size": 4, "features": 3},
    **{"image_size": Size(32, 32), "feature_examples": 30},
}


@pytest.fixture(scope="module")
def trained():
    trainer, feed = build("pix2pixhd", **SETTINGS)
    before = trainer.encoder.get_weights()
    metrics = step(trainer, feed)
    return trainer, feed, before, metrics


def test_the_encoder_learns_with_the_generator(trained):
    trainer, _, before, metrics = trained
    after = trainer.encoder.get_weights()
    assert all((a != b).any() for a, b in zip(before, after, strict=True))
    assert np.isfinite(metrics["generator/loss"])
    # Features are no part of what the discriminator is given.
    channels = [trainer.generator.input[name].shape[-1] for name in ("input", "features")]
    assert (channels, trainer.discriminator.input["input"].shape[-1]) == ([12, 3], 12)


def test_in_use_features_are_those_of_training_images_or_of_a_reference(trained, tmp_path):
    trainer, feed, _, _ = trained
    trainer.draw(1, feed, tmp_path / "a.png")
    (examples,) = feed.examples(4)
    given = {name: examples[name] for name in ("ids", "instances")}
    drawn, styled = (trainer.bound(use.name) for use in trainer.uses())
    seeds = np.full(4, 3, np.int64)
    made = drawn.render(given | {"seed": seeds})["image"]
    np.testing.assert_array_equal(made, drawn.render(given | {"seed": seeds})["image"])
    assert (made != drawn.render(given | {"seed": seeds + 1})["image"]).any()

    layer = trainer.features.get_layer("centres")
    assert layer.counts.numpy().max() == 10
    features = trainer.features(
        {
            "input": to_network(feed.spec["ids"], examples["ids"]),
            "instances": tf.constant(examples["instances"]),
            "seed": tf.constant(seeds),
        }
    )["features"]
    example = trainer.example(examples, "examples")
    inputs = {"input": example["condition"], "features": features}
    expected = trainer.generator(inputs, training=False)["image"]
    np.testing.assert_allclose(made, expected, atol=1e-6)

    made = styled.render(given | {"reference": examples["target"]})["image"]
    inputs = trainer.inputs(example, "any")
    expected = trainer.generator(inputs, training=False)["image"]
    np.testing.assert_allclose(made, expected, atol=1e-5)


class Encoder:
    """Says of each pixel its red and green."""

    def __init__(self):
        self.output = {"features": tf.zeros([1, 1, 1, 2])}

    def __call__(self, inputs, training):
        assert not training
        return {"features": inputs["image"][..., :2]}


SPEC = {
    "ids": ids_field((2, 2), "abc"),
    "instances": instances_field((2, 2)),
    "target": image_field((2, 2, 3)),
}


def looks(values):
    """An image whose pixels have these reds and no green."""
    image = np.zeros((1, 2, 2, 3), np.uint8)
    image[0, ..., 0] = values
    return image


def test_features_are_collected_by_class_and_instance():
    batch = {
        "ids": np.array([[[0, 0], [1, 1]]], np.int32),
        "instances": np.array([[[5, 5], [5, 6]]], np.int32),
        "target": looks([[255, 255], [0, 51]]),
    }
    found = features_by_class(Encoder(), SPEC, [batch, batch], 3)
    np.testing.assert_allclose(found[0], [[1, -1]] * 2)
    # The part of instance 5 that has another class counts by itself.
    np.testing.assert_allclose(found[1], [[-1, -1], [-0.6, -1]] * 2)
    assert found[2].shape == (0, 2)


def test_centres_are_the_means_of_clusters():
    rng = np.random.default_rng(0)
    batches = []
    for n in range(40):
        near = [[30, 30], [220, 220]][n % 2] + rng.integers(-5, 6, 2)
        instances = np.array([[[0, 0], [1, 1]]], np.int32)
        reds = np.repeat(near[:, None], 2, 1)
        batches.append({"ids": instances * 2, "instances": instances, "target": looks(reds)})
    layer = DrawnCentres(3, 2, 2)
    layer.build(None)
    find_centres(layer, Encoder(), SPEC, batches, seed=1)
    np.testing.assert_array_equal(layer.counts, [2, 0, 2])
    for number, row in ((0, 0), (2, 1)):
        reds = np.array([b["target"][0, row, 0, 0] for b in batches]) / 127.5 - 1
        expected = sorted([reds[::2].mean(), reds[1::2].mean()])
        centres = layer.centres.numpy()[number]
        np.testing.assert_allclose(sorted(centres[:, 0]), expected, atol=1e-5)
        np.testing.assert_allclose(centres[:, 1], -1)
