"""CycleGAN's step in plain TensorFlow: what one would write without the engine.

Networks, initial weights, losses and optimisers are the engine's, and so are the weights that come
of it (which the tests check). There is no pool of earlier translations: until the engine's is full,
after 50 images, it hands on what it gets, so the first steps are the same. Later ones show the
discriminators other images, which take as long.
"""

import keras
import tensorflow as tf

from benchmarks.loops.loops import weights_of
from benchmarks.loops.plain import adam, minimize, squared, to_floats
from benchmarks.loops.workloads import SEED
from nets.translation import resnet
from nets.translation.unpaired import discriminators

DOMAINS = ("a", "b")


class CycleGANUpdates:
    """CycleGAN: two residual generators against two PatchGANs, by the least-squares loss.

    The generators translate the images of a step once: they are updated by what the discriminators
    say of the translations, and the discriminators then with these same translations.

    Args:
      config: of `benchmarks.loops.workloads.Workload.config`.

    Attributes:
      networks, shapes: see `benchmarks.loops.gan_updates.GANUpdates`.
    """

    critic_steps = 1
    kind, losses = "cyclegan", 2

    def __init__(self, config):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy(config.precision)
        self._adversarial_weight = config.adversarial_weight
        self._cycle_weight = config.cycle_weight
        shape = (*config.image_size, 3)
        self.shapes = {"input": shape, "image_a": shape, "image_b": shape}
        settings = {"filters": config.filters, "norm": config.norm}
        self._to_b, self._to_a = (
            resnet.generator(3, 3, blocks=config.blocks, **settings) for _ in ("ab", "ba")
        )
        self._discriminator = discriminators.cyclegan_discriminator(
            dict.fromkeys(DOMAINS, 3), layers=config.discriminator_layers, **settings
        )
        self.networks = {
            "generator_ab": self._to_b,
            "generator_ba": self._to_a,
            "discriminator": self._discriminator,
        }
        self._critics = self._discriminator.trainable_variables
        self._makers = self._to_b.trainable_variables + self._to_a.trainable_variables
        self._critic_optimizer = adam(config, self._critics)
        self._maker_optimizer = adam(config, self._makers)

    def weights(self) -> dict:
        """See `benchmarks.loops.loops.Engine.weights`."""
        return weights_of(self.networks)

    def step(self, batches: list):
        """Updates of all networks; returns the discriminators' and the generators' loss."""
        (batch,) = batches
        a, b = (to_floats(domain["image"]) for domain in batch)
        made = ()

        def maker_loss():
            nonlocal made
            made = _translated(self._to_a, b), _translated(self._to_b, a)
            fooling = sum(squared(x, 1.0) for x in self._logits(made)) / 2
            back = _translated(self._to_a, made[1]), _translated(self._to_b, made[0])
            cycles = sum(tf.reduce_mean(tf.abs(x - y)) for x, y in zip(back, (a, b), strict=True))
            return self._adversarial_weight * fooling + self._cycle_weight * cycles

        loss = minimize(maker_loss, self._makers, self._maker_optimizer)

        def critic_loss():
            # No layer mixes the images of a batch, so that one pass does for both kinds.
            both = [tf.concat(pair, 0) for pair in zip((a, b), made, strict=True)]
            halves = [tf.split(x, 2) for x in self._logits(both)]
            return sum(squared(real, 1.0) + squared(fake, 0.0) for real, fake in halves) / 2

        return minimize(critic_loss, self._critics, self._critic_optimizer), loss

    def _logits(self, images):
        named = {f"image_{d}": i for d, i in zip(DOMAINS, images, strict=True)}
        outputs = self._discriminator(named, training=True)
        return [outputs[f"logits_{d}"] for d in DOMAINS]


def _translated(generator, images):
    return generator({"input": images}, training=True)["image"]
