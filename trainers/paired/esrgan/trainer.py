"""ESRGAN: images enlarged four times, sharper than by SRGAN.

Wang et al., ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks, 2018: first RRDBNet,
which minimises the mean absolute error; then, from it, equation 3: the content plus 5e-3 times the
loss of a relativistic average discriminator plus 1e-2 times the absolute error. Content is the
absolute distance of features of VGG19 before their activation.
"""

from nets.translation import esrgan_discriminator, rrdb
from tfgan_kit.engine.trainer import Term
from trainers.paired.super_resolution.trainer import SuperResolutionTrainer


class ESRGAN(SuperResolutionTrainer):
    """Trains RRDBNet, and then both networks."""

    pixels, recipe = "l1", "esrgan"

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config = self.config
        return rrdb.generator(
            self.image_shape[-1],
            scale=config.scale,
            filters=config.filters,
            blocks=config.blocks,
            growth=config.growth,
        )

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`; it sees no small image."""
        config = self.config
        return esrgan_discriminator.discriminator(
            self.judged_shape, filters=config.filters, norm=config.norm
        )

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`."""
        terms = super().reconstruction_terms(example, image)
        if self.plays and self.config.l1_weight:
            distance = self.distance(example["image"], image)
            terms.append(Term("l1", distance, self.config.l1_weight))
        return terms
