"""The base of the methods that translate images and learn it from pairs.

An example has the field "target" and what it is to be made from, which is "input" unless a method
says otherwise. The discriminator sees real targets and translations, each with its own input unless
it is unconditional.
"""

import abc
from collections.abc import Iterator

import tensorflow as tf

from tfgan_kit.fields.network import to_network
from tfgan_kit.models.ema import EMA
from tfgan_kit.pictures.examples import DRAWN
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.pictures.images import paired_grid, write_image
from tfgan_kit.uses.apply import call_network
from tfgan_kit.uses.draw import draw_inputs
from trainers.core.adversarial import AdversarialTrainer, scaled
from trainers.core.pair_measures import (
    beside_baselines,
    comparable,
    goals_of_pairs,
    load_lpips,
    mean_image,
    measure_pairs,
)


class PairedTrainer(AdversarialTrainer):
    """Trains `networks["generator"]`, against `networks["discriminator"]` if there is a game.

    With one critic step, the discriminator's update and the generator's share one pass through the
    generator, and the generator's loss is that of the discriminator just updated.

    Attributes:
      source, target: the names of the fields to translate from and to, see `ends`.
      judges: the players that are updated by `critic_terms`.
      scale: by how much outputs are larger than inputs in super-resolution, or None.
    """

    judges = ("discriminator",)
    reads_held_out = True
    translators = ("generator",)  # The players that minimise the loss of translations.
    scale: int | None = None
    _lpips = None  # Read at the first evaluation.

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        self.source, self.target = self.ends()
        self._training_mean = None  # Read at the first evaluation, in the size of the stage.
        self.generator = self.build_generator()
        self.networks = {"generator": self.generator}
        if self.plays:
            self.networks["discriminator"] = self.discriminator = self.build_discriminator()
        if config.ema_decay:
            self.averages = {"generator": EMA(self.generator, config.ema_decay)}
        self.set_up_game()

    def ends(self) -> tuple[str, str]:
        """The names of the fields to translate from and to, as `--direction` says."""
        swapped = self.config.direction == "b2a"
        return ("target", "input") if swapped else ("input", "target")

    @property
    def plays(self) -> bool:
        """Whether there is a discriminator in this stage."""
        return self.stage_config.adversarial_weight > 0

    @abc.abstractmethod
    def build_generator(self):
        """Returns the generator, a model from `inputs` to "image"."""

    @abc.abstractmethod
    def build_discriminator(self):
        """Returns the discriminator, a model from `judged` to logits."""

    @abc.abstractmethod
    def reconstruction_terms(self, example: dict, image) -> list:
        """The terms of the generator's loss that compare a translation with its target.

        Args:
          example: name of each field -> network inputs, for one batch.
          image: the translation, (batch, height, width, channels) in [-1, 1].
        """

    @abc.abstractmethod
    def uses(self):
        """See `Trainer.uses`; the use that translates comes first."""

    @property
    def image_shape(self):
        """Shape of the translations."""
        return self.spec[self.target].shape

    def example(self, batch, purpose: str) -> dict:
        """A batch as network inputs, by the name of the field.

        Args:
          batch: see `Trainer.train_step`.
          purpose: of random draws, for methods that make the input themselves.
        """
        return {name: to_network(self.spec[name], values) for name, values in batch.items()}

    def inputs(self, example: dict, purpose: str) -> dict:
        """What the generator is given of an example, by the names of its inputs."""
        return {"input": example[self.source]}

    def judged(self, example: dict, image) -> dict:
        """What the discriminator is given: an image, and its input if it is conditional."""
        found = {"image": image}
        if "input" in self.discriminator.input:
            found["input"] = example[self.source]
        return found

    def critic_step(self, batch):
        """See `Trainer.critic_step`; a single update comes in `train_step`."""
        if self.config.critic_steps == 1 or "discriminator" not in self.networks:
            return {}
        purpose = "critic{turn}"
        example = self.example(batch, purpose)
        return self.update(
            self.judges,
            lambda: self.critic_terms(example, self.translated(example, purpose), purpose),
        )

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        example, found = self.example(batch, "generator"), {}

        def terms():
            image = self.translated(example, "generator")
            if "discriminator" in self.networks and self.config.critic_steps == 1:
                found.update(
                    self.update(self.judges, lambda: self.critic_terms(example, image, "critic"))
                )
            return self.translator_terms(example, image)

        found |= self.update(self.translators, terms)
        return found

    def translated(self, example, purpose):
        """The generator's image for an example, in training mode."""
        inputs = self.inputs(example, f"{purpose}/inputs")
        return call_network(self.generator, inputs, training=True)["image"]

    def critic_terms(self, example, image, purpose) -> list:
        """The discriminator's loss for a batch and its translations."""
        reals = (self.judged(example, example[self.target]),)
        return self.discriminator_terms(reals, (self.judged(example, image),), purpose)

    def translator_terms(self, example, image) -> list:
        """The generator's loss for a batch and its translations."""
        terms = []
        if "discriminator" in self.networks:
            reals = (self.judged(example, example[self.target]),)
            fakes = (self.judged(example, image),)
            weight = self.stage_config.adversarial_weight
            terms = scaled(self.generator_terms(fakes, reals, "generator"), weight)
        return terms + self.reconstruction_terms(example, image)

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        return (call_network(self.discriminator, examples[0], training=True),)

    def seen_by_one(self, example, purpose):
        """See `AdversarialTrainer.seen_by_one`: an image and its input are augmented alike."""
        if not (self.config.diffaugment and "input" in example):
            return super().seen_by_one(example, purpose)
        image, given = example["image"], example["input"]
        seen = super().seen_by_one({"image": tf.concat([image, given], -1)}, purpose)["image"]
        parts = tf.split(seen, [image.shape[-1], given.shape[-1]], -1)
        return example | dict(zip(("image", "input"), parts, strict=True))

    def translated_examples(
        self, feed, count: int, use: str | None = None
    ) -> Iterator[tuple[dict, dict]]:
        """Held-out examples with the averaged generator's translations, some at a time.

        Args:
          feed: the run's data, see `Session`.
          count: number of examples.
          use: the use that translates; by default the first.

        Yields:
          Name of each field -> values as the data has them, and what is drawn for them; name of
          each output of the use -> float32 (n, ...), images in [-1, 1].
        """
        bound, done = self.bound(use or self.uses()[0].name), 0
        for examples in feed.examples(count):
            examples |= self.drawn(examples, done)
            given, rows = self.given(examples, done), len(examples[self.target])
            inputs = draw_inputs(bound.use, self.config.seed, rows, given)
            yield examples, bound.render(inputs)
            done += rows

    def drawn(self, examples: dict, start: int) -> dict:
        """What is drawn for examples to measure on, such as holes; nothing by default.

        Args:
          examples: name of each field -> values as the data has them.
          start: number of the first of them, of which the draws are a function.

        Returns:
          Name -> array (n, ...), which are added to the examples.
        """
        return {}

    def given(self, examples: dict, start: int) -> dict:
        """The values of the use's inputs that come from examples, by name.

        Args:
          examples: name of each field -> values as the data has them.
          start: number of the first of them.
        """
        return {"input": examples[self.source]}

    def draw(self, step, feed, path):
        """See `Trainer.draw`: inputs, translations and targets, from top to bottom."""
        examples, made = next(self.translated_examples(feed, DRAWN))
        rows = [*self.shown(examples), made["image"], examples[self.target]]
        write_image(paired_grid(rows), path)
        return {}

    def examples(self, feed, count):
        """See `Trainer.examples`: the first of the picture of samples."""
        found, made = next(self.translated_examples(feed, DRAWN))
        truth = as_seen(self.spec[self.target], found[self.target])
        return tuple(each[:count] for each in (self.shown(found)[0], made["image"], truth))

    def shown(self, examples: dict) -> list:
        """What the generator is given of examples, as pictures of the target's size."""
        return [as_seen(self.spec[self.source], examples[self.source])]

    def evaluate(self, feed, count):
        """Compares translations of held-out inputs with their targets; see `measure_pairs`."""
        if not comparable(self.spec[self.target]):
            return {}
        if self._training_mean is None:
            targets = (
                self.images_of(part, self.target) for part in feed.examples(count, held_out=False)
            )
            self._training_mean = mean_image(targets)
            self._lpips, note = load_lpips()
            self.left_out = (note,) if note else ()
        return beside_baselines(self.measures_of(feed, count))

    def measures_of(self, feed, count: int, use: str | None = None) -> dict[str, float]:
        """The number of "samples", and what `measure_pairs` finds of the translations of a use.

        Args:
          feed, count, use: see `translated_examples`.
        """
        counted = []

        def batches():
            for examples, made in self.translated_examples(feed, count, use):
                counted.append(len(examples[self.target]))
                yield self.measured(examples, made)

        found = measure_pairs(
            batches(),
            training_mean=self._training_mean,
            lpips=self._lpips,
            scale=self.scale,
        )
        return {"samples": sum(counted), **found}

    def measured(self, examples: dict, made: dict) -> dict:
        """A batch of `measure_pairs`: the translations and what they are compared with."""
        batch = {"output": made["image"], "target": self.images_of(examples, self.target)}
        if self.spec[self.source].kind == "image":
            batch["input"] = self.images_of(examples, self.source)
        return batch

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of_pairs() if comparable(self.spec[self.target]) else {}

    def images_of(self, examples: dict, name: str):
        """A field of examples as images, float32 (n, height, width, channels) in [-1, 1]."""
        return to_network(self.spec[name], examples[name]).numpy()
