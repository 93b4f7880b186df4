"""The inner loop: clones of G and D learn one domain from its images y, and from any images x.

    L_D = BCE(A(y), 1) + BCE(A(G(x)), 0) + 2 BCE(B(y), 1) + BCE(B(x), 0)
    L_G = w_1 BCE(A(G(x)), 1) + w_2 [BCE(B(G(x)), 1) + BCE(B(G(y)), 1)]
          + w_3 mean |G(y) - y| + w_4 mean |F(G(x)) - F(y)|

A and B are the two maps of logits of D, of what is real and of what is of the domain, and F are its
features before them; BCE(l, t) is the cross-entropy of the sigmoid of l. The negatives of B are
real images; its positives count twice, as some of x may be of the domain. F compares images that
have nothing to do with each other, as in the thesis.

In a step, `a` is the share of right signs of A over the patches of y and G(x). D learns if `a` is
below `high`. Then G learns, against the D that may have moved, if `a` is above `low`, or in the
first step of a clone. Who does not learn stays as it is, its optimiser's moments included, as both
updates are in a `tf.cond`. The condition is the clone's own: clones are tensors, and those of
several replicas or tasks need not agree.
"""

from typing import NamedTuple

import keras
import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.terms.losses import NON_SATURATING

PLAYERS = ("generator", "discriminator")
_BETAS = 0.5, 0.999
_TERMS = {
    "generator": ("adversarial", "domain", "reconstruction", "feature"),
    "discriminator": ("adversarial", "domain"),
}


class Learner(NamedTuple):
    """A network of a clone.

    Attributes:
      weights: like `tfgan_kit.meta.weights_of`.
      slots: the optimiser's.
      count: updates so far, int32.
      terms: of its loss, unweighted, at the last of them; zeros before.
    """

    weights: tuple
    slots: tuple
    count: tf.Tensor
    terms: dict


