"""The base of the methods that translate between two domains and learn it without pairs."""

import abc

import keras
import numpy as np
import tensorflow as tf

from nets.sharing import domain_model
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network, unrounded
from tfgan_kit.models.ema import EMA
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import paired_grid, write_image
from tfgan_kit.uses.draw import draw_inputs
from trainers.core.adversarial import AdversarialTrainer, images_only, scaled
from trainers.unpaired.measures import DIRECTIONS, UnpairedMeasures, goals_of_translators

DRAWN = 12  # Images of each domain in a picture of samples.


class UnpairedTrainer(AdversarialTrainer):
    """The player "generator", all networks that translate, against one discriminator per domain.

    The generator's update comes first. The discriminators' then sees the translations that were
    made for it, so that one pass through the networks serves both; with several critic steps, each
    has a batch and translations of its own, and all come before the generator's update.

    Attributes:
      translators: the networks that translate, by name.
      discriminator: the discriminators as one flat model, see
        `nets.translation.unpaired.discriminators`, or None without an adversarial loss.
    """

    reads_held_out = True

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        if len(self.domains) != 2:
            raise UserError(
                f"--dataset {config.data_name}: {len(self.domains)} domains, but this method "
                "translates between two"
            )
        if config.image_size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: this method needs {config.sizes}")
        self.translators = self.build_translators()
        self.networks, self.discriminator = dict(self.translators), None
        if config.adversarial_weight:
            self.networks["discriminator"] = self.discriminator = self.build_discriminator()
            self.discriminators = [domain_model(self.discriminator, d) for d in self.domains]
        if config.ema_decay:
            self.averages = {
                name: EMA(network, config.ema_decay) for name, network in self.translators.items()
            }
        self._measures = None
        self.set_up_game()

    @abc.abstractmethod
    def build_translators(self) -> dict[str, keras.Model]:
        """Returns the networks that translate, by name."""

    @abc.abstractmethod
    def build_discriminator(self) -> keras.Model:
        """Returns a flat model from "image_a" and "image_b" to their logits, such as "logits_a"."""

    @abc.abstractmethod
    def translated(self, reals, purpose: str) -> dict:
        """Translates a batch in training mode.

        Args:
          reals: the images of both domains, (batch, height, width, channels) in [-1, 1].
          purpose: of random draws.

        Returns:
          "a" and "b": the translations into each domain; with them whatever else
          `translator_terms` needs.
        """

    @abc.abstractmethod
    def translator_terms(self, reals, made: dict, purpose: str) -> list[Term]:
        """The terms of the translators' loss beside the adversarial ones.

        Args:
          reals, purpose: see `translated`.
          made: what `translated` returned.
        """

    def remembered(self, fakes: tuple, purpose: str) -> tuple:
        """What the discriminators are shown for new translations; by default, these themselves."""
        return fakes

    def networks_of(self, player):
        """See `AdversarialTrainer.networks_of`."""
        if player == "generator":
            return list(self.translators.values())
        return super().networks_of(player)

    def critic_step(self, batch):
        """See `Trainer.critic_step`; a single update comes in `train_step`."""
        if self.config.critic_steps == 1 or self.discriminator is None:
            return {}
        reals = self._reals(batch)
        return self._judge(reals, self.translated(reals, "critic{turn}"), "critic{turn}")

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        reals, kept = self._reals(batch), {}

        def terms():
            kept.update(self.translated(reals, "generator"))
            return self._adversarial(reals, kept) + self.translator_terms(reals, kept, "generator")

        found = self.update("generator", terms)
        if self.discriminator is not None and self.config.critic_steps == 1:
            found |= self._judge(reals, kept, "critic")
        return found

    def _reals(self, batch):
        own = zip(self.sets, batch, strict=True)
        return [to_network(fields["image"], domain["image"]) for fields, domain in own]

    def _judge(self, reals, made, purpose):
        fakes = tuple(tf.stop_gradient(made[letter]) for letter in self.domains)
        fakes = self.remembered(fakes, purpose)
        return self.update(
            "discriminator",
            lambda: self.discriminator_terms(images_only(reals), images_only(fakes), purpose),
        )

    def _adversarial(self, reals, made):
        if self.discriminator is None:
            return []
        fakes = images_only([made[letter] for letter in self.domains])
        terms = self.generator_terms(fakes, images_only(reals), "generator")
        weight = self.config.adversarial_weight
        return scaled(terms, weight)

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        pairs = zip(self.domains, examples, strict=True)
        named = {f"image_{letter}": example["image"] for letter, example in pairs}
        outputs = self.discriminator(named, training=True)
        return tuple(
            {
                name.removesuffix(f"_{letter}"): value
                for name, value in outputs.items()
                if name.endswith(f"_{letter}")
            }
            for letter in self.domains
        )

    def discriminate_one(self, domain, example):
        """See `AdversarialTrainer.discriminate_one`."""
        return self.discriminators[domain](example["image"], training=True)

    def other(self, letter: str) -> str:
        """The letter of the other domain."""
        return next(each for each in self.domains if each != letter)

    def image_field(self, letter: str):
        """The field of the images of a domain."""
        return dict(zip(self.domains, self.sets, strict=True))[letter]["image"]

    def translatable(self, letter: str):
        """The same field for images of any size that the networks support."""
        return self.image_field(letter).of_any_size(self.config.sizes.multiple)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: images, translations and the way back, for each domain."""
        rows = [each for direction in self._there_and_back(feed, DRAWN) for each in direction]
        write_image(paired_grid(rows, columns=DRAWN), path)
        return {}

    def examples(self, feed, count):
        """See `Trainer.examples`: half of them for each direction."""
        both = zip(*self._there_and_back(feed, count // 2), strict=True)
        return tuple(np.concatenate(parts) for parts in both)

    def _there_and_back(self, feed, count):
        """For each direction, up to `count` images, their translations and the way back."""
        found = []
        for (source, target), images in zip(DIRECTIONS, feed.shown(count), strict=True):
            there = self.render(f"translate_{source}{target}", images)
            again = unrounded(self.image_field(target), there)
            back = self.render(f"translate_{target}{source}", again)
            found.append((as_seen(self.image_field(source), images), there, back))
        return found

    def render(self, name: str, images):
        """What a use makes of images.

        Args:
          name: of a use that translates.
          images: (n, height, width, channels) as the data has them; anything else that the use
            needs is drawn with the run's seed.

        Returns:
          float32 (n, height, width, channels) in [-1, 1].
        """
        bound = self.bound(name)
        inputs = draw_inputs(bound.use, self.config.seed, len(images), {"input": images})
        return bound.render(inputs)["image"]

    def evaluate(self, feed, count):
        """Measures translations of held-out images; see `trainers.unpaired.measures`."""
        if self._measures is None:
            self._measures = UnpairedMeasures(self.config, feed)
            self.left_out = self._measures.left_out
        return self._measures(self.render, count)

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of_translators(self.config, feed)
