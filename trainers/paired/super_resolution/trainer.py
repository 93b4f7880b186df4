"""The base of the methods that enlarge images: reconstruction first, then the GAN from it.

The small images come from files, or are made on the device: antialiased bicubic, as Pillow and
Matlab do it, and then rounded to the depth of the data, as in files.
"""

import abc
import dataclasses

import tensorflow as tf

from tfgan_kit.engine.stages import Stage
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import as_in_files, from_network, to_network
from tfgan_kit.perceptual.loss import load_perceptual_loss
from tfgan_kit.pictures.crops import random_crops, random_turns
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.resampling import downscale, resize_bicubic
from tfgan_kit.uses import translate
from trainers.paired.trainer import PairedTrainer

_SAFE = ("flip", "color")  # Augmentations that leave repeated pixels repeated.
FIRST = "psnr"  # The network of the first stage, as the second keeps it.


class SuperResolutionTrainer(PairedTrainer):
    """Learns to enlarge images, from the images alone or with small versions of them.

    With a reconstruction stage, the GAN's stage keeps the generator that it began with, averaged if
    the run averages, as `networks["psnr"]`: for comparison, and for the networks between the two
    (`tfgan_kit.models.interpolate`).
    """

    recipe: str  # Of the perceptual loss, see `tfgan_kit.perceptual.loss.RECIPES`.

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`."""
        steps = config.reconstruction_steps
        if not config.adversarial_weight or not steps:
            return (Stage(),)
        return (Stage(steps), Stage(new_optimizers=True))

    def build(self):
        """See `Trainer.build`."""
        config, field = self.config, self.spec["image"]
        self.notes = ()
        if field.size not in config.sizes:
            raise UserError(
                f"--image-size {config.image_size}: {config.scale}x super-resolution needs "
                f"{config.sizes}"
            )
        if config.crop > min(field.size):
            raise UserError(f"--crop {config.crop} is more than --image-size {config.image_size}")
        if config.turns and not config.crop and len(set(field.size)) > 1:
            raise UserError(f"--turns needs squares, not {config.image_size}; give --crop, too")
        self.scale = config.scale
        self._stored = self._find_stored()
        kept = field if self._stored is None else self.spec[self._stored]
        small = kept.resized(tuple(side // self.scale for side in field.size))
        self.small = dataclasses.replace(small, repeats=1)
        super().build()
        self._load_content()
        if self.plays and len(self.stages(config)) > 1:
            self.networks[FIRST] = self.build_generator()
            self.begins_as = {FIRST: "generator"}

    def _find_stored(self):
        """The name of the field with small images from files, None if they are to be made."""
        config = self.config
        scales = {f.repeats: name for name, f in self.spec.items() if f.repeats > 1}
        if not scales:
            return None
        if config.scale not in scales:
            raise UserError(
                f"--scale {config.scale}: {config.dataset} has {' and '.join(scales.values())}; "
                f"give --scale {' or '.join(map(str, scales))}, or name its folder HR alone"
            )
        wrong = [kind for kind in config.augment if kind.partition("=")[0] not in _SAFE]
        if wrong:
            raise UserError(
                f"--augment {','.join(wrong)} would scale or shift small images from files; use "
                f"{' or '.join(_SAFE)}, --crop and --turns"
            )
        return scales[config.scale]

    def _load_content(self):
        """Loads the perceptual loss, in the first stage, too: a bad file is known at once."""
        config = self.config
        self.content = None
        if not config.adversarial_weight:
            return
        loss, note = load_perceptual_loss(
            self.recipe, config.perceptual_network, config.perceptual_weights
        )
        if loss is None:
            self.notes += (f"{note}; the content is {self.pixels}, as in the first stage",)
        else:
            loss.features.check(self.judged_shape)
        self.content = loss

    @property
    @abc.abstractmethod
    def pixels(self) -> str:
        """Name of the distance of pixels: "l1", or "l2" for its mean square."""

    @property
    def plays(self):
        """See `PairedTrainer.plays`: in the last stage, if there is a GAN."""
        return super().plays and self.stage == len(self.stages(self.config)) - 1

    def ends(self):
        """See `PairedTrainer.ends`: the small image is made of the large one."""
        return "input", "image"

    @property
    def judged_shape(self):
        """Shape of the images in front of the discriminator."""
        height, width, channels = self.image_shape
        return (self.config.crop or height, self.config.crop or width, channels)

    def schedule(self, name, learning_rate, updates, **keywords):
        """See `AdversarialTrainer.schedule`; each stage has rates and drops of its own."""
        config = self.config
        drops, begin = config.lr_drops, 0
        if not self.plays:
            learning_rate, drops = config.pretrain_lr, config.pretrain_lr_drops
        elif self.stage:
            begin = config.reconstruction_steps
        drops = {"drops": drops, "drop_factor": config.lr_drop_factor, "first_step": begin}
        return super().schedule(name, learning_rate, updates, **drops, **keywords)

    def example(self, batch, purpose):
        """See `PairedTrainer.example`: the large image, or a crop of it, and the small one."""
        config, step = self.config, 1
        image = to_network(self.spec["image"], batch["image"])
        if self._stored is not None:
            # Cut and turned together: the two have one size.
            image = tf.concat([image, to_network(self.small, batch[self._stored])], -1)
            step = self.scale
        if config.crop:
            seed = self.random.seed(f"{purpose}/crop")
            image = random_crops(image, config.crop, seed, step=step)
        if config.turns:
            image = random_turns(image, self.random.seed(f"{purpose}/turn"))
        if self._stored is None:
            return {"input": self.reduced(image), "image": image}
        image, small = tf.split(image, [self.image_shape[-1], -1], -1)
        return {"input": self._single(small), "image": image}

    def reduced(self, image):
        """The small images for large ones, (batch, height, width, channels) in [-1, 1]."""
        return as_in_files(self.small, downscale(image, self.scale))

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`; without a game, the distance of pixels."""
        truth = example["image"]
        if not self.plays:
            return [Term(self.pixels, self.distance(truth, image))]
        loss = self.content or self.distance
        return [Term("content", loss(image, truth), self.config.content_weight)]

    def distance(self, first, second):
        """The distance of pixels, a mean."""
        difference = first - second
        return tf.reduce_mean(tf.abs(difference) if self.pixels == "l1" else difference**2)

    def uses(self):
        """See `Trainer.uses`; `reconstruct` is the network of the first stage."""
        ends = {"input": self.small.of_any_size(1)}, self.spec["image"].of_any_size(1)
        made = translate(*ends)
        if FIRST not in self.networks:
            return (made,)
        return (made, translate(*ends, network=FIRST, name="reconstruct"))

    def given(self, examples, start):
        """See `PairedTrainer.given`."""
        return {"input": from_network(self.small, self._small(examples))}

    def shown(self, examples):
        """See `PairedTrainer.shown`: enlarged by bicubic interpolation, and by the first stage."""
        small = self._small(examples)
        rows = [resize_bicubic(small, self.spec["image"].size)]
        if FIRST in self.networks:
            rows.append(self.bound("reconstruct")({"input": small})["image"])
        return [as_seen(self.spec["image"], from_network(self.spec["image"], row)) for row in rows]

    def measured(self, examples, made):
        """See `PairedTrainer.measured`."""
        target = to_network(self.spec["image"], examples["image"]).numpy()
        return {"output": made["image"], "target": target, "input": self._small(examples).numpy()}

    def evaluate(self, feed, count):
        """See `PairedTrainer.evaluate`; the network of the first stage is a reference."""
        found = super().evaluate(feed, count)
        if found and FIRST in self.networks:
            before = self.measures_of(feed, count, "reconstruct")
            own = {n: before[n] for n in found if n in before and n != "samples"}
            found["reference"] = found.get("reference", {}) | {"first stage": own}
        return found

    def warnings(self):
        """See `Trainer.warnings`."""
        config, texts = self.config, super().warnings()
        if config.adversarial_weight and config.reconstruction_steps >= config.steps:
            texts.append(
                f"the GAN never begins: --pretrain-steps {config.reconstruction_steps:,} of "
                f"{config.steps:,}; lower it, or give --adversarial-weight 0"
            )
        return texts

    def _small(self, examples):
        if self._stored is not None:
            return self._single(to_network(self.small, examples[self._stored]))
        return self.reduced(to_network(self.spec["image"], examples["image"]))

    def _single(self, repeated):
        """Small images of which each pixel was repeated."""
        return repeated[:, :: self.scale, :: self.scale]
