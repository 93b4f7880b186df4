"""The inner loop: what a clone of the generator learns on one task, while D stays as it is."""

import dataclasses

import keras
import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.terms.losses import NON_SATURATING
from tfgan_kit.uses.apply import call_network


@dataclasses.dataclass(frozen=True)
class Inner:
    """Gradient descent on L_G = w_adv BCE(D(L, G(L)), 1) + w_L1 mean |G(L) - ab|.

    Attributes:
      generator, discriminator: the networks, which stay as they are; a discriminator of None counts
        for nothing.
      adversarial_weight, l1_weight, learning_rate: see the configuration.
      batch: images of a step, of a task's images in turn; all of them if there are fewer.
    """

    generator: keras.Model
    discriminator: keras.Model | None
    adversarial_weight: float
    l1_weight: float
    learning_rate: float
    batch: int

    @classmethod
    def of(cls, generator, discriminator, settings):
        """The inner loop with the settings of a run, by their names."""
        names = ("adversarial_weight", "l1_weight", "inner_learning_rate", "inner_batch")
        return cls(generator, discriminator, *(settings[name] for name in names))

    def paint(self, weights, lightness):
        """What a clone makes of lightness, (n, height, width, 1): a / 110 and b / 110."""
        return meta.call(self.generator, weights, {"input": lightness})["image"]

    def loss(self, weights, lab):
        """L_G of a clone.

        Args:
          weights: the clone's, like `meta.weights_of(generator)`.
          lab: images (n, height, width, 3), see `tfgan_kit.pictures.lab.rgb_to_lab`.
        """
        lightness, ab = lab[..., :1], lab[..., 1:]
        painted = self.paint(weights, lightness)
        value = self.l1_weight * mean_absolute(painted, ab)
        if self.discriminator is not None:
            logits = judged(self.discriminator, lightness, painted)
            value += self.adversarial_weight * NON_SATURATING.generator(logits)
        return value

    def step(self, lab):
        """A step on a task, a function for `meta.repeat`: (number, weights) -> weights.

        Args:
          lab: the task's images, (n, height, width, 3).
        """
        rule, count = meta.SGD(self.learning_rate), lab.shape[0]
        size = min(self.batch, count)

        def step(number, weights):
            part = lab
            if size < count:
                part = tf.gather(lab, (number * size + tf.range(size)) % count)
            gradients = meta.gradients_of(lambda w: self.loss(w, part), weights)
            return rule.apply(weights, gradients, (), number)[0]

        return step

    def painted_after(self, lab, lightness, numbers):
        """What clones make of other images of their task after several numbers of steps.

        Args:
          lab: the task's images to learn from, (n, height, width, 3).
          lightness: of other images of the task, (m, height, width, 1).
          numbers: numbers of steps, ascending.

        Returns:
          Tensor (numbers, m, height, width, 2).
        """
        weights, step, done, made = meta.weights_of(self.generator), self.step(lab), 0, []
        for number in numbers:
            later = lambda k, w, done=done: step(k + done, w)  # noqa: E731 (it is given at once)
            weights, done = meta.repeat(later, weights, number - done), number
            made.append(self.paint(weights, lightness))
        return tf.stack(made)


def judged(discriminator, lightness, ab):
    """D's logits of images given in two parts."""
    lab = tf.concat([lightness, tf.cast(ab, tf.float32)], -1)
    return call_network(discriminator, {"image": lab}, training=True)["logits"]
