"""The inner loop of FIGR: a generator and a critic on the images of one task.

WGAN-GP (Gulrajani et al. 2017) by gradient descent. An inner step is one step of the critic,

    L_D = E D(G(z)) - E D(x) + lambda E (||grad D(x^)|| - 1)^2,   x^ = s x + (1 - s) G(z),

and then one of the generator, L_G = -E D(G(z')), against the critic that has just moved. x are the
images of the task, all of them in each step; z, z' and s are drawn anew.
"""

from collections.abc import Callable

import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.models.precision import in_float32
from tfgan_kit.randomness import normal, uniform
from tfgan_kit.terms.penalties import gradient_penalty


class Inner:
    """The inner steps of a pair of networks.

    Args:
      generator, discriminator: the networks; neither their weights nor their state are changed.
      rate: learning rate.
      penalty_weight: lambda.
    """

    def __init__(self, generator, discriminator, *, rate: float, penalty_weight: float):
        self._generator, self._discriminator = generator, discriminator
        self._rule, self._weight = meta.SGD(rate), penalty_weight

    @property
    def start(self):
        """The state before the first step: the weights of both networks, and no terms yet."""
        terms = {name: tf.zeros(()) for name in ("critic", "penalty", "generator")}
        networks = self._generator, self._discriminator
        return tuple(meta.weights_of(network) for network in networks), terms

    def step(self, real, draws):
        """The step on a task, for `tfgan_kit.meta.repeat`.

        Args:
          real: images of the task in [-1, 1], (n, height, width, channels).
          draws: see `drawn`, without the axis of tasks.

        Returns:
          Function (number, state) -> state; see `start`. The terms are those of this step: the
          critic's loss without its penalty, the penalty with its weight, the generator's loss.
        """

        def step(number, state):
            (generator, critic), _ = state
            fake = tf.stop_gradient(self.images(generator, draws["critic_latent"][number]))
            share = draws["share"][number][:, None, None, None]
            points, both = share * real + (1.0 - share) * fake, tf.concat([fake, real], 0)

            def of_critic(weights):
                # In one pass, as layer normalisation mixes no examples.
                on_fakes, on_reals = tf.split(self._said(weights, both), 2)
                with in_float32(self._discriminator):
                    penalty = gradient_penalty(lambda x: self._said(weights, x), points)
                return tf.reduce_mean(on_fakes - on_reals), self._weight * penalty

            critic, (loss, penalty) = self._moved(of_critic, critic)

            def of_generator(weights):
                return (-tf.reduce_mean(self._said(critic, self.images(weights, latents))),)

            latents = draws["latent"][number]
            generator, (made,) = self._moved(of_generator, generator)
            return (generator, critic), {"critic": loss, "penalty": penalty, "generator": made}

        return step

    def images(self, generator, latents):
        """The images of a generator with these weights, in [-1, 1]."""
        return meta.call(self._generator, generator, latents)["image"]

    def adapted(self, weights):
        """New networks with the weights of a state: generator and discriminator."""
        networks = self._generator, self._discriminator
        pairs = zip(networks, weights, strict=True)
        return tuple(meta.changed(network, own) for network, own in pairs)

    def _said(self, critic, images):
        return meta.call(self._discriminator, critic, images)["logits"]

    def _moved(self, terms, weights):
        """The weights after a step of descent on a sum of terms, and the terms before it."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(weights)
            values = terms(weights)
            loss = tf.add_n(values)
        return self._rule.apply(weights, tape.gradient(loss, weights), (), 0)[0], values


def drawn(seed_for: Callable, shape, steps: int, shots: int, latent_size: int) -> dict:
    """The draws of inner steps, of which each step takes its own.

    Args:
      seed_for: function from a purpose to a seed, an integer tensor [2].
      shape: further first dimensions, such as (tasks,).
      steps: number of steps; those of fewer steps are the first of these.
      shots: number of images of a task.
      latent_size: length of a latent.

    Returns:
      "critic_latent" and "latent", N(0, 1), (*shape, steps, shots, latent_size), and "share",
      uniform in [0, 1), (*shape, steps, shots).
    """
    each = [*shape, steps, shots]
    latents = ("critic_latent", "latent")
    found = {name: normal(seed_for(name), [*each, latent_size]) for name in latents}
    return found | {"share": uniform(seed_for("share"), each)}
