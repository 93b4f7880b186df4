"""The base of cGAN, AC-GAN and the projection discriminator: labels in both networks.

The discriminator gets real examples with their own labels, and generated ones with the labels that
the generator was given. How each network uses the label is a separate setting, see
`nets.conditioning`.
"""

import dataclasses

import tensorflow as tf

from nets.conditioning import DiscriminatorLabel, GeneratorLabel
from nets.registry import load
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.ema import EMA
from tfgan_kit.uses import Call, Use, generate, score
from tfgan_kit.uses.apply import call_network
from trainers.conditional.measures import LabelMeasures, goals_of_labels, load_judge
from trainers.conditional.noise import read_noise_matrix
from trainers.core import label_draws
from trainers.core.adversarial import AdversarialTrainer

# Ways in which the discriminator takes the label as an input with an entry for "unknown".
_AS_INPUT = ("concat", "branch", "map")
# Ways in which the discriminator predicts the label.
_AS_OUTPUT = ("auxiliary", "k_plus_1")


class ConditionalTrainer(AdversarialTrainer):
    """Trains `networks["generator"]` (latent, label) against `networks["discriminator"]`.

    Attributes:
      label: the `Field` of the label as the networks take it.
    """

    reads_held_out = True

    def build(self):
        """See `Trainer.build`."""
        config, given = self.config, self.spec["label"]
        if given.kind == "attributes" and min(map(min, given.examples)) < 0:
            raise UserError(
                f"{config.dataset}: this method needs images with all attributes known; add some"
            )
        self.shows_unknown = given.unknown_rate > 0 and config.discriminator_label not in _AS_OUTPUT
        unknown = self.shows_unknown and config.discriminator_label in _AS_INPUT
        self.label = dataclasses.replace(given, unknown=unknown)
        (size,), nets = self.label.network_shape, load(config.network)
        heads = given.shape[0] if given.shape else len(given.names)
        of_output = config.discriminator_label in _AS_OUTPUT
        if of_output and given.kind == "vector":
            raise UserError(
                f"--discriminator-label {config.discriminator_label} predicts classes or "
                f"attributes, not the vectors of {config.dataset}; train cgan or projection"
            )
        self.generator = nets.generator(
            self.image_shape,
            config.latent_size,
            width=config.width,
            label=GeneratorLabel(config.generator_label, size),
            **config.generator_options,
        )
        self.discriminator = nets.discriminator(
            self.image_shape,
            width=config.width,
            label=DiscriminatorLabel(config.discriminator_label, heads if of_output else size),
            **config.discriminator_options,
        )
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        if config.ema_decay:
            self.averages = {"generator": EMA(self.generator, config.ema_decay)}
        self._rates = label_draws.rates(self.label, config)
        self._noise_matrix = None
        if config.noise_matrix:
            self._noise_matrix = read_noise_matrix(config.noise_matrix, self.label.names)
        if config.label_noise and self.label.kind != "class":
            raise UserError("--label-noise needs exclusive classes, not attributes or vectors")
        self._measures = None
        self.set_up_game()

    def critic_step(self, batch):
        """See `Trainer.critic_step`."""
        return self.update("discriminator", lambda: self._critic_terms(batch, "critic{turn}"))

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        return self.update("generator", lambda: self._generator_terms(batch, "generator"))

    def _critic_terms(self, batch, purpose):
        real = self._real(batch, purpose)
        return self.discriminator_terms((real,), (self._fake(real, purpose),), purpose)

    def _generator_terms(self, batch, purpose):
        real = self._real(batch, purpose)
        return self.generator_terms((self._fake(real, purpose),), (real,), purpose)

    def _real(self, batch, purpose):
        label = batch["label"]
        if self.config.label_noise:
            label = label_draws.flipped(
                self.random, f"{purpose}/label noise", label, self.config.label_noise, self.classes
            )
        return {"image": to_network(self.spec["image"], batch["image"]), "label": label}

    def _fake(self, real, purpose):
        """Generated examples and their labels, which are drawn once for both networks."""
        label = self._labels(real["label"], purpose)
        latent = self.latents(tf.shape(label)[0], purpose)
        inputs = {"latent": latent, "label": to_network(self.label, label)}
        image = self.generator(inputs, training=True)["image"]
        if self._noise_matrix is not None:
            label = label_draws.relabelled(
                self.random, f"{purpose}/relabelled", label, self._noise_matrix
            )
        return {"image": image, "label": label}

    def _labels(self, real, purpose):
        if self.config.label_sampling == "batch":
            return label_draws.permuted(self.random, f"{purpose}/label", real)
        label = label_draws.drawn(self.random, f"{purpose}/label", self.label, self._rates, real)
        if self.shows_unknown:
            rate = self.label.unknown_rate
            label = label_draws.hidden(self.random, f"{purpose}/unknown", label, rate)
        return label

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        (example,) = examples
        inputs = {"image": example["image"]}
        if isinstance(self.discriminator.input, dict):
            inputs["label"] = to_network(self.label, example["label"])
        return (call_network(self.discriminator, inputs, training=True),)

    def evaluate(self, feed, count):
        """Measures whether samples match their labels; see `trainers.conditional.measures`."""
        if self.label.kind == "vector":
            return {}  # No judge sees such labels, and no two examples need to share one.
        if self._measures is None:
            self._measures = LabelMeasures(load_judge(self.config, feed), feed)
        return self._measures(self.bound("generate"), count, self.config.seed)

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of_labels(self.config, feed)

    def uses(self):
        """See `Trainer.uses`."""
        image = {"image": self.spec["image"]}
        takes = isinstance(self.discriminator.input, dict)
        seen = image | ({"label": self.label} if takes else {})
        uses = [generate(image, self.latent, self.label), score(seen, ["logits"])]
        if self.config.discriminator_label in _AS_OUTPUT:
            call = Call("discriminator", {"image": "image"}, {"class_logits": "class_logits"})
            heads = label_draws.logits_field(self.label)
            uses.append(Use("classify", (call,), image, {"class_logits": heads}))
        return tuple(uses)
