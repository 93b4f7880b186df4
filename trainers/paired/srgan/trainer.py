"""SRGAN: images enlarged four times.

Ledig et al., Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network,
2017: first SRResNet, which minimises the mean squared error (equation 4); then, from it, the
content plus 1e-3 times the adversarial loss (equation 3). Content is the squared distance of
features of VGG19, divided by 12.75 (equation 5), or again the squared error (SRGAN-MSE).
"""

from nets.translation import srgan_discriminator, srresnet
from trainers.paired.super_resolution.trainer import SuperResolutionTrainer


class SRGAN(SuperResolutionTrainer):
    """Trains SRResNet, and then both networks."""

    pixels = "l2"

    @property
    def recipe(self):
        """See `SuperResolutionTrainer`."""
        return f"srgan_{self.config.content_layer}"

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config = self.config
        return srresnet.generator(
            self.image_shape[-1],
            scale=config.scale,
            filters=config.filters,
            blocks=config.blocks,
            norm=config.norm,
        )

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`; it sees no small image."""
        config = self.config
        return srgan_discriminator.discriminator(
            self.judged_shape, filters=config.filters, norm=config.norm
        )
