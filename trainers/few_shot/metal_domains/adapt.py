"""Adapts a run to a domain, see `tfgan_kit.adaptation`: fine-tunes for new domains, then a clone.

From the text of the thesis, whose listing of it is missing.
"""

import numpy as np
import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.fields.network import to_network
from tfgan_kit.randomness import seed_of
from trainers.few_shot.metal_domains.inner import PLAYERS, Inner, weights_of


def adapt(run, examples, *, steps: int, seed: int) -> dict:
    """Both networks after steps on the images of a domain.

    The networks are first fine-tuned on those of the classes that were not trained on, see
    `fine_tuned`. Then the steps are taken on the first class.

    Args:
      run: a `tfgan_kit.runs.saved_run.SavedRun` of this method, whose networks stay as they are.
      examples: "image", "label", "others" and "seen", see `tfgan_kit.adaptation`.
      steps: of the clone.
      seed: of the order in which images are taken.

    Raises:
      UserError: if a step gives something that is not finite.
    """
    networks = {name: run.load(name) for name in PLAYERS}
    inner = Inner.of(networks, run.settings, adapted=True)
    field = run.uses["translate"].outputs["image"]
    rng = np.random.default_rng(seed_of(seed, "order of images"))
    others = to_network(field, rng.permutation(examples["others"]))
    numbers = examples["label"]
    domains = [rng.permutation(examples["image"][numbers == k]) for k in np.unique(numbers)]
    own, weights = to_network(field, np.stack(domains)), inner.weights
    if not examples["seen"].all():
        names = ("fine_tune_rounds", "fine_tune_rate", "inner_steps")
        new = tf.boolean_mask(own, ~examples["seen"])
        weights = fine_tuned(inner, weights, new, others, *map(run.setting, names))
    state = meta.adapted(inner.step(own[0], others), inner.start(weights), steps)
    return {name: meta.changed(networks[name], new) for name, new in weights_of(state).items()}


def fine_tuned(inner: Inner, weights, own, others, rounds: int, rate: float, steps: int):
    """Weights after rounds over domains: in each, a clone learns every domain in turn.

    Args:
      inner: the inner loop.
      weights: see `Inner.weights`.
      own: images of each domain, (domains, n, height, width, channels).
      others: any images, (m, height, width, channels).
      rounds: how often each domain is learned.
      rate: how far the weights follow a clone.
      steps: of each clone.

    Raises:
      UserError: if one becomes non-finite.
    """
    domains = own.shape[0]

    def visit(number, weights):
        images = tf.gather(own, number % domains)
        step = inner.step(images, others, first=number // domains * steps)
        state = meta.repeat(step, inner.start(weights), steps)
        return followed(weights, weights_of(state), rate)

    return meta.adapted(visit, weights, rounds * domains, unit="visit of a domain")


def followed(weights, clone, rate: float):
    """w + rate (w~ - w), for structures of weights."""
    return tf.nest.map_structure(lambda w, new: w + rate * (new - w), weights, clone)