class Inner:
    """The inner steps of a pair of networks.

    Args:
      generator, discriminator: of `nets.few_shot.metal_domains`, which stay as they are.
      weights: the weights w_1 to w_4.
      rate: Adam's learning rate.
      batch: images y and x of a step.
      low, high: see above.
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        weights,
        rate: float,
        batch: int,
        low: float,
        high: float,
    ):
        self._networks = {"generator": generator, "discriminator": discriminator}
        self._features = max(
            (name for name in discriminator.output if name.startswith("features_")),
            key=lambda name: int(name.rpartition("_")[2]),
        )
        self._factors = dict(zip(_TERMS["generator"], weights, strict=True))
        self._rule = meta.Adam(rate, *_BETAS)
        self._batch, self._low, self._high = batch, low, high

    @classmethod
    def of(cls, networks, settings, *, adapted: bool = False):
        """The inner loop of a run.

        Args:
          networks: the networks by name.
          settings: of the run, by name.
          adapted: whether the loss has the weights of adaptation, and not those of training.
        """
        return cls(
            *(networks[name] for name in PLAYERS),
            weights=settings["adapted_weights" if adapted else "loss_weights"],
            rate=settings["inner_learning_rate"],
            batch=settings["inner_batch"],
            low=settings["low_accuracy"],
            high=settings["high_accuracy"],
        )

    @property
    def weights(self) -> dict:
        """The weights of both networks as they are, by name."""
        return {name: meta.weights_of(network) for name, network in self._networks.items()}

    def start(self, weights):
        """The state of a clone before its first step.

        Args:
          weights: see `weights`.

        Returns:
          Name of each network -> `Learner`, and "accuracy" -> the sum of `a` over the steps.
        """
        learners = {
            name: Learner(
                tuple(own),
                self._rule.slots(own),
                tf.constant(0),
                {term: tf.zeros(()) for term in _TERMS[name]},
            )
            for name, own in weights.items()
        }
        return learners | {"accuracy": tf.zeros(())}

    def step(self, own, others, first=0):
        """The step of a clone, a function for `tfgan_kit.meta.repeat`.

        Args:
          own: images of the domain in [-1, 1], (n, height, width, channels).
          others: any images, (m, height, width, channels).
          first: how many steps were taken before on these images, of which each takes the next.

        Returns:
          Function (number of the clone's step, state) -> state; see `start`.
        """

        def step(number, state):
            y, x = (self._part(images, first + number) for images in (own, others))
            generator, judge = state["generator"], state["discriminator"]
            fake = tf.stop_gradient(self.translated(generator.weights, x))
            accuracy = self.accuracy(judge.weights, y, fake)
            judge = tf.cond(
                accuracy < self._high,
                lambda: self._updated(judge, lambda w: self.judge_terms(w, y, x, fake)),
                lambda: judge,
            )
            generator = tf.cond(
                (accuracy > self._low) | tf.equal(number, 0),
                lambda: self._updated(
                    generator, lambda w: self.generator_terms(w, judge.weights, y, x)
                ),
                lambda: generator,
            )
            told = state["accuracy"] + accuracy
            return {"generator": generator, "discriminator": judge, "accuracy": told}

        return step

    def translated(self, weights, images):
        """What a clone of the generator makes of images in [-1, 1]."""
        return meta.call(self._networks["generator"], weights, {"input": images})["image"]

    def accuracy(self, weights, y, fake):
        """The share of right signs of A over the patches of y and of translations."""
        real, made = tf.split(self._judged(weights, [y, fake])["logits"], 2)
        right = [tf.cast(real > 0, tf.float32), tf.cast(made < 0, tf.float32)]
        return tf.reduce_mean(tf.stack(right))

    def judge_terms(self, weights, y, x, fake):
        """L_D of a clone: the weighted sum, and its two terms."""
        said = self._judged(weights, [y, fake, x])
        real, made, _ = tf.split(said["logits"], 3)
        adversarial = tf.add(*NON_SATURATING.discriminator(real, made))
        inside, _, outside = tf.split(said["domain_logits"], 3)
        positive, negative = NON_SATURATING.discriminator(inside, outside)
        domain = 2.0 * positive + negative
        return adversarial + domain, {"adversarial": adversarial, "domain": domain}

    def generator_terms(self, weights, judge, y, x):
        """L_G of a clone against weights of D: the weighted sum, and its unweighted terms."""
        made, again = tf.split(self.translated(weights, tf.concat([x, y], 0)), 2)
        said = self._judged(judge, [made, again, y])
        logits, domain, features = (
            tf.split(tf.cast(said[name], tf.float32), 3)
            for name in ("logits", "domain_logits", self._features)
        )
        terms = {
            "adversarial": NON_SATURATING.generator(logits[0]),
            "domain": NON_SATURATING.generator(domain[0]) + NON_SATURATING.generator(domain[1]),
            "reconstruction": mean_absolute(again, y),
            "feature": mean_absolute(features[0], features[2]),
        }
        return tf.add_n([self._factors[name] * value for name, value in terms.items()]), terms

    def told(self, state, steps: int) -> dict:
        """What happened in so many steps, as numbers for the logs.

        Returns:
          "discriminator/accuracy", the mean of `a`; for each network the share of steps in which it
          learned, as "generator/learned", and its unweighted terms at the last of them.
        """
        found = {"discriminator/accuracy": state["accuracy"] / steps}
        for name in PLAYERS:
            learner = state[name]
            found[f"{name}/learned"] = tf.cast(learner.count, tf.float32) / steps
            found |= {f"{name}/{term}": value for term, value in learner.terms.items()}
        return found

    def _judged(self, weights, parts):
        """What D says of images, in one pass: its normalisation is each image's own."""
        images = tf.concat(parts, 0)
        return meta.call(self._networks["discriminator"], weights, {"image": images})

    def _updated(self, learner, terms):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(learner.weights)
            loss, values = terms(learner.weights)
        gradients = tape.gradient(loss, learner.weights)
        weights, slots = self._rule.apply(learner.weights, gradients, learner.slots, learner.count)
        return Learner(weights, slots, learner.count + 1, values)

    def _part(self, images, number):
        """The images of a step: the next ones in turn, from the start again at the end."""
        places = number * self._batch + tf.range(self._batch)
        return tf.gather(images, places % images.shape[0])


def weights_of(state) -> dict:
    """The weights of a state by name, see `Inner.weights`."""
    return {name: state[name].weights for name in PLAYERS}
