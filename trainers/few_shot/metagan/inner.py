"""MetaGAN's inner loop: steps on the support examples and on images generated from their code."""

import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.randomness import normal
from trainers.few_shot.inner import Inner
from trainers.few_shot.metagan.losses import as_fake, as_real


class AgainstFakes(Inner):
    """An inner loop whose loss also tells real images from as many generated ones.

    Args:
      networks: "discriminator", which adapts, "encoder" and "generator".
      problem, rule, only: see `Inner`.
      latent_size: of the generator.
      real_weight, fake_weight: of both terms, beside that of the classes.
    """

    def __init__(self, networks, problem, rule, only, *, latent_size, real_weight, fake_weight):
        super().__init__(networks["discriminator"], problem, rule, only)
        self._encoder, self._generator = networks["encoder"], networks["generator"]
        self._latent_size = latent_size
        self._real_weight, self._fake_weight = real_weight, fake_weight

    def draws(self, seed, tasks, steps, examples):
        """The latents of each step, as many as examples: (tasks, steps, examples, latent_size)."""
        return normal(seed, [tasks, steps, examples, self._latent_size])

    def loss(self, weights, part, draws=()):
        """See `Inner.loss`; the generator stays as it is."""
        fakes = tf.stop_gradient(self.fakes(part, draws))
        labelled, real, fake = self.terms(weights, part, fakes)
        return labelled + self._real_weight * real + self._fake_weight * fake

    def fakes(self, support, latents):
        """Generated images of a task.

        Args:
          support: its support examples, of which the encoder takes the mean code.
          latents: (n, latent_size).

        Returns:
          Images (n, height, width, channels) in [-1, 1].
        """
        codes = _called(self._encoder, self.problem.inputs(support))["code"]
        code = tf.repeat(tf.reduce_mean(codes, 0, keepdims=True), tf.shape(latents)[0], 0)
        return _called(self._generator, {"latent": latents, "code": code})["image"]

    def terms(self, weights, part, fakes) -> tuple:
        """The discriminator's terms on examples of a task and on fakes.

        Returns:
          Cross-entropy of the classes; -log p(real) of the examples; -log p(generated) of the
          fakes.
        """
        found = meta.call(self.network, weights, self.problem.inputs(part))
        real = as_real(found["logits"], found["fake_logit"])
        return self.problem.loss(found, part), real, self.told(weights, fakes, as_fake)

    def told(self, weights, fakes, loss):
        """A loss of what the discriminator tells of fakes; they are a batch of their own."""
        found = meta.call(self.network, weights, {"image": fakes})
        return loss(found["logits"], found["fake_logit"])


def _called(network, inputs):
    """A pass in training mode that leaves the statistics of batch normalisation as they are."""
    return meta.call(network, meta.weights_of(network), inputs)
