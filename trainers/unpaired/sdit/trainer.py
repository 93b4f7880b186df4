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
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import alike, grid, write_image
from tfgan_kit.terms.distance import mean_absolute
from trainers.core.pair_measures import comparable, load_lpips
from trainers.unpaired.many_domains.targets import toward
from trainers.unpaired.many_domains.trainer import DRAWN, ManyDomainsTrainer
from trainers.unpaired.sdit.measures import INPUTS, diversity

_STYLES = 3  # Of each image and label in a picture of samples.


class SDIT(ManyDomainsTrainer):
    """Trains a generator that takes the label as maps and a latent by its normalisation."""

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

    def draw(self, step, feed, path):
        """See `Trainer.draw`: a row per image, itself and then, toward each label, some latents."""
        examples, size = next(feed.examples(DRAWN)), self.config.latent_size
        images, columns = examples["image"], [as_seen(self.spec["image"], examples["image"])]
        for number in range(len(self.label.names)):
            labels = toward(self.label, examples["label"], number)
            for latent in fixed_latents("normal", self.config.seed, _STYLES, size):
                columns.append(self.with_latents(images, labels, np.tile(latent, (len(images), 1))))
        cells = np.stack(alike(columns), axis=1)
        write_image(grid(cells.reshape(-1, *cells.shape[2:]), columns=len(columns)), path)
        return {}

    def with_latents(self, images, labels, latents):
        """Translates images to labels, both as the data has them, with latents (n, latent_size)."""
        inputs = {"input": images, "label": labels, "latent": latents}
        return self.bound("translate").render(inputs)["image"]

    def evaluate(self, feed, count):
        """See `ManyDomainsTrainer.evaluate`; and how diverse translations are, see `diversity`."""
        found = super().evaluate(feed, count)
        if not found:
            return found
        lpips, note = load_lpips() if comparable(self.spec["image"]) else (None, None)
        self.left_out = (note,) if note else ()
        examples = next(feed.examples(min(count, INPUTS), size=INPUTS))
        size, seed = self.config.latent_size, self.config.seed
        return found | diversity(self.with_latents, examples, size, seed, lpips)
