"""The terms of pix2pixHD and SPADE, computed again in numpy."""

import numpy as np
import tensorflow as tf

from tests.trainers.small import batches
from trainers.core.adversarial import logits_of


def example_of(trainer, feed):
    """A batch as network inputs, and an image to judge."""
    ((batch,),) = batches(trainer, feed)
    example = trainer.example(batch, "generator")
    shape = example["target"].shape
    image = np.random.default_rng(0).uniform(-1, 1, shape).astype("float32")
    return example, tf.constant(image)


def judgements(trainer, example, image):
    """The discriminator's outputs for the image and for the target, as arrays."""
    found = []
    for shown in (image, example["target"]):
        said = trainer.discriminator({"image": shown, "input": example["condition"]}, training=True)
        found.append({name: np.asarray(values) for name, values in said.items()})
    return found


def logits(judged):
    """The logits of each scale."""
    return logits_of(judged)


def feature_matching(fake, real):
    """Mean absolute difference of each map; times 4 / maps per scale / scales, and added up."""
    names = [name for name in fake if name.startswith("features")]
    scales = {name.split("_")[1] for name in names}
    total = 0.0
    for name in names:
        maps = sum(other.split("_")[1] == name.split("_")[1] for other in names)
        total += 4 / maps / len(scales) * np.abs(fake[name] - real[name]).mean()
    return total


def by_name(terms):
    """Name -> (value, weight)."""
    return {term.name: (float(term.value), float(term.weight)) for term in terms}
