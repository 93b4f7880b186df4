"""pix2pix: a U-Net learns from pairs what an image becomes.

Isola, Zhu, Zhou & Efros, Image-to-Image Translation with Conditional Adversarial Networks, 2017,
equation 4: the conditional adversarial loss plus lambda times the mean absolute difference. The
only noise is the generator's dropout, in training and in use.
"""

import numpy as np
import tensorflow as tf

from nets.translation import patchgan, unet
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields import seed_field
from tfgan_kit.metrics.images.label_maps import confusion_counts, segmentation_scores
from tfgan_kit.metrics.images.palette import nearest_colour
from tfgan_kit.randomness import integers
from tfgan_kit.uses import translate
from trainers.core.adversarial import scaled
from trainers.paired.trainer import PairedTrainer

_SEEDS = 2**31 - 1


class Pix2Pix(PairedTrainer):
    """Trains a U-Net against a PatchGAN."""

    def build(self):
        """See `Trainer.build`."""
        super().build()
        if self.config.palette and self.image_shape[-1] != 3:
            raise UserError("--palette: targets are gray, but label maps in colours are RGB")

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config = self.config
        if config.image_size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: pix2pix needs {config.sizes}")
        return unet.generator(
            self.spec[self.source].network_shape[-1],
            self.image_shape[-1],
            size=2**config.levels,
            filters=config.filters,
            norm=config.norm,
            affine=True,
            skips=config.skips,
            noise=config.dropout,
        )

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`."""
        config, given = self.config, self.spec[self.source].network_shape[-1]
        return patchgan.discriminator(
            self.image_shape[-1],
            given if config.conditional_discriminator else 0,
            layers=config.discriminator_layers,
            filters=config.filters,
            norm=config.norm,
            affine=True,
        )

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`: each example has noise of its own."""
        found = super().inputs(example, purpose)
        if self.config.dropout:
            count = tf.shape(found["input"])[0]
            seeds = integers(self.random.seed(f"{purpose}/dropout"), [count], 0, _SEEDS)
            found["seed"] = tf.cast(seeds, tf.int64)
        return found

    def critic_terms(self, example, image, purpose):
        """See `PairedTrainer.critic_terms`; half of the loss, which slows D down (section 3.3)."""
        terms = super().critic_terms(example, image, purpose)
        return scaled(terms, 1 / 2)

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`: equation 3."""
        if not self.config.l1_weight:
            return []
        distance = tf.reduce_mean(tf.abs(example[self.target] - image))
        return [Term("l1", distance, self.config.l1_weight)]

    def evaluate(self, feed, count):
        """See `PairedTrainer.evaluate`; with a palette, also `segmentation_scores`.

        The class of a pixel is that whose colour is nearest, in the truth as in the translation
        (Zhu et al. 2017, section 5.1.1).
        """
        found, palette = super().evaluate(feed, count), np.array(self.config.colours, np.uint8)
        if not found or not len(palette):
            return found
        counts = 0
        for examples, made in self.translated_examples(feed, count):
            images = self.images_of(examples, self.target), made["image"]
            maps = [nearest_colour(each, palette) for each in images]
            counts += confusion_counts(*maps, len(palette))
        return found | segmentation_scores(counts)

    def uses(self):
        """See `Trainer.uses`."""
        multiple = 2**self.config.levels
        inputs = {"input": self.spec[self.source].of_any_size(multiple)}
        if self.config.dropout:
            inputs["seed"] = seed_field()
        return (translate(inputs, self.spec[self.target].of_any_size(multiple)),)
