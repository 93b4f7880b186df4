"""The base of the methods in which one generator translates between many domains.

The domains are the labels of a data set: classes, or attributes of which any number may apply. The
generator is given an image and the label that it should have; the discriminator tells real images
from translations, and the labels of both.
"""

import abc
import dataclasses
from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network, unrounded
from tfgan_kit.models.ema import EMA
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import alike, grid, write_image
from tfgan_kit.terms.labels import attributes_loss, label_loss
from tfgan_kit.uses import translate
from tfgan_kit.uses.apply import call_network
from tfgan_kit.uses.draw import draw_inputs
from trainers.core import label_draws
from trainers.core.adversarial import AdversarialTrainer, scaled
from trainers.unpaired.many_domains.config import GENERATOR_MULTIPLE
from trainers.unpaired.many_domains.measures import DomainMeasures, goals_of_domains
from trainers.unpaired.many_domains.targets import grouped, toward

DRAWN = 8  # Images in a picture of samples, each with a row.
LOOKED_AT = 64  # Images among which examples of each direction are sought.


class ManyDomainsTrainer(AdversarialTrainer):
    """Trains `networks["generator"]` (image, label) against `networks["discriminator"]`.

    Attributes:
      label: the `Field` of the label as the generator takes it.
    """

    reads_held_out = True
    target = "image"

    def build(self):
        """See `Trainer.build`."""
        config, given = self.config, self.spec["label"]
        if given.kind == "vector":
            raise UserError(
                f"--dataset {config.dataset}: its labels are numbers; this method needs domains or "
                "attributes"
            )
        if config.image_size not in config.sizes:
            raise UserError(f"--image-size {config.image_size}: this method needs {config.sizes}")
        given = grouped(given, config.groups, config.dataset)
        self.label = dataclasses.replace(given, unknown=given.unknown_rate > 0)
        self.generator = self.build_generator()
        self.discriminator = self.build_discriminator()
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        if config.ema_decay:
            self.averages = {"generator": EMA(self.generator, config.ema_decay)}
        self._measures = None
        self.set_up_game()

    @abc.abstractmethod
    def build_generator(self) -> keras.Model:
        """Returns the generator, from "input", "label" and whatever else it needs to "image"."""

    @abc.abstractmethod
    def build_discriminator(self) -> keras.Model:
        """Returns the discriminator, from "image" to "logits" and "class_logits"."""

    @abc.abstractmethod
    def translator_terms(self, real: dict, fake: dict) -> list[Term]:
        """The terms of the generator's loss beside the adversarial one and that of the labels.

        Args:
          real: "image" and "label" of a batch, and its `noise`.
          fake: the same of its translations, which are made with this noise.
        """

    def noise(self, count, purpose: str) -> dict:
        """What is drawn for each image besides its target, by the names of the generator's inputs.

        Args:
          count: number of images.
          purpose: of random draws.
        """
        return {}

    def critic_step(self, batch):
        """See `Trainer.critic_step`."""
        return self.update("discriminator", lambda: self._critic_terms(batch, "critic{turn}"))

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        return self.update("generator", lambda: self._generator_terms(batch, "generator"))

    def translated(self, image, label, noise: dict):
        """Translates images in training mode.

        Args:
          image: (batch, height, width, channels) in [-1, 1].
          label: the labels to translate to, as the data has them.
          noise: see `noise`.
        """
        inputs = {"input": image, "label": to_network(self.label, label), **noise}
        return call_network(self.generator, inputs, training=True)["image"]

    def _critic_terms(self, batch, purpose):
        real, fake = self.pair(batch, purpose)
        return self.discriminator_terms((real,), (fake,), purpose)

    def _generator_terms(self, batch, purpose):
        real, fake = self.pair(batch, purpose)
        adversarial, *others = self.generator_terms((fake,), (real,), purpose)
        weighted = scaled([adversarial], self.config.adversarial_weight)
        return [*weighted, *others, *self.translator_terms(real, fake)]

    def pair(self, batch, purpose: str) -> tuple[dict, dict]:
        """A batch, and its translations to labels of other images of the batch.

        Args:
          batch: see `Trainer.train_step`.
          purpose: of random draws.

        Returns:
          "image" and "label" of both, and their common `noise`.
        """
        image, label = to_network(self.spec["image"], batch["image"]), batch["label"]
        target = label_draws.permuted(self.random, f"{purpose}/target", label)
        noise = self.noise(tf.shape(image)[0], f"{purpose}/noise of G")
        made = self.translated(image, target, noise)
        return {"image": image, "label": label, **noise}, {
            "image": made,
            "label": target,
            **noise,
        }

    def auxiliary_terms(self, player, examples, outputs, *, real):
        """See `AdversarialTrainer.auxiliary_terms`: D learns labels from real images only."""
        if player == "discriminator" and not real:
            return []
        (example,), (said,) = examples, outputs
        if self.label.kind == "class":
            value = label_loss(self.label, example["label"], said["class_logits"])
        else:
            value = attributes_loss(example["label"], said["class_logits"])
        config = self.config
        weight = config.generator_class_weight if player == "generator" else config.class_weight
        return [Term("class", value, weight)]

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        return (call_network(self.discriminator, {"image": examples[0]["image"]}, training=True),)

    def penalised(self, outputs):
        """See `AdversarialTrainer.penalised`: the gradient is that of the sum over the map."""
        return tf.reduce_sum(super().penalised(outputs), axis=[1, 2])

    def uses(self):
        """See `Trainer.uses`."""
        image = self.spec["image"].of_any_size(GENERATOR_MULTIPLE)
        return (translate({"input": image, "label": self.label, **self.drawn_fields()}, image),)

    def drawn_fields(self) -> dict:
        """The fields of what `noise` draws, by the names of the generator's inputs."""
        return {}

    def translated_examples(
        self, feed, count: int, use: str = "translate"
    ) -> Iterator[tuple[dict, dict]]:
        """Held-out examples and their translations to the label of another, some at a time.

        Args:
          feed: the run's data, see `Session`.
          count: number of examples.
          use: the use that translates.

        Yields:
          Name of each field -> values as the data has them; "image" -> the averaged generator's
          translations, float32 (n, height, width, channels) in [-1, 1].
        """
        bound = self.bound(use)
        for examples in feed.examples(count):
            yield (
                examples,
                self.rendered(bound, examples["image"], np.roll(examples["label"], 1, 0)),
            )

    def rendered(self, bound, images, labels) -> dict[str, np.ndarray]:
        """What the use makes of images and labels as the data has them."""
        given = {"input": images}
        inputs = draw_inputs(bound.use, self.config.seed, len(images), given)
        return bound.render(inputs | {bound.use.label: labels})

    def draw(self, step, feed, path):
        """See `Trainer.draw`: a row per image, first itself and then toward each label."""
        examples = next(feed.examples(DRAWN))
        columns = [as_seen(self.spec["image"], examples["image"])]
        for number in range(len(self.label.names)):
            labels = toward(self.label, examples["label"], number)
            columns += self.versions(examples["image"], labels)
        cells = np.stack(alike(columns), axis=1)
        write_image(grid(cells.reshape(-1, *cells.shape[2:]), columns=len(columns)), path)
        return {}

    def versions(self, images, labels) -> list[np.ndarray]:
        """The translations of images to labels that a picture of samples shows.

        Args:
          images, labels: both as the data has them.

        Returns:
          float32 (n, height, width, channels) in [-1, 1] each.
        """
        return [self.rendered(self.bound("translate"), images, labels)["image"]]

    def examples(self, feed, count):
        """See `Trainer.examples`: some toward each label, and back to the image's own."""
        found, names = next(feed.examples(LOOKED_AT, size=LOOKED_AT)), self.label.names
        images, labels, rows, wanted = found["image"], found["label"], [], []
        for number in range(min(len(names), count)):
            targets = toward(self.label, labels, number)
            changed = (targets != labels).reshape(len(labels), -1).any(1)
            some = np.flatnonzero(changed)[: max(1, count // len(names))]
            rows += some.tolist()
            wanted += list(targets[some])
        if not rows:
            return ()
        bound, field = self.bound("translate"), self.spec["image"]
        there = self.rendered(bound, images[rows], np.stack(wanted))["image"]
        back = self.rendered(bound, unrounded(field, there), labels[rows])["image"]
        return as_seen(field, images[rows]), there, back

    def evaluate(self, feed, count):
        """Measures translations of held-out images; see `DomainMeasures`."""
        if self._measures is None:
            self._measures = DomainMeasures(self.config, self.label, feed)
            self.left_out = self._measures.left_out
        bound = self.bound("translate")
        return self._measures(
            lambda images, labels: self.rendered(bound, images, labels)["image"], count
        )

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of_domains(self.config, feed)
