"""StarGAN: one generator learns to translate between any two of many domains.

Choi, Choi, Kim, Ha, Kim & Choo, StarGAN: Unified Generative Adversarial Networks for Multi-Domain
Image-to-Image Translation, 2018, equations 5 to 8. Where only some attributes of an image are
known, the others are neither asked for nor judged, as in joint training on several sets (section
3.2); here a mask per attribute takes the place of the paper's mask per set.

A way there and back that ends where it began is no proof that the content was kept: the generator
may exchange one content for another both ways. The identity term, after Zhu et al. 2017, section
5.2, and not in StarGAN's paper, makes it take each image for what it is.
"""

from nets.translation.unpaired import stargan
from tfgan_kit.engine.trainer import Term
from tfgan_kit.terms.distance import mean_absolute
from trainers.unpaired.many_domains.trainer import ManyDomainsTrainer


class StarGAN(ManyDomainsTrainer):
    """Trains a residual generator that takes the label as maps."""

    without_batch_norm = "--discriminator-norm none"

    def build_generator(self):
        """See `ManyDomainsTrainer.build_generator`."""
        config, (size,) = self.config, self.label.network_shape
        return stargan.generator(
            self.image_shape[-1],
            size,
            blocks=config.blocks,
            filters=config.filters,
            norm=config.norm,
        )

    def build_discriminator(self):
        """See `ManyDomainsTrainer.build_discriminator`."""
        config = self.config
        return stargan.discriminator(
            self.image_shape,
            len(self.label.names),
            downs=config.halvings,
            filters=config.discriminator_filters or config.filters,
            norm=config.discriminator_norm,
        )

    def translator_terms(self, real, fake):
        """See `ManyDomainsTrainer.translator_terms`: equation 4, and the identity."""
        config, image, own = self.config, real["image"], real["label"]
        back = self.translated(fake["image"], own, {})
        terms = [Term("cycle", mean_absolute(image, back), config.cycle_weight)]
        if config.identity_weight:
            change = mean_absolute(image, self.translated(image, own, {}))
            terms.append(Term("identity", change, config.identity_weight))
        return terms
