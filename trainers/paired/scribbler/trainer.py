"""Scribbler: a network paints sketches, in the colours of strokes that a user has drawn into them.

Sangkloy, Lu, Fang, Yu & Hays, Scribbler: Controlling Deep Image Synthesis with Sketch and Color,
2017, equation 1: the distance of the pixels, of VGG features, the adversarial loss of a
discriminator that sees images alone, and the total variation.
"""

import numpy as np
import tensorflow as tf

from nets.translation import patchgan
from nets.translation.sketches import scribbler
from tfgan_kit.engine.stages import Stage
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields import overlay_field
from tfgan_kit.perceptual import load_perceptual_loss
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.randomness import seed_of
from tfgan_kit.terms.distance import mean_absolute, mean_square
from tfgan_kit.terms.images import total_variation
from tfgan_kit.uses import translate
from trainers.paired.scribbler.measures import StrokeMeasures
from trainers.paired.scribbler.strokes import drawn_strokes
from trainers.paired.trainer import PairedTrainer

_CONTENT = {"l1": mean_absolute, "l2": mean_square}


class Scribbler(PairedTrainer):
    """Trains Scribbler's network, first alone if --pretrain-steps says so, against a PatchGAN.

    Strokes come with the data, as a mask "strokes" of where the input has the target's colours, or
    are drawn from the target; see `drawn_strokes`.
    """

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`: without a discriminator, and with one."""
        return (*([Stage(config.pretrain_steps)] if config.pretrain_steps else []), Stage())

    @property
    def stage_config(self):
        """See `AdversarialTrainer.stage_config`."""
        return self.config.of_stage(self.stage)

    def build(self):
        """See `Trainer.build`."""
        super().build()
        self.feature_loss = None
        if self.config.feature_weight:
            self.feature_loss, note = load_perceptual_loss(
                "scribbler", self.config.perceptual_network, self.config.perceptual_weights
            )
            if note and note not in self.notes:
                self.notes += (note,)
            if self.feature_loss is not None:
                self.feature_loss.features.check(self.image_shape)

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config, channels = self.config, self.spec[self.source].network_shape[-1]
        if config.image_size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: scribbler needs {config.sizes}")
        if self.image_shape[-1] != 3 or channels not in (1, 3):
            raise UserError(
                f"{config.dataset}: scribbler turns sketches of 1 or 3 channels into RGB, not "
                f"{channels} channels into {self.image_shape[-1]}; give it sketches and coloured "
                "images"
            )
        return scribbler.generator(
            channels, 3, filters=config.filters, norm=config.norm, strokes=True
        )

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`."""
        config = self.config
        return patchgan.discriminator(
            3,
            layers=config.discriminator_layers,
            filters=2 * config.filters,
            norm=config.discriminator_norm,
        )

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`: with strokes."""
        strokes = self._strokes(example, lambda: self.random.seed(f"{purpose}/strokes"))
        return super().inputs(example, purpose) | {"strokes": strokes}

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`: equation 1 without its adversarial term."""
        config, target, terms = self.stage_config, example[self.target], []
        if config.content_weight:
            distance = _CONTENT[config.content](image, target)
            terms.append(Term("content", distance, config.content_weight))
        if self.feature_loss is not None:
            terms.append(Term("feature", self.feature_loss(image, target), config.feature_weight))
        if config.tv_weight:
            terms.append(Term("tv", total_variation(image), config.tv_weight))
        return terms

    def uses(self):
        """See `Trainer.uses`: strokes are drawn over the sketch; it may also have them already."""
        inputs = {
            "input": self.spec[self.source].of_any_size(8),
            "strokes": overlay_field(self.image_shape[:2], optional=True).of_any_size(8),
        }
        return (translate(inputs, self.spec[self.target].of_any_size(8)),)

    def given(self, examples, start):
        """See `PairedTrainer.given`."""
        example = self.example(examples, "given")
        seed = [seed_of(self.config.seed, "strokes of examples"), start]
        return super().given(examples, start) | {
            "strokes": self._strokes(example, lambda: seed).numpy()
        }

    def shown(self, examples):
        """See `PairedTrainer.shown`: sketches with the strokes in them."""
        strokes = self.given(examples, 0)["strokes"]
        sketches = as_seen(self.spec[self.source], examples[self.source])
        return [np.where(strokes[..., 3:] > 0, to_uint8(strokes[..., :3]), sketches)]

    def evaluate(self, feed, count):
        """See `PairedTrainer.evaluate`; also measures whether the strokes are obeyed."""
        found = super().evaluate(feed, count)
        bound, measures, done = self.bound("translate"), StrokeMeasures(), 0
        for examples in feed.examples(count):
            given = self.given(examples, done)
            measures.add(lambda strokes, given=given: self._painted(bound, given, strokes), given)
            done += len(examples[self.target])
        return found | measures.means()

    def _painted(self, bound, given, strokes):
        return bound.render(given | {"strokes": strokes})["image"]

    def _strokes(self, example, seed):
        """Strokes with alpha, in [-1, 1]: the data's, or drawn from a seed that `seed` returns."""
        target = example[self.target]
        if "strokes" not in example:
            return drawn_strokes(target, seed(), self.config.most_strokes)
        mask = example["strokes"]
        return tf.concat([target * mask, 2.0 * mask - 1.0], -1)
