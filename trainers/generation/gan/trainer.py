"""Generative adversarial networks: one generator against one discriminator.

Goodfellow et al., Generative Adversarial Nets, 2014, with the losses of `tfgan_kit.terms.losses`,
the penalties of `tfgan_kit.terms.penalties` and the networks of `nets`.
"""

import tensorflow as tf

from nets.registry import load
from tfgan_kit.evaluation.goal import goals
from tfgan_kit.fields.network import to_network
from tfgan_kit.metrics.samples.toy import toy_measures
from tfgan_kit.models.ema import EMA
from tfgan_kit.uses import generate, score
from tfgan_kit.uses.apply import call_network
from trainers.core.adversarial import AdversarialTrainer, images_only


class GAN(AdversarialTrainer):
    """Trains `networks["generator"]` against `networks["discriminator"]`.

    One step consists of `critic_steps` updates of the discriminator, each on a new batch, followed
    by one update of the generator.
    """

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        nets = load(config.network)
        self.generator = nets.generator(
            self.image_shape,
            config.latent_size,
            width=config.width,
            **config.generator_options,
        )
        self.discriminator = nets.discriminator(
            self.image_shape,
            width=config.width,
            **config.discriminator_options,
        )
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        if config.ema_decay:
            self.averages = {"generator": EMA(self.generator, config.ema_decay)}
        self.set_up_game()

    def critic_step(self, batch):
        """See `Trainer.critic_step`."""
        real = to_network(self.spec["image"], batch["image"])
        return self.update("discriminator", lambda: self._judge(real, "critic{turn}"))

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        real = to_network(self.spec["image"], batch["image"])
        return self.update("generator", lambda: self._generate(real, "generator"))

    def _judge(self, real, purpose):
        """The discriminator's terms on one new batch."""
        fakes = images_only([self._fakes(real, purpose)])
        return self.discriminator_terms(images_only([real]), fakes, purpose)

    def _generate(self, real, purpose):
        """The generator's term."""
        fakes = images_only([self._fakes(real, purpose)])
        return self.generator_terms(fakes, images_only([real]), purpose)

    def _fakes(self, real, purpose):
        latents = self.latents(tf.shape(real)[0], purpose)
        return self.generator(latents, training=True)["image"]

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        return (call_network(self.discriminator, examples[0], training=True),)

    def uses(self):
        """See `Trainer.uses`."""
        image = {"image": self.spec["image"]}
        return generate(image, self.latent), score(image, ["logits"])

    def evaluate(self, feed, count):
        """The measures of the toy study for points in the plane; none for other data."""
        if len(self.image_shape) > 1:
            return {}
        source, (samples,) = feed.reader.source, self.sample(self.config.seed, count)
        (real,) = feed.reference(count)
        (both,) = feed.reference(2 * count)
        halves = both[: len(both) // 2], both[len(both) // 2 :]
        measured, again = (
            toy_measures(*points, source.centres, source.sigma)
            for points in ((samples, real), halves)
        )
        return {"samples": count, **measured, "reference": {"real": again}}

    def goals(self, feed):
        """See `Trainer.goals`: measures of points in the plane."""
        if len(self.image_shape) > 1:
            return {}
        modes = feed.reader.source.centres is not None
        return goals(lower=["wasserstein"], higher=["modes", "high_quality"] if modes else [])
