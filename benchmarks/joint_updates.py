"""A joint method's step in plain TensorFlow: what one would write without the engine.

Networks, initial weights, latents, losses and optimisers are the engine's. `JointUpdates` computes
the same weights as it (which the tests check); `SeparateUpdates` minimises the same losses one
network at a time.
"""

import keras
import tensorflow as tf

from benchmarks.contestants import LATENT_SIZE, SEED
from benchmarks.joint_contestants import FEATURE_LAYERS, SHAPE, WEIGHT, JointSetting, weights_of
from nets import cogan
from nets.encoder import encoder
from tfgan_kit.randomness import seed_of

DOMAINS = ("a", "b")


class _Networks:
    """Networks and losses in plain TensorFlow; subclasses write `_train`."""

    def __init__(self, setting: JointSetting):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy("float32")
        self.soft = setting.method == "scogan"  # Coupled by terms, not by layers.
        shapes = [SHAPE] * len(DOMAINS)
        shared = (0, 0) if self.soft else cogan.paper_sharing(SHAPE[0])
        self.generator = cogan.generator(
            shapes, LATENT_SIZE, width=setting.width, shared_layers=shared[0]
        )
        self.discriminator = cogan.discriminator(
            shapes, width=setting.discriminator_width, shared_layers=shared[1]
        )
        self._networks = [self.generator, self.discriminator]
        if self.soft:
            self.encoder = encoder(SHAPE, LATENT_SIZE, width=setting.width)
            self._networks.append(self.encoder)
            self._classifier = keras.saving.load_model(setting.classifier)
        self._counter = tf.Variable(0, dtype=tf.int64)
        self._latent_shape = (setting.batch_size, LATENT_SIZE)

    def weights(self) -> dict:
        """See `Engine.weights`."""
        return weights_of(self._networks)

    def step(self, batch: tuple):
        """One update of every network; returns the (discriminators', generators') loss."""
        losses = self._train([tf.cast(b["image"], tf.float32) / 127.5 - 1.0 for b in batch])
        self._counter.assign_add(1)
        return losses

    def _latents(self, purpose):
        seed = tf.stack([tf.constant(seed_of(SEED, purpose), tf.int64), self._counter * 65536])
        return tf.random.stateless_uniform(self._latent_shape, seed, -1.0, 1.0, alg="philox")

    def _feature(self, outputs):
        """FR: 1/K sum_k mean (G1^k(z) - G2^k(z))^2."""
        pairs = [[outputs[f"features_{k + 1}_{d}"] for d in DOMAINS] for k in range(FEATURE_LAYERS)]
        return sum(_squared(a, b) for a, b in pairs) / FEATURE_LAYERS

    def _semantic(self, outputs):
        """SL: 1/2 mean (delta(G1(z)) - delta(G2(z)))^2."""
        a, b = (self._classifier(outputs[f"image_{d}"], training=False) for d in DOMAINS)
        return _squared(a["probabilities"], b["probabilities"]) / 2

    def _cycle(self, latent, outputs, domain):
        """CC of one domain: mean (F(G(z)) - z)^2."""
        return _squared(self.encoder(outputs[f"image_{domain}"], training=True)["latent"], latent)


