"""The base of pix2pixHD and SPADE, which draw images from label maps.

Wang et al., High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs, 2018,
section 3: discriminators at several scales, matched in their features, and the boundaries between
instances as an input. Park et al., Semantic Image Synthesis with Spatially-Adaptive Normalization,
2019, keep these.
"""

import abc

import tensorflow as tf

from nets.translation.labels.condition import condition
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.goal import goals
from tfgan_kit.fields import Field
from tfgan_kit.perceptual.loss import load_perceptual_loss
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.terms.feature_matching import multi_scale_feature_matching
from tfgan_kit.uses import Call, Use
from trainers.core.adversarial import logits_of
from trainers.paired.label_maps.judge import load_judge, may_be_judged
from trainers.paired.label_maps.segmenter.trainer import Counts
from trainers.paired.trainer import PairedTrainer


class LabelMapTrainer(PairedTrainer):
    """Trains a generator of images from label maps against discriminators at several scales.

    Examples have the fields "ids", or "input" where images take the place of label maps, "target",
    and perhaps "instances".

    Attributes:
      condition: the network that joins the boundaries of instances to the input, or None.
      condition_channels: channels of what both networks are given.
      scale_share: the weight of each scale's adversarial loss.
    """

    def build(self):
        """See `Trainer.build`."""
        config, self.notes = self.config, ()
        given = self.spec[self.ends()[0]].network_shape[-1]
        self.condition = condition(given) if self._has_instances() else None
        self.condition_channels = given + (self.condition is not None)
        super().build()
        if self.condition is not None:
            self.networks["condition"] = self.condition
        self._perceptual = None
        if config.perceptual_weight:
            network, weights = config.perceptual_network, config.perceptual_weights
            self._perceptual, note = load_perceptual_loss("pix2pixhd", network, weights)
            self.notes += () if note is None else (note,)

    def ends(self):
        """See `PairedTrainer.ends`."""
        if "ids" not in self.spec:
            return super().ends()
        if self.config.direction != "a2b":
            raise UserError(
                f"--direction {self.config.direction}: {self.config.dataset} has label maps, which "
                "are what images are made from; leave the option out"
            )
        return "ids", "target"

    def _has_instances(self):
        wanted = self.config.instances
        if wanted and "instances" not in self.spec:
            raise UserError(
                f"--instances: {self.config.dataset} has no maps of instances; add a folder "
                "instances with a map of the same name for each image, or leave the option out"
            )
        return "instances" in self.spec and wanted is not False

    @property
    @abc.abstractmethod
    def scale_share(self) -> float:
        """The weight of the adversarial loss of each scale: 1 for their sum."""

    def example(self, batch, purpose):
        """See `PairedTrainer.example`; "condition" is what both networks are given."""
        found = super().example(batch, purpose)
        joined = found[self.source]
        if self.condition is not None:
            inputs = {"input": joined, "instances": found["instances"]}
            joined = self.condition(inputs)["condition"]
        return found | {"condition": joined}

    def inputs(self, example, purpose):
        """See `PairedTrainer.inputs`."""
        return {"input": example["condition"]}

    def judged(self, example, image):
        """See `PairedTrainer.judged`."""
        return {"image": image, "input": example["condition"]}

    def critic_terms(self, example, image, purpose):
        """See `PairedTrainer.critic_terms`."""
        terms = super().critic_terms(example, image, purpose)
        return [
            Term(term.name, term.value, term.weight * self.scale_share)
            if term.name == "adversarial"
            else term
            for term in terms
        ]

    def translator_terms(self, example, image):
        """See `PairedTrainer.translator_terms`; both terms of D come from one pass of each side."""
        config, terms = self.config, []
        if "discriminator" in self.networks:
            on_fake, on_real = (self.discriminate((x,))[0] for x in self._both(example, image))
            pairs = zip(logits_of(on_fake), logits_of(on_real), strict=True)
            adversarial = sum(self.loss.generator(*pair) for pair in pairs)
            weight = config.adversarial_weight * self.scale_share
            terms.append(Term("adversarial", adversarial, weight))
            if config.feature_matching_weight:
                distance = multi_scale_feature_matching(on_real, on_fake)
                terms.append(Term("feature_matching", distance, config.feature_matching_weight))
        return terms + self.reconstruction_terms(example, image)

    def _both(self, example, image):
        """What D is shown of a translation and of its target, augmented alike."""
        pair = tf.concat([image, example[self.target]], -1)
        seen = self.seen_by_one(self.judged(example, pair), "generator/seen")
        return [seen | {"image": each} for each in tf.split(seen["image"], 2, -1)]

    def reconstruction_terms(self, example, image):
        """See `PairedTrainer.reconstruction_terms`."""
        if self._perceptual is None:
            return []
        distance = self._perceptual(image, example[self.target])
        return [Term("vgg", distance, self.config.perceptual_weight)]

    def scene(self, multiple: int) -> dict[str, Field]:
        """The fields that a use takes of a scene.

        Args:
          multiple: see `Field`.
        """
        names = [self.source, *(["instances"] if self.condition is not None else [])]
        return {name: self.spec[name].of_any_size(multiple) for name in names}

    def translating(self, name: str, inputs: dict, before: tuple = (), **given: str) -> Use:
        """A use of the generator.

        Args:
          name: of the use.
          inputs: name of each of its inputs -> field; see `scene`.
          before: calls that make what the generator is given.
          given: name of each further input of the generator -> name of what to feed it.
        """
        calls, tensor = list(before), self.source
        if self.condition is not None:
            joined = {"input": self.source, "instances": "instances"}
            calls.append(Call("condition", joined, {"condition": "condition"}))
            tensor = "condition"
        calls.append(Call("generator", {"input": tensor, **given}, {"image": "image"}))
        image = self.spec[self.target].of_any_size(inputs[self.source].multiple)
        return Use(name, tuple(calls), inputs, {"image": image})

    def evaluate(self, feed, count):
        """See `PairedTrainer.evaluate`; a segmenter is asked what the translations show.

        Its scores on the targets are there to compare with: no translation can be expected to do
        better. In stages of another size than the segmenter's there are none.
        """
        judge = None
        if self.config.image_size == self.image_shape[:2]:
            judge = load_judge(self.config, feed)
        self._counts = {}
        if judge is not None:
            self._counts = {end: Counts(judge, self.spec["ids"]) for end in ("", "_real")}
        found = super().evaluate(feed, count)
        for end, counts in self._counts.items():
            found |= {f"{name}{end}": value for name, value in counts.scores().items()}
        return found

    def measured(self, examples, made):
        """See `PairedTrainer.measured`; the segmenter sees each batch here."""
        batch = super().measured(examples, made)
        for end, counts in self._counts.items():
            counts.add(examples["ids"], batch["target" if end else "output"])
        return batch

    def goals(self, feed):
        """See `Trainer.goals`."""
        judged = may_be_judged(self.config, feed)
        return super().goals(feed) | (
            goals(higher=["mean_iou", "pixel_accuracy"]) if judged else {}
        )

    def given(self, examples, start):
        """See `PairedTrainer.given`."""
        return examples

    def shown(self, examples):
        """See `PairedTrainer.shown`."""
        return [as_seen(self.spec[name], examples[name]) for name in self.scene(0)]
