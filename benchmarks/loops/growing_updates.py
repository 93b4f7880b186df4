"""The steps of ProGAN and StyleGAN at one resolution, in plain TensorFlow.

See `benchmarks.loops.gan_updates`; nothing fades in.
"""

import tensorflow as tf

from benchmarks.loops.gan_updates import GANUpdates
from benchmarks.loops.plain import low, seed_pair
from nets.progressive import discriminator, progan_generator, stylegan


class _GrowingUpdates(GANUpdates):
    def __init__(self, config):
        # Networks keep the colours of all smaller resolutions, which nothing trains.
        self._colours = f"_rgb_{config.image_size.height}"
        super().__init__(config)

    def _trained(self, network):
        own = super()._trained(network)
        return [each for each in own if "_rgb_" not in each.path or self._colours in each.path]


class ProGANUpdates(_GrowingUpdates):
    """WGAN-GP with a drift."""

    def __init__(self, config):
        super().__init__(config)
        self._drift_weight = config.drift_weight

    def _built(self, config, shape):
        made = progan_generator.generator(shape, config.latent_size, width=config.width)
        judge = discriminator.discriminator(shape, group=config.minibatch_group, width=config.width)
        return {"generator": made, "discriminator": judge}

    def _judge(self, real, fake, purpose):
        on_real, on_fake = self._logits(real), self._logits(fake)
        distance = tf.reduce_mean(on_real) - tf.reduce_mean(on_fake)
        penalty = self._penalty_weight * self._penalty(real, fake, purpose)
        return penalty - distance + self._drift_weight * tf.reduce_mean(tf.square(on_real))


class StyleGANUpdates(_GrowingUpdates):
    """The non-saturating loss with R1, and styles mixed of two latents."""

    def __init__(self, config):
        super().__init__(config)
        self._mixing, self._mean_decay = config.mixing, config.mean_decay
        self._layers = stylegan.layers_at(config.image_size.height)

    def _built(self, config, shape):
        size, side = config.latent_size, shape[0]
        return {
            "mapping": stylegan.mapping(
                size, depth=config.mapping_layers, lrmul=config.mapping_lr_factor
            ),
            "truncation": stylegan.truncation(size, side, first=config.truncated_layers),
            "synthesis": stylegan.synthesis(shape, size, width=config.width),
            "discriminator": discriminator.discriminator(
                shape, group=config.minibatch_group, blur=True, width=config.width
            ),
        }

    def _judge(self, real, fake, purpose):
        return low(-self._logits(real)) + low(self._logits(fake)) + self._r1(real)

    def _r1(self, real):
        """Gamma / 2 times E ||grad D(x)||^2."""
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(real)
            logits = self._logits(real)
        gradient = tape.gradient(logits, real)
        norm = tf.reduce_sum(tf.square(gradient), axis=[1, 2, 3])
        return self._penalty_weight / 2 * tf.reduce_mean(norm)

    def _fakes(self, purpose):
        latents = tf.concat([self._latents(purpose), self._latents(f"{purpose}/second")], 0)
        first, second = tf.split(self.networks["mapping"](latents, training=True)["w"], 2)
        if purpose == "generator":
            mean = self.networks["truncation"].get_layer("truncation").mean
            moved = self._mean_decay * mean + (1.0 - self._mean_decay) * tf.reduce_mean(first, 0)
            mean.assign(moved)
        styles = self._mixed(first, second, purpose)
        return self.networks["synthesis"](styles, training=True)["image"]

    def _mixed(self, first, second, purpose):
        count, layers = [self._latent_shape[0]], self._layers
        where, whether = (
            seed_pair(f"{purpose}/{what}", self.counter) for what in ("cut", "mixing")
        )
        cuts = tf.random.stateless_uniform(count, where, 1, layers, tf.int32, alg="philox")
        own = tf.random.stateless_uniform(count, whether, alg="philox") >= self._mixing
        early = tf.range(layers)[None] < tf.where(own, layers, cuts)[:, None]
        return tf.where(early[..., None], first[:, None], second[:, None])
