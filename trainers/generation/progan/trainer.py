"""ProGAN: a GAN whose networks grow with the images.

Karras, Aila, Laine & Lehtinen, Progressive Growing of GANs for Improved Quality, Stability, and
Variation, 2018.
"""

import tensorflow as tf

from nets.progressive import discriminator, progan_generator
from tfgan_kit.engine.trainer import Term
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import call_network
from trainers.generation.growing.trainer import GrowingTrainer


class ProGAN(GrowingTrainer):
    """The networks and the loss of the paper."""

    def build_networks(self):
        """See `GrowingTrainer.build_networks`."""
        config, fading = self.config, self.phase.fading
        options = {"width": config.width, "fading": fading}
        generator = progan_generator.generator(
            self.image_shape,
            config.latent_size,
            shown_side=config.image_size.height,
            **options,
        )
        judge = discriminator.discriminator(
            self.image_shape, group=config.minibatch_group, **options
        )
        return {"generator": generator, "discriminator": judge}

    def fakes(self, count, purpose):
        """See `GrowingTrainer.fakes`."""
        latents = self.latents(count, purpose)
        return call_network(self.networks["generator"], {"latent": latents}, training=True)["image"]

    def auxiliary_terms(self, player, examples, outputs, *, real):
        """See `AdversarialTrainer.auxiliary_terms`: the drift (appendix A.1), E D(x)^2."""
        if player != "discriminator" or not real or not self.config.drift_weight:
            return []
        drift = tf.reduce_mean(tf.square(outputs[0]["logits"]))
        return [Term("drift", drift, self.config.drift_weight)]

    def uses(self):
        """See `Trainer.uses`; D has none, as what it says of an image depends on others."""
        call = Call("generator", {"latent": "latent"}, {"shown": "image"})
        return (Use("generate", (call,), {"latent": self.latent}, {"image": self.shown_field}),)
