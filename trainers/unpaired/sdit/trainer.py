"""SDIT: one generator translates between many domains, in many ways.

Wang, Gonzalez-Garcia, van de Weijer & Herranz, SDIT: Scalable and Diverse Cross-domain Image
Translation, 2019. StarGAN's game, with a latent that decides what the target domain leaves open.
The discriminator learns to tell the latent of a translation, so that the generator cannot ignore
it; the same latent is used on the way there and back.
"""

import numpy as np

from nets.translation.unpaired import sdit
from tfgan_kit.engine.trainer import Term
from tfgan_kit.fields import latent_field
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.terms.distance import mean_absolute
from trainers.unpaired.many_domains.trainer import ManyDomainsTrainer
from trainers.unpaired.styles import INPUTS, in_styles, load_lpips_of, style_changes

_SHOWN = 3  # Latents of each image and label in a picture of samples.


class SDIT(ManyDomainsTrainer):
    """Trains a generator that takes the label as maps and a latent by its normalisation."""

    _lpips = None  # Read at the first evaluation.

    def build_generator(self):
        """See `ManyDomainsTrainer.build_generator`."""
        config, (size,) = self.config, self.label.network_shape
        return sdit.generator(
            self.image_shape[-1],
            size,
            config.latent_size,
            blocks=config.blocks,
            styled_blocks=config.styled_blocks,
            filters=config.filters,
            attention=config.attention,
        )

    def build_discriminator(self):
        """See `ManyDomainsTrainer.build_discriminator`."""
        config = self.config
        return sdit.discriminator(
            self.image_shape,
            len(self.label.names),
            config.latent_size,
            downs=config.halvings,
            filters=config.filters,
        )

    def noise(self, count, purpose):
        """See `ManyDomainsTrainer.noise`."""
        return {"latent": self.random.normal(purpose, [count, self.config.latent_size])}

    def drawn_fields(self):
        """See `ManyDomainsTrainer.drawn_fields`."""
        return {"latent": latent_field(self.config.latent_size)}

    def auxiliary_terms(self, player, examples, outputs, *, real):
        """See `AdversarialTrainer.auxiliary_terms`: both players want the latent to be seen."""
        terms = super().auxiliary_terms(player, examples, outputs, real=real)
        if player == "discriminator" and real:
            return terms
        (example,), (said,) = examples, outputs
        error = mean_absolute(said["latent"], example["latent"])
        return [*terms, Term("latent", error, self.config.latent_weight)]

    def translator_terms(self, real, fake):
        """See `ManyDomainsTrainer.translator_terms`."""
        noise = {"latent": real["latent"]}
        back = self.translated(fake["image"], real["label"], noise)
        return [Term("cycle", mean_absolute(real["image"], back), self.config.cycle_weight)]

    def versions(self, images, labels):
        """See `ManyDomainsTrainer.versions`: with some latents each."""
        latents = fixed_latents("normal", self.config.seed, _SHOWN, self.config.latent_size)
        return [
            self.with_latents(images, labels, np.tile(latent, (len(images), 1)))
            for latent in latents
        ]

    def with_latents(self, images, labels, latents):
        """Translates images to labels, both as the data has them, with latents (n, latent_size)."""
        inputs = {"input": images, "label": labels, "latent": latents}
        return self.bound("translate").render(inputs)["image"]

    def evaluate(self, feed, count):
        """See `ManyDomainsTrainer.evaluate`; and what latents change, see `style_changes`."""
        found = super().evaluate(feed, count)
        if not found:
            return found
        if self._lpips is None:
            self._lpips, left_out = load_lpips_of([self.spec["image"]])
            self.left_out = tuple(dict.fromkeys(self.left_out + left_out))
        return found | style_changes(self.in_latents(feed, min(count, INPUTS)), self._lpips)

    def in_latents(self, feed, count):
        """Translations of held-out images to the labels of others, in several latents.

        Args:
          feed: the run's data, see `Session`.
          count: number of images.

        Returns:
          float32 (n, latents, height, width, channels) in [-1, 1].
        """
        examples = next(feed.examples(count, size=count))
        images, labels = examples["image"], np.roll(examples["label"], 1, axis=0)

        def render(latents):
            return self.with_latents(images, labels, latents)

        return in_styles(render, len(images), self.config.latent_size, self.config.seed)
