"""TextureGAN: a network fills sketches with the texture of a patch.

Xian, Sangkloy, Agrawal, Raj, Lu, Fang, Yu & Hays, TextureGAN: Controlling Deep Image Synthesis with
Texture Patches, 2018. In Lab throughout. First, the patch comes from the image of the sketch
(section 3.1, ground-truth pre-training), then from any texture (section 3.2, external texture
fine-tuning), where patches of the output are compared with patches of the texture.
"""

import numpy as np
import tensorflow as tf

from nets.translation import patchgan
from nets.translation.sketches import texturegan
from tfgan_kit.engine.stages import Stage
from tfgan_kit.engine.trainer import Term
from tfgan_kit.fields import overlay_field
from tfgan_kit.perceptual import PerceptualFeatures, load_perceptual_loss
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import GRAY, to_uint8
from tfgan_kit.pictures.lab import rgb_to_lab
from tfgan_kit.randomness import seed_of
from tfgan_kit.terms.distance import mean_square
from tfgan_kit.terms.style import style_loss
from tfgan_kit.uses import translate
from tfgan_kit.uses.apply import call_network
from trainers.core.adversarial import scaled
from trainers.paired.texturegan.data import check_data
from trainers.paired.texturegan.measures import TextureMeasures
from trainers.paired.texturegan.pace import pace
from trainers.paired.texturegan.patches import crops, drawn_corners, drawn_window
from trainers.paired.trainer import PairedTrainer

STYLE_LAYERS = ("block3_conv2", "block4_conv2")
_LOCAL = "texture_discriminator"


