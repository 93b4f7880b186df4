"""CycleGAN: two translators learn without pairs, as each has to undo what the other does.

Zhu, Park, Isola & Efros, Unpaired Image-to-Image Translation using Cycle-Consistent Adversarial
Networks, 2017, equations 1 to 3 and sections 4 and 5.2.
"""

from nets.translation import resnet
from nets.translation.unpaired import discriminators
from tfgan_kit.engine.trainer import Term
from tfgan_kit.models.pool import ImagePool
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.uses import translate
from tfgan_kit.uses.apply import call_network
from trainers.unpaired.measures import DIRECTIONS
from trainers.unpaired.trainer import UnpairedTrainer


class CycleGAN(UnpairedTrainer):
    """Trains "generator_ab" and "generator_ba", G and F in the paper."""

    def build(self):
        """See `Trainer.build`; each discriminator has a pool of earlier translations."""
        super().build()
        if self.discriminator is not None:
            self.state = {
                f"pool_{letter}": ImagePool(self.image_field(letter).shape, self.config.pool_size)
                for letter in self.domains
            }

    def build_translators(self):
        """See `UnpairedTrainer.build_translators`."""
        config, channels = self.config, self.image_shape[-1]
        return {
            f"generator_{direction}": resnet.generator(
                channels,
                channels,
                blocks=config.block_count,
                filters=config.filters,
                norm=config.norm,
            )
            for direction in DIRECTIONS
        }

    def build_discriminator(self):
        """See `UnpairedTrainer.build_discriminator`."""
        config = self.config
        return discriminators.cyclegan_discriminator(
            {letter: self.image_field(letter).shape[-1] for letter in self.domains},
            layers=config.discriminator_layers,
            filters=config.filters,
            norm=config.norm,
        )

    def translated(self, reals, purpose):
        """See `UnpairedTrainer.translated`."""
        a, b = reals
        return {"a": self._to("a", b), "b": self._to("b", a)}

    def translator_terms(self, reals, made, purpose):
        """See `UnpairedTrainer.translator_terms`: equation 2, and the identity of section 5.2."""
        config, terms = self.config, []
        for letter, real in zip(self.domains, reals, strict=True):
            if config.cycle_weight:
                error = mean_absolute(self._to(letter, made[self.other(letter)]), real)
                terms.append(Term(f"cycle_{letter}", error, config.cycle_weight))
            if config.identity_weight:
                change = mean_absolute(self._to(letter, real), real)
                terms.append(Term(f"identity_{letter}", change, config.identity_weight))
        return terms

    def _to(self, letter, images):
        network = self.translators[f"generator_{self.other(letter)}{letter}"]
        return call_network(network, {"input": images}, training=True)["image"]

    def remembered(self, fakes, purpose):
        """See `UnpairedTrainer.remembered`: some come from the pools."""
        return tuple(
            self.state[f"pool_{letter}"].exchange(images, self.random, f"{purpose}/pool_{letter}")
            for letter, images in zip(self.domains, fakes, strict=True)
        )

    def uses(self):
        """See `Trainer.uses`: a translation in each direction."""
        return tuple(
            translate(
                {"input": self.translatable(source)},
                self.translatable(target),
                f"generator_{source}{target}",
                f"translate_{source}{target}",
            )
            for source, target in DIRECTIONS
        )
