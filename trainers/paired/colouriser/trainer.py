"""The two-sided colouriser: a left side in outline is painted in the colours of the right side.

A thesis of the University of Parma on colouring shoes, chapter 6. All is compared in Lab. The
critic judges tuples of a left side and the right side that it was painted like, by WGAN-GP
(Gulrajani et al. 2017); to this come the absolute difference from the truth and, if wanted, the
cycle back to the outline and the style of Gatys et al. 2016.
"""

import tensorflow as tf

from nets.translation import patchgan, resnet
from nets.translation.sketches import colouriser
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import load_perceptual_loss
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.lab import lab_to_rgb, rgb_to_lab
from tfgan_kit.terms.distance import mean_absolute
from tfgan_kit.terms.style import style_loss
from tfgan_kit.uses import translate
from tfgan_kit.uses.apply import call_network
from trainers.paired.colouriser.config import MULTIPLE
from trainers.paired.colouriser.leakage import leakage
from trainers.paired.trainer import PairedTrainer

_BLOCKS = 4  # Of the network back to outlines, as many as of the generator.


class Colouriser(PairedTrainer):
    """Trains the generator, its critic, and for the cycle a network "outliner".

    The outliner learns from true left sides to draw their outlines. Painted ones do not train it:
    it could agree with the generator on a hidden code.
    """

    style = None

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        self._check_fields()
        super().build()
        if config.cycle_weight:
            self.networks["outliner"] = self.outliner = resnet.generator(
                3, self.spec["input"].shape[-1], blocks=_BLOCKS, filters=config.filters
            )
            self.players["outliner"] = self.player("outliner", config.generator_lr)
        if config.style_weight:
            # Style is compared in the same layers as pix2pixHD's features.
            self.style, note = load_perceptual_loss(
                "pix2pixhd", config.perceptual_network, config.perceptual_weights
            )
            self.notes += (note,) if note else ()
            if self.style is not None:
                self.style.features.check(self.image_shape)

    def _check_fields(self):
        config, found = self.config, {n: f.shape[-1] for n, f in self.spec.items() if f.has_size}
        if "reference" not in found or found["reference"] != 3 or found["target"] != 3:
            raise UserError(
                f"{config.dataset} has no two sides in colour; give glyph_sides, or sides:FOLDER "
                "with the folders left and right"
            )
        if config.image_size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: colouriser needs {config.sizes}")

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        return colouriser.lab_generator(
            self.spec["input"].shape[-1],
            filters=self.config.filters,
            norm=self.config.norm,
            latent_reference=self.config.latent_condition,
        )

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`; batch normalisation would spoil its penalty."""
        config = self.config
        return patchgan.discriminator(
            3,
            3 if config.tuple_discriminator else 0,
            layers=config.discriminator_layers,
            filters=config.filters,
            norm="none",
        )

    def example(self, batch, purpose):
        """See `PairedTrainer.example`; the target is in Lab."""
        found = super().example(batch, purpose)
        return found | {"target": rgb_to_lab(found["target"])}

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`."""
        return {name: example[name] for name in ("input", "reference")}

    def translated(self, example, purpose):
        """See `PairedTrainer.translated`; in Lab."""
        inputs = self.inputs(example, f"{purpose}/inputs")
        return call_network(self.generator, inputs, training=True)["lab"]

    def judged(self, example, image):
        """See `PairedTrainer.judged`: a left side, and the right side in Lab."""
        found = {"image": image}
        if "input" in self.discriminator.input:
            found["input"] = rgb_to_lab(example["reference"])
        return found

    def train_step(self, batch):
        """See `Trainer.train_step`; then the outliner learns."""
        found = super().train_step(batch)
        if self.config.cycle_weight:
            example = self.example(batch, "outliner")
            found |= self.update(
                "outliner", lambda: [Term("l1", self._outline_error(example, example["target"]))]
            )
        return found

    def _outline_error(self, example, lab):
        drawn = call_network(self.outliner, {"input": lab}, training=True)["image"]
        return mean_absolute(drawn, example["input"])

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`."""
        config, truth, terms = self.config, example["target"], []
        if config.l1_weight:
            terms.append(Term("l1", mean_absolute(image, truth), config.l1_weight))
        if config.cycle_weight:
            terms.append(Term("cycle", self._outline_error(example, image), config.cycle_weight))
        if self.style is not None:
            painted, true = (self.style.features(lab_to_rgb(each)) for each in (image, truth))
            true = {layer: tf.stop_gradient(values) for layer, values in true.items()}
            terms.append(Term("style", style_loss(painted, true), config.style_weight))
        return terms

    def uses(self):
        """See `Trainer.uses`; images are RGB, as the networks convert them."""
        inputs = {n: self.spec[n].of_any_size(MULTIPLE) for n in ("input", "reference")}
        return (translate(inputs, self.spec["target"].of_any_size(MULTIPLE)),)

    def given(self, examples, start):
        """See `PairedTrainer.given`."""
        return {name: examples[name] for name in ("input", "reference")}

    def shown(self, examples):
        """See `PairedTrainer.shown`."""
        return [as_seen(self.spec[name], examples[name]) for name in ("input", "reference")]

    def evaluate(self, feed, count):
        """See `PairedTrainer.evaluate`; with `leakage` where the parts of left sides are known."""
        found = super().evaluate(feed, count)
        if not (found and "parts" in self.spec):
            return found
        pairs = self.translated_examples(feed, count)
        return found | leakage((made["image"], e["target"], e["parts"]) for e, made in pairs)
