"""A GAN's step in plain TensorFlow: what one would write without the engine.

Networks, initial weights, latents, losses and optimisers are the engine's, and so are the weights
that come of it (which the tests check).
"""

import keras
import tensorflow as tf

from benchmarks.loops.loops import weights_of
from benchmarks.loops.plain import adam, low, minimize, normal, seed_pair, to_floats
from benchmarks.loops.workloads import SEED
from nets import dcgan


class GANUpdates:
    """DCGAN by the non-saturating loss, or by WGAN-GP.

    Args:
      config: of `benchmarks.loops.workloads.Workload.config`.

    Attributes:
      networks: name -> network, of those that are trained.
      shapes: name of an input -> its shape without the batch, for networks of any size.
    """

    kind, losses, shapes = "latents", 2, {}

    def __init__(self, config):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy(config.precision)
        self.critic_steps = config.critic_steps
        self._wasserstein = config.loss == "wasserstein"
        self._penalty_weight = config.penalty_weight
        self.networks = self._built(config, (*config.image_size, config.channels))
        makers = [net for name, net in self.networks.items() if name != "discriminator"]
        self._critics = self._trained(self.networks["discriminator"])
        self._makers = [variable for network in makers for variable in self._trained(network)]
        self._critic_optimizer = adam(config, self._critics)
        self._maker_optimizer = adam(config, self._makers)
        self.counter = tf.Variable(0, dtype=tf.int64)
        self._latent_shape = (config.batch_size, config.latent_size)

    def _built(self, config, shape):
        norm = {"norm": config.discriminator_norm} if config.discriminator_norm else {}
        return {
            "generator": dcgan.generator(shape, config.latent_size, width=config.width),
            "discriminator": dcgan.discriminator(shape, width=config.width, **norm),
        }

    def _trained(self, network):
        return network.trainable_variables

    def weights(self) -> dict:
        """See `benchmarks.loops.loops.Engine.weights`."""
        return weights_of(self.networks)

    def step(self, batches: list):
        """Updates of the discriminator and one of the generator; returns both last losses."""
        for i, batch in enumerate(batches):
            real, purpose = to_floats(batch["image"]), f"critic{i}"
            fake = self._fakes(purpose)
            critic_loss = minimize(
                lambda real=real, fake=fake, purpose=purpose: self._judge(real, fake, purpose),
                self._critics,
                self._critic_optimizer,
            )
        generator_loss = minimize(self._generate, self._makers, self._maker_optimizer)
        self.counter.assign_add(1)
        return critic_loss, generator_loss

    def _judge(self, real, fake, purpose):
        on_real, on_fake = self._logits(real), self._logits(fake)
        if not self._wasserstein:
            return low(-on_real) + low(on_fake)
        penalty = self._penalty(real, fake, purpose)
        distance = tf.reduce_mean(on_real) - tf.reduce_mean(on_fake)
        return self._penalty_weight * penalty - distance

    def _penalty(self, real, fake, purpose):
        """E (||grad D(x^)|| - 1)^2 at random points between real and fake."""
        seed = seed_pair(f"{purpose}/penalty", self.counter)
        shape = (self._latent_shape[0], 1, 1, 1)
        share = tf.random.stateless_uniform(shape, seed, alg="philox")
        between = share * real + (1.0 - share) * fake
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(between)
            logits = self._logits(between)
        gradient = tape.gradient(logits, between)
        norm = tf.sqrt(tf.reduce_sum(tf.square(gradient), axis=[1, 2, 3]) + 1e-12)
        return tf.reduce_mean(tf.square(norm - 1.0))

    def _generate(self):
        on_fake = self._logits(self._fakes("generator"))
        return -tf.reduce_mean(on_fake) if self._wasserstein else low(-on_fake)

    def _logits(self, images):
        return self.networks["discriminator"](images, training=True)["logits"]

    def _fakes(self, purpose):
        return self.networks["generator"](self._latents(purpose), training=True)["image"]

    def _latents(self, purpose):
        return normal(self._latent_shape, f"{purpose}/latent", self.counter)
