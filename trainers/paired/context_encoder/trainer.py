"""Context encoder: a network learns to fill the hole of an image from what surrounds it.

Pathak, Krahenbuhl, Donahue, Darrell & Efros, Context Encoders: Feature Learning by Inpainting,
2016, equations 1 to 3: the masked mean squared error plus an adversarial loss whose discriminator
sees no condition. It sees the centre alone where that is the hole, as in the authors' code, and
completed images where holes are anywhere.
"""

import functools

import numpy as np
import tensorflow as tf

from nets.translation import completion, context_encoder, context_features
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.goal import goals
from tfgan_kit.fields import mask_field
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.randomness import integers, seed_of
from tfgan_kit.terms import masks
from tfgan_kit.terms.images import masked_reconstruction
from tfgan_kit.uses import translate
from tfgan_kit.uses.apply import call_network
from trainers.paired.trainer import PairedTrainer

_SEEDS = 2**31 - 1
_BORDERS = 32  # How often the border of the centre that is known, too, fits into a side.
_ALEXNET = 0.75  # AlexNet's first map has 2 * 48 channels where that of the others has 64.


class ContextEncoder(PairedTrainer):
    """Trains an encoder and decoder on holes.

    Attributes:
      kind: one of `masks.KINDS`, or None for the masks of the data.
      centre: whether only the centre is painted.
      overlap: pixels at each edge of the centre that are known and painted as well, or None.
    """

    def build(self):
        """See `Trainer.build`."""
        config, size = self.config, self.spec["image"].size
        self.kind = config.masks or (None if "mask" in self.spec else "centre")
        self.centre = self.kind == "centre" and not config.features
        self.overlap = None
        if size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: these networks need {config.sizes}")
        if self.centre:
            self.overlap = size[0] // _BORDERS if config.overlap is None else config.overlap
            if self.overlap >= size[0] // 4:
                raise UserError(
                    f"--overlap {self.overlap} leaves no hole in images of {config.image_size}; "
                    f"give at most {size[0] // 4 - 1}"
                )
        super().build()

    def ends(self):
        """See `PairedTrainer.ends`: an image is its own target."""
        return "image", "image"

    def build_generator(self):
        """See `PairedTrainer.build_generator`."""
        config, (side, _, channels) = self.config, self.image_shape
        if config.features:
            paint = functools.partial(
                context_features.painted,
                filters=2 * round(_ALEXNET * config.filters),  # In two groups.
                norm=config.norm,
            )
        else:
            paint = functools.partial(
                context_encoder.painted,
                size=side,
                centre=self.centre,
                filters=config.filters,
                bottleneck=config.bottleneck,
                norm=config.norm,
            )
        return completion.completing(paint, channels, size=side, overlap=self.overlap)

    def build_discriminator(self):
        """See `PairedTrainer.build_discriminator`."""
        side, _, channels = self.image_shape
        side = side // 2 if self.centre else side
        return context_encoder.discriminator(
            (side, side, channels), filters=self.config.filters, norm=self.config.norm
        )

    def example(self, batch, purpose):
        """See `PairedTrainer.example`: with a hole in each image."""
        found = super().example(batch, purpose)
        if self.kind is None:
            return found
        count = tf.shape(found["image"])[0]
        return found | {
            "mask": self._holes(integers(self.random.seed(f"{purpose}/hole"), [count], 0, _SEEDS))
        }

    def drawn(self, examples, start):
        """See `PairedTrainer.drawn`: the hole of an image is the same at each evaluation."""
        if self.kind is None:
            return {}
        rows = range(start, start + len(examples["image"]))
        seeds = [seed_of(self.config.seed, f"hole {row}") for row in rows]
        return {"mask": self._holes(tf.constant(seeds, tf.int64)).numpy()}

    def _holes(self, seeds):
        """(b, height, width, 1), 1 in the hole: for each image of its own seed."""
        margin = {"overlap": self.overlap} if self.centre else {}
        return masks.KINDS[self.kind](seeds, self.spec["image"].size, **margin)

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`."""
        return {"input": example["image"]} | ({} if self.centre else {"mask": example["mask"]})

    def translated(self, example, purpose):
        """See `PairedTrainer.translated`; where the centre is painted, with all of the paint."""
        made = call_network(self.generator, self.inputs(example, purpose), training=True)
        return made["prediction" if self.centre else "image"]

    def judged(self, example, image):
        """See `PairedTrainer.judged`: the centre, or the whole image."""
        if self.centre:
            quarter = image.shape[1] // 4
            image = image[:, quarter:-quarter, quarter:-quarter]
        return {"image": image}

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`: equation 1."""
        if not self.config.reconstruction_weight:
            return []
        hole = painted = example["mask"]
        if self.centre:
            painted = masks.centre(hole[:, 0, 0, 0], self.spec["image"].size)
        error = masked_reconstruction(
            image, example["image"], painted, hole, self.config.overlap_weight
        )
        return [Term("reconstruction", error, self.config.reconstruction_weight)]

    def uses(self):
        """See `Trainer.uses`: a known pixel is never changed, whatever the size of the image."""
        image = self.spec["image"].of_any_size(1)
        inputs = {"input": image}
        if not self.centre:
            inputs["mask"] = mask_field((*image.size, 1)).of_any_size(1)
        return (translate(inputs, image),)

    def given(self, examples, start):
        """See `PairedTrainer.given`."""
        return {"input": examples["image"], "mask": examples["mask"]}

    def shown(self, examples):
        """See `PairedTrainer.shown`: images with their holes."""
        seen = as_seen(self.spec["image"], examples["image"])
        colour = to_uint8(np.array(completion.mean_colour(seen.shape[-1])))
        return [np.where(examples["mask"] > 0, colour, seen)]

    def measured(self, examples, made):
        """See `PairedTrainer.measured`: images that have a hole."""
        some = np.asarray(examples["mask"]).any((1, 2, 3))
        batch = {"output": made["image"], "target": self.images_of(examples, "image")}
        return {name: each[some] for name, each in (batch | {"mask": examples["mask"]}).items()}

    def goals(self, feed):
        """See `Trainer.goals`."""
        found = super().goals(feed)
        return found and found | goals(higher=["psnr_hole"], lower=["l1_hole", "l2_hole"])
