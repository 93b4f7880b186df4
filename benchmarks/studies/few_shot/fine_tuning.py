"""Plain fine-tuning, to compare with: `python -m benchmarks.studies.few_shot.fine_tuning`.

Trains the learner of `train maml --preset glyphs-small` as a classifier of all training classes,
on batches of single images, replaces its last layer by one of zeros for the classes of a task, and
measures held-out tasks as the few-shot methods do. Prints a line for each rate of the steps.
"""

import argparse

import keras
import numpy as np
import tensorflow as tf

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell
from data.feeds.open_feed import open_feed
from nets.few_shot.learner import convolutional
from tfgan_kit import meta
from tfgan_kit.fields.network import to_network
from tfgan_kit.settings.option import make
from trainers import registry
from trainers.few_shot.inner import Inner
from trainers.few_shot.measures import on_held_out
from trainers.few_shot.problems import cross_entropy, problem_of

BATCH = 64


def pretrained(feed, config, steps: int) -> keras.Model:
    """A classifier of the training classes after steps of Adam on 64 images each."""
    keras.utils.set_random_seed(config.seed)
    reader, names = feed.reader, feed.reader.classes
    size = {"filters": config.filters, "downsampling": config.downsampling}
    network = convolutional(feed.spec["support"]["image"].shape, len(names), **size)
    optimizer = keras.optimizers.Adam(config.learning_rate)
    optimizer.build(network.trainable_variables)
    values = [v.value for v in network.trainable_variables]

    @tf.function(autograph=False)
    def step(images, labels):
        with tf.GradientTape() as tape:
            loss = cross_entropy(network({"image": images}, training=True)["logits"], labels)
        optimizer.apply(tape.gradient(loss, values), network.trainable_variables)

    rng = np.random.default_rng(config.seed)
    for _ in range(steps):
        batch = reader.read(rng.integers(0, len(reader), BATCH))
        step(to_network(reader.fields["image"], batch["image"]), batch["label"])
    return network


def with_new_head(network: keras.Model, config, shape) -> keras.Model:
    """The same network with a last layer of zeros for the classes of a task."""
    size = {"filters": config.filters, "downsampling": config.downsampling}
    new = convolutional(shape, config.ways, **size)
    *trunk, _, _ = network.trainable_variables
    for variable, value in zip(new.trainable_variables, trunk, strict=False):
        variable.assign(value)
    for variable in new.trainable_variables[-2:]:
        variable.assign(tf.zeros(variable.shape))
    return new


def main() -> None:
    """Prints a table of accuracies with mean and spread over the seeds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--steps", type=int, default=600, help="of the classifier")
    parser.add_argument("--rates", default="0.01,0.1,0.4", help="of gradient descent on a task")
    parser.add_argument("--shots", type=int, default=1, help="images of each class of a task")
    given = parser.parse_args()
    settings, method = registry.preset("maml", "glyphs-small"), registry.find("maml")
    found = {}
    for seed in map(int, given.seeds.split(",")):
        made = make(method.config_class(), settings, {"seed": seed, "shots": given.shots})
        feed, config = open_feed(method.feed, made)
        network = pretrained(feed, config, given.steps)
        problem = problem_of(config, feed.spec)
        for rate in map(float, given.rates.split(",")):
            for only in ("all", "last"):
                new = with_new_head(network, config, feed.spec["support"]["image"].shape)
                measured = on_held_out(Inner(new, problem, meta.SGD(rate), only), feed, config)
                found.setdefault((only, rate), []).append(measured)
    for (only, rate), rows in found.items():
        names = [name for name in rows[0] if name[-1].isdecimal()]
        told = " | ".join(f"{n} {cell([row[n] for row in rows])}" for n in names)
        print(f"{only}, rate {rate}: {told}")


if __name__ == "__main__":
    run_main(main)