class JointUpdates(_Networks):
    """All discriminators in one update, then all generators (and the encoder) in another.

    One Adam over generators and encoder does what one for each would do.
    """

    def __init__(self, setting: JointSetting):
        super().__init__(setting)
        self._critics = self.discriminator.trainable_variables
        self._makers = self.generator.trainable_variables
        if self.soft:
            self._makers = self._makers + self.encoder.trainable_variables
        self._critic_optimizer = _adam(self._critics)
        self._maker_optimizer = _adam(self._makers)

    def _train(self, reals):
        outputs = self.generator(self._latents("critic0/latent"), training=True)
        fakes = [outputs[f"image_{d}"] for d in DOMAINS]

        def critic_loss():
            on_real, on_fake = self._logits(reals), self._logits(fakes)
            return sum(_low(-x) for x in on_real) + sum(_low(x) for x in on_fake)

        def maker_loss():
            latent = self._latents("generator/latent")
            outputs = self.generator(latent, training=True)
            loss = sum(_low(-x) for x in self._logits([outputs[f"image_{d}"] for d in DOMAINS]))
            if self.soft:
                cycle = sum(self._cycle(latent, outputs, d) for d in DOMAINS)
                loss += WEIGHT * (self._feature(outputs) + self._semantic(outputs) + cycle)
            return loss

        return (
            _minimize(critic_loss, self._critics, self._critic_optimizer),
            _minimize(maker_loss, self._makers, self._maker_optimizer),
        )

    def _logits(self, images):
        named = {f"image_{d}": i for d, i in zip(DOMAINS, images, strict=True)}
        outputs = self.discriminator(named, training=True)
        return [outputs[f"logits_{d}"] for d in DOMAINS]


class SeparateUpdates(_Networks):
    """D1, D2, G1, G2 and F in turn: each its own optimiser and forward passes of its own.

    This is how code of single networks is put together. Every update runs the generators that its
    loss needs anew, SCoGAN's terms both of them. Layers that CoGAN shares belong to two networks,
    so a step updates them twice, by one domain's gradient each time: not what CoGAN means, and why
    the weights differ from those of `JointUpdates`.
    """

    def __init__(self, setting: JointSetting):
        super().__init__(setting)
        self._generators = {d: cogan.domain_model(self.generator, d) for d in DOMAINS}
        self._discriminators = {d: cogan.domain_model(self.discriminator, d) for d in DOMAINS}
        networks = [*self._discriminators.values(), *self._generators.values()]
        if self.soft:
            networks.append(self.encoder)
        self._optimizers = {n.name: _adam(n.trainable_variables) for n in networks}

    def _train(self, reals):
        pairs = list(zip(DOMAINS, reals, strict=True))
        critics = [
            self._update(self._discriminators[d], lambda d=d, real=real: self._critic_loss(d, real))
            for d, real in pairs
        ]
        makers = [
            self._update(self._generators[d], lambda d=d: self._maker_loss(d)) for d in DOMAINS
        ]
        if self.soft:
            makers.append(self._update(self.encoder, self._encoder_loss))
        return sum(critics), sum(makers)

    def _update(self, network, loss):
        return _minimize(loss, network.trainable_variables, self._optimizers[network.name])

    def _critic_loss(self, domain, real):
        latent = self._latents("critic0/latent")
        fake = self._generators[domain](latent, training=True)["image"]
        on_real = self._discriminators[domain](real, training=True)["logits"]
        on_fake = self._discriminators[domain](fake, training=True)["logits"]
        return _low(-on_real) + _low(on_fake)

    def _maker_loss(self, domain):
        latent = self._latents("generator/latent")
        if not self.soft:
            fake = self._generators[domain](latent, training=True)["image"]
            return self._fooling(domain, fake)
        outputs = self.generator(latent, training=True)
        coupling = self._feature(outputs) + self._semantic(outputs)
        coupling += self._cycle(latent, outputs, domain)
        return self._fooling(domain, outputs[f"image_{domain}"]) + WEIGHT * coupling

    def _fooling(self, domain, fake):
        return _low(-self._discriminators[domain](fake, training=True)["logits"])

    def _encoder_loss(self):
        latent = self._latents("generator/latent")
        outputs = self.generator(latent, training=True)
        return WEIGHT * sum(self._cycle(latent, outputs, d) for d in DOMAINS)


def _adam(variables):
    optimizer = keras.optimizers.Adam(2e-4, beta_1=0.5)
    optimizer.build(variables)
    return optimizer


def _minimize(loss, variables, optimizer):
    # A tape left to itself would also compute the gradients of the other networks.
    tensors = [v.value for v in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        value = loss()
    optimizer.apply(tape.gradient(value, tensors), variables)
    return value


def _low(logits):
    return tf.reduce_mean(tf.nn.softplus(logits))


def _squared(a, b):
    return tf.reduce_mean(tf.square(a - b))