class TextureGAN(PairedTrainer):
    """Trains Scribbler's network in Lab against two discriminators of lightness.

    One judges whole images, as a PatchGAN; the other, whether two patches are of one texture.
    """

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`: with the images' own textures, then with external ones."""
        if config.truth_until >= config.steps:
            return (Stage(),)
        own = config.external_batch_size
        return (Stage(config.truth_until), Stage(None, {"batch_size": own} if own else {}))

    @property
    def stage_config(self):
        """See `AdversarialTrainer.stage_config`."""
        return self.config.of_stage(self.stage)

    def build(self):
        """See `Trainer.build`."""
        config = self.stage_config
        super().build()
        self.judges = ("discriminator",)
        if config.local_adversarial_weight:
            self.judges = ("discriminator", _LOCAL)
            self.networks[_LOCAL] = self._discriminator(1)
            self.players[_LOCAL] = self.player(
                _LOCAL, config.discriminator_lr, updates=config.critic_steps
            )
        self._load_features()

    def _load_features(self):
        config = self.stage_config
        self.feature_loss = self.style_features = None
        if not config.feature_weight + config.style_weight:
            return
        vgg = config.perceptual_network, config.perceptual_weights
        loss, note = load_perceptual_loss("scribbler", *vgg)
        if loss is None:
            if note not in self.notes:
                self.notes += (note,)
            return
        loss.features.check((*self.image_shape[:2], 1))
        self.feature_loss = loss if config.feature_weight else None
        if config.style_weight:
            self.style_features = PerceptualFeatures(*vgg, layers=STYLE_LAYERS)
            if self.stage:
                self.style_features.check((config.local_patch, config.local_patch, 1))

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config, stages = self.config, self.stages(self.config)
        check_data(config, self.spec, self.source, self.target, stages=len(stages))
        return texturegan.generator(
            self.spec[self.source].network_shape[-1],
            filters=config.filters,
            norm=config.norm,
            patch=config.patch_largest,
        )

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`: of lightness."""
        return self._discriminator(0)

    def _discriminator(self, condition):
        config = self.config
        return patchgan.discriminator(
            1,
            condition,
            layers=config.discriminator_layers,
            filters=2 * config.filters,
            norm=config.discriminator_norm,
        )

    def example(self, batch, purpose):
        """See `PairedTrainer.example`; in Lab.

        "shown" is where the patch comes from, in RGB, and "texture" the same in Lab; "filled" is
        the target with this texture in its shape.
        """
        found = super().example(batch, purpose)
        shown = found["texture" if self.stage else self.target]
        target, texture = rgb_to_lab(found[self.target]), rgb_to_lab(shown)
        filled = tf.where(found["segments"] > 0.5, texture, target)
        return found | {"shown": shown, "texture": texture, "filled": filled, self.target: target}

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`: with a patch in the shape."""
        seed = self.random.seed(f"{purpose}/patch")
        texture = self._patch(example["shown"], example["segments"], seed)
        return super().inputs(example, purpose) | {"texture": texture}

    def translated(self, example, purpose):
        """See `PairedTrainer.translated`; in Lab."""
        inputs = self.inputs(example, f"{purpose}/inputs")
        return call_network(self.generator, inputs, training=True)["lab"]

    def judged(self, example, image):
        """See `PairedTrainer.judged`: lightness alone."""
        return {"image": image[..., :1]}

    def critic_terms(self, example, image, purpose):
        """See `PairedTrainer.critic_terms`: of both discriminators."""
        terms = super().critic_terms(example, image, purpose)
        if _LOCAL in self.networks:
            fake = self._in_shape(example, tf.stop_gradient(image), f"{purpose}/own")[0]
            other = self._of_texture(example, f"{purpose}/other")
            real = self._of_texture(example, f"{purpose}/real")
            on_real, on_fake = self._judged_pair(real, other), self._judged_pair(fake, other)
            cost = sum(self.loss.discriminator(on_real, on_fake))
            terms.append(Term("local", cost, self._pace(on_real, on_fake)))
        return terms

    def paced(self, terms, on_reals, on_fakes):
        """See `AdversarialTrainer.paced`: no gradient where the discriminator is too good."""
        pace = self._pace(on_reals[0]["logits"], on_fakes[0]["logits"])
        return scaled(terms, pace)

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`: all terms but that of whole images."""
        config, terms = self.stage_config, []
        lightness, filled = image[..., :1], example["filled"]
        for name, weight, channels in (
            ("lightness", config.lightness_weight, slice(0, 1)),
            ("colour", config.colour_weight, slice(1, 3)),
        ):
            if weight:
                pair = image[..., channels], filled[..., channels]
                terms.append(Term(name, mean_square(*pair), weight))
        target = example[self.target][..., :1]
        if self.feature_loss is not None:
            value = self.feature_loss(lightness, target)
            terms.append(Term("feature", value, config.feature_weight))
        if self.style_features is not None and not self.stage:
            pair = self.style_features(lightness), self.style_features(target)
            terms.append(Term("style", style_loss(*pair), config.style_weight))
        return terms + self._local_terms(example, image)

    def _local_terms(self, example, image):
        """Terms of patches of the output, each the mean over all patches."""
        config, terms = self.stage_config, []
        styled = self.style_features is not None and self.stage
        if not (styled or config.local_lightness_weight or _LOCAL in self.networks):
            return []
        own, there = self._in_shape(example, image, "generator/own")
        other = self._of_texture(example, "generator/other")
        if styled:
            pair = self.style_features(own), self.style_features(other)
            terms.append(Term("style", style_loss(*pair), config.style_weight))
        if config.local_lightness_weight:
            value = mean_square(own, there)
            terms.append(Term("local_lightness", value, config.local_lightness_weight))
        if _LOCAL in self.networks:
            on_fake, on_real = self._judged_pair(own, other), None
            if self.loss.relativistic:
                real = self._of_texture(example, "generator/real")
                on_real = self._judged_pair(real, other)
            value = self.loss.generator(on_fake, on_real)
            terms.append(Term("local", value, config.local_adversarial_weight))
        return terms

    def uses(self):
        """See `Trainer.uses`: a patch on transparent ground, or a texture to take one from."""
        inputs = {
            "input": self.spec[self.source].of_any_size(8),
            "texture": overlay_field(self.image_shape[:2]).of_any_size(8),
        }
        return (translate(inputs, self.spec[self.target].of_any_size(8)),)

    def given(self, examples, start):
        """See `PairedTrainer.given`: patches of the textures, or else of the targets."""
        seed = [seed_of(self.config.seed, "patches of examples"), start]
        shown = self.images_of(examples, self._texture)
        shapes = tf.cast(examples["segments"], tf.float32)
        return super().given(examples, start) | {
            "texture": self._patch(shown, shapes, seed).numpy()
        }

    def shown(self, examples):
        """See `PairedTrainer.shown`: sketches, and patches on gray."""
        texture = self.given(examples, 0)["texture"]
        patch = np.where(texture[..., 3:] > 0, to_uint8(texture[..., :3]), np.uint8(GRAY))
        return [as_seen(self.spec[self.source], examples[self.source]), patch]

    def evaluate(self, feed, count):
        """See `PairedTrainer.evaluate`; also measures whether external textures are used."""
        found = super().evaluate(feed, count)
        if "texture" not in self.spec:
            return found
        measures = TextureMeasures()
        for examples, made in self.translated_examples(feed, count):
            target, texture = (self.images_of(examples, n) for n in (self.target, "texture"))
            measures.add(made["image"], target, texture, examples["segments"])
        return measures.beside(found)

    @property
    def _texture(self):
        """The field that patches come from in use."""
        return "texture" if "texture" in self.spec else self.target

    def _patch(self, shown, shapes, seed):
        """An image of which a patch can be seen: RGB and alpha in [-1, 1]."""
        config = self.config
        window = drawn_window(shapes, config.patch_smallest, config.patch_largest, seed)
        return tf.concat([shown, 2.0 * window - 1.0], -1)

    def _in_shape(self, example, image, purpose):
        """Lightness of patches of an output in its shape, and of the texture in their places."""
        corners, side = self._corners(example["segments"], purpose), self.config.local_patch
        return tuple(crops(x[..., :1], corners, side) for x in (image, example["texture"]))

    def _of_texture(self, example, purpose):
        """Lightness of patches of the texture, which in the first stage is only in the shape."""
        shapes = example["segments"]
        corners = self._corners(tf.ones_like(shapes) if self.stage else shapes, purpose)
        return crops(example["texture"][..., :1], corners, self.config.local_patch)

    def _corners(self, shapes, purpose):
        config, seed = self.config, self.random.seed(purpose)
        return drawn_corners(shapes, config.local_patch, config.local_patches, seed)

    def _judged_pair(self, patch, other):
        network = self.networks[_LOCAL]
        return call_network(network, {"image": patch, "input": other}, training=True)["logits"]

    def _pace(self, on_real, on_fake):
        middle = 0.5 if self.config.loss == "least_squares" else 0.0
        return pace(on_real, on_fake, self.config.rest_above, middle)
