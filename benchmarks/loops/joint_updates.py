"""A joint method's step in plain TensorFlow: what one would write without the engine.

Networks, initial weights, latents, losses and optimisers are the engine's: CoGAN as its paper
shares, or SCoGAN with semantic loss and feature regulariser. `JointUpdates` computes the same
weights as the engine (which the tests check); `SeparateUpdates` minimises the same losses one
network at a time.
"""

import keras
import tensorflow as tf

from benchmarks.loops.loops import weights_of
from benchmarks.loops.plain import adam, low, minimize, squared, to_floats, uniform
from benchmarks.loops.workloads import SEED
from nets import cogan
from nets.sharing import domain_model

DOMAINS = ("a", "b")


class _Networks:
    """Networks and losses in plain TensorFlow; subclasses write `_train`."""

    critic_steps = 1
    kind, losses, shapes = "latents", 2, {}

    def __init__(self, config, method: str):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy(config.precision)
        self._config = config
        self.soft = method == "scogan"  # Coupled by terms, not by layers.
        shapes = [(*config.image_size, config.channels)] * len(DOMAINS)
        shared = (0, 0) if self.soft else cogan.paper_sharing(config.image_size.height)
        self.generator = cogan.generator(
            shapes, config.latent_size, width=config.width, shared_layers=shared[0]
        )
        self.discriminator = cogan.discriminator(
            shapes, width=config.discriminator_width, shared_layers=shared[1]
        )
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        if self.soft:
            self.classifier = keras.saving.load_model(config.classifier)
        self.counter = tf.Variable(0, dtype=tf.int64)
        self._latent_shape = (config.batch_size, config.latent_size)

    def weights(self) -> dict:
        """See `benchmarks.loops.loops.Engine.weights`."""
        return weights_of(self.networks)

    def step(self, batches: list):
        """One update of every network; returns the (discriminators', generators') loss."""
        (batch,) = batches
        losses = self._train([to_floats(domain["image"]) for domain in batch])
        self.counter.assign_add(1)
        return losses

    def _latents(self, purpose):
        return uniform(self._latent_shape, f"{purpose}/latent", self.counter)

    def _coupling(self, outputs):
        """FR: 1/K sum_k mean (G1^k(z) - G2^k(z))^2; SL: 1/2 mean (delta(G1) - delta(G2))^2."""
        config, layers = self._config, range(1, self._config.feature_layers + 1)
        features = sum(squared(*(outputs[f"features_{k}_{d}"] for d in DOMAINS)) for k in layers)
        seen = [self.classifier(outputs[f"image_{d}"], training=False) for d in DOMAINS]
        semantic = squared(*(s["probabilities"] for s in seen)) / 2
        return config.feature_weight * features / len(layers) + config.semantic_weight * semantic


class JointUpdates(_Networks):
    """All discriminators in one update, then all generators in another."""

    def __init__(self, config, method: str):
        super().__init__(config, method)
        self._critics = self.discriminator.trainable_variables
        self._makers = self.generator.trainable_variables
        self._critic_optimizer = adam(config, self._critics)
        self._maker_optimizer = adam(config, self._makers)

    def _train(self, reals):
        outputs = self.generator(self._latents("critic0"), training=True)
        fakes = [outputs[f"image_{d}"] for d in DOMAINS]

        def critic_loss():
            on_real, on_fake = self._logits(reals), self._logits(fakes)
            return sum(low(-x) for x in on_real) + sum(low(x) for x in on_fake)

        def maker_loss():
            outputs = self.generator(self._latents("generator"), training=True)
            loss = sum(low(-x) for x in self._logits([outputs[f"image_{d}"] for d in DOMAINS]))
            return loss + self._coupling(outputs) if self.soft else loss

        return (
            minimize(critic_loss, self._critics, self._critic_optimizer),
            minimize(maker_loss, self._makers, self._maker_optimizer),
        )

    def _logits(self, images):
        named = {f"image_{d}": i for d, i in zip(DOMAINS, images, strict=True)}
        outputs = self.discriminator(named, training=True)
        return [outputs[f"logits_{d}"] for d in DOMAINS]


class SeparateUpdates(_Networks):
    """D1, D2, G1 and G2 in turn: each its own optimiser and forward passes of its own.

    This is how code of single networks is put together. Every update runs the generators that its
    loss needs anew, SCoGAN's terms both of them. Layers that CoGAN shares belong to two networks,
    so a step updates them twice, by one domain's gradient each time: not what CoGAN means, and why
    the weights differ from those of `JointUpdates`.
    """

    def __init__(self, config, method: str):
        super().__init__(config, method)
        self._generators = {d: domain_model(self.generator, d) for d in DOMAINS}
        self._discriminators = {d: domain_model(self.discriminator, d) for d in DOMAINS}
        networks = [*self._discriminators.values(), *self._generators.values()]
        self._optimizers = {n.name: adam(config, n.trainable_variables) for n in networks}

    def _train(self, reals):
        critics = [
            self._update(self._discriminators[d], lambda d=d, real=real: self._critic_loss(d, real))
            for d, real in zip(DOMAINS, reals, strict=True)
        ]
        makers = [
            self._update(self._generators[d], lambda d=d: self._maker_loss(d)) for d in DOMAINS
        ]
        return sum(critics), sum(makers)

    def _update(self, network, loss):
        return minimize(loss, network.trainable_variables, self._optimizers[network.name])

    def _critic_loss(self, domain, real):
        fake = self._generators[domain](self._latents("critic0"), training=True)["image"]
        on_real = self._discriminators[domain](real, training=True)["logits"]
        on_fake = self._discriminators[domain](fake, training=True)["logits"]
        return low(-on_real) + low(on_fake)

    def _maker_loss(self, domain):
        latent = self._latents("generator")
        if not self.soft:
            fake = self._generators[domain](latent, training=True)["image"]
            return self._fooling(domain, fake)
        outputs = self.generator(latent, training=True)
        return self._fooling(domain, outputs[f"image_{domain}"]) + self._coupling(outputs)

    def _fooling(self, domain, fake):
        return low(-self._discriminators[domain](fake, training=True)["logits"])
