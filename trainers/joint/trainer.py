"""The base of CoGAN and SCoGAN: several domains are generated from one latent."""

import tensorflow as tf

from nets.cogan import discriminator, generator
from nets.sharing import domain_model
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.ema import EMA
from tfgan_kit.uses import generate, score
from trainers.core.adversarial import AdversarialTrainer, images_only
from trainers.joint.measures import JointMeasures, goals_of_pairs


class JointTrainer(AdversarialTrainer):
    """One generator and one discriminator per domain, as two flat joint networks.

    One step consists of `critic_steps` updates of all discriminators together, each on new batches
    and with one forward pass of the generators, followed by one update of all generators with
    another forward pass. A layer that domains share occurs once in a joint network, so its
    variables are updated once, with the sum of the domains' gradients.
    """

    def build_networks(self, shared_generator_layers: int, shared_discriminator_layers: int):
        """Builds the joint networks and the average of the generators.

        Args:
          shared_generator_layers: number of first layers that the generators share.
          shared_discriminator_layers: number of last layers that the discriminators share.
        """
        config = self.config
        shapes = [self.image_shape] * len(self.domains)
        self.generator = generator(
            shapes,
            config.latent_size,
            network=config.network,
            width=config.width,
            shared_layers=shared_generator_layers,
            components=config.latent_components,
            distance=config.component_distance,
        )
        self.discriminator = discriminator(
            shapes,
            network=config.network,
            width=config.discriminator_width or config.width,
            shared_layers=shared_discriminator_layers,
            norm=config.discriminator_norm,
        )
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.discriminators = [domain_model(self.discriminator, d) for d in self.domains]
        if config.ema_decay:
            self.averages = {"generator": EMA(self.generator, config.ema_decay)}
        self._measures = None

    reads_held_out = True
    critic_players = ("discriminator",)
    generator_players = ("generator",)

    def critic_step(self, batch):
        """See `Trainer.critic_step`."""
        reals = self._reals(batch)
        return self.update(self.critic_players, lambda: self._judge(batch, reals, "critic{turn}"))

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        reals = self._reals(batch)
        return self.update(self.generator_players, lambda: self.generate(reals, "generator"))

    def _reals(self, batch):
        """The real images of all domains in the form that networks take."""
        own = zip(self.sets, batch, strict=True)
        return [to_network(fields["image"], domain["image"]) for fields, domain in own]

    def _judge(self, batch, reals, purpose):
        latent = self.latents(tf.shape(reals[0])[0], purpose)
        # The generators are not updated here: their outputs are data.
        outputs = tf.nest.map_structure(tf.stop_gradient, self.generator(latent, training=True))
        return self.critic_terms(batch, reals, self.images(outputs), purpose)

    def critic_terms(self, batch, reals, fakes, purpose):
        """The terms of the discriminators on one new batch of every domain."""
        return self.discriminator_terms(images_only(reals), images_only(fakes), purpose)

    def generate(self, reals, purpose):
        """The terms of the generators."""
        outputs = self.generator(self.latents(tf.shape(reals[0])[0], purpose), training=True)
        fakes = self.images(outputs)
        return self.generator_terms(images_only(fakes), images_only(reals), purpose)

    def images(self, outputs):
        """Selects the images from the generators' outputs, one batch per domain."""
        return [outputs[f"image_{d}"] for d in self.domains]

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        pairs = zip(self.domains, examples, strict=True)
        named = {f"image_{letter}": example["image"] for letter, example in pairs}
        outputs = self.discriminator(named, training=True)
        return tuple({"logits": outputs[f"logits_{d}"]} for d in self.domains)

    def discriminate_one(self, domain, example):
        """See `AdversarialTrainer.discriminate_one`."""
        return self.discriminators[domain](example["image"], training=True)

    def uses(self):
        """See `Trainer.uses`."""
        fields = zip(self.domains, self.sets, strict=True)
        images = {f"image_{letter}": own["image"] for letter, own in fields}
        return generate(images, self.latent), score(images, [f"logits_{d}" for d in self.domains])

    def evaluate(self, feed, count):
        """Measures how well the domains' samples correspond; see `trainers.joint.measures`."""
        if self._measures is None:
            self._measures = JointMeasures(self.config, feed)
        generators = [domain_model(self.models()["generator"], d) for d in self.domains]
        measured = self._measures(self.sample(self.config.seed, count), generators)
        return {"samples": count, **measured}

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of_pairs(self.config, feed)
