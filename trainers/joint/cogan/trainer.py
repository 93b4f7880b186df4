"""CoGAN: joint distributions through shared weights.

Liu & Tuzel, Coupled Generative Adversarial Networks, 2016: the generators share their first layers,
which determine the content, and the discriminators their last. The objective is the sum of the
domains' GAN objectives under this constraint (equation 4).
"""

import keras

from nets.cogan import paper_sharing
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.freezing import block_numbers
from tfgan_kit.terms.coupling import feature_regularizer
from trainers.classification.classifier.trainer import accuracy, cross_entropy
from trainers.joint.trainer import JointTrainer


class CoGAN(JointTrainer):
    """Trains generators and discriminators that share layers.

    With `adapt`, a classifier on the discriminators' last features, "head", learns the labels of
    the first domain, while a loss makes the features of the domains' generated images similar. It
    then classifies the other domains (unsupervised domain adaptation, section 5 of the paper). The
    same network without adversarial training, "source_only", is trained alongside for comparison.
    """

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        given = config.shared_generator_layers, config.shared_discriminator_layers
        usual = paper_sharing(self.image_shape[0], config.network)
        shared = [u if g is None else g for g, u in zip(given, usual, strict=True)]
        self.build_networks(*shared)
        if config.adapt:
            if shared[1] < 2:
                raise UserError(
                    "--adapt needs features that the discriminators share: use "
                    "--shared-discriminator-layers 2 or more"
                )
            self._build_adaptation()
        self.set_up_game()
        if config.adapt:
            for name in ("head", "source_only"):
                self.players[name] = self.player(name, config.discriminator_lr)
            self.critic_players = ("discriminator", "head")

    def _build_adaptation(self):
        if not self.classes:
            raise UserError("--adapt needs labels of the first domain, which has none")
        if self.config.critic_steps > 1:
            raise UserError("--adapt learns the labels once per step: use --critic-steps 1")
        discriminator = self.discriminators[0]
        numbers = block_numbers(discriminator)
        self._last = max(numbers, key=numbers.get)
        features = discriminator.output[self._last]
        self.networks["head"] = self._head(keras.Input(features.shape[1:], name="features"))
        alone = keras.models.clone_model(keras.Model(discriminator.input, features))
        self.networks["source_only"] = keras.Model(
            alone.input, self._head(keras.Input(features.shape[1:]))(alone.output)
        )

    def _head(self, features):
        x = keras.layers.Flatten()(features)
        x = keras.layers.Dense(len(self.classes), dtype="float32", name="class_logits")(x)
        return keras.Model(features, x, name="head")

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        metrics = super().train_step(batch)
        if self.config.adapt:
            metrics |= self.update("source_only", lambda: [self._classify_alone(batch[0])])
        return metrics

    def critic_terms(self, batch, reals, fakes, purpose):
        """See `JointTrainer.critic_terms`."""
        terms = super().critic_terms(batch, reals, fakes, purpose)
        return terms + self._adaptation_terms(batch, reals, fakes) if self.config.adapt else terms

    def _adaptation_terms(self, batch, reals, fakes):
        config = self.config
        logits = self.networks["head"](self._features(0, reals[0], training=True))
        apart = [[self._features(i, f, training=True)] for i, f in enumerate(fakes)]
        return [
            Term("class", self._mistakes(batch[0], logits), config.adapt_weight),
            Term("match", feature_regularizer(apart), config.feature_match_weight),
        ]

    def _features(self, domain, images, training):
        return self.discriminators[domain](images, training=training)[self._last]

    def _classify_alone(self, batch):
        images = to_network(self.sets[0]["image"], batch["image"])
        logits = self.networks["source_only"](images, training=True)
        return Term("class", self._mistakes(batch, logits))

    def _mistakes(self, batch, logits):
        return cross_entropy(batch["label"], logits, self.multi_label)

    def evaluate(self, feed, count):
        """See `JointTrainer.evaluate`; with `adapt` also the accuracies on held-out images."""
        found = super().evaluate(feed, count)
        if self.config.adapt:
            for i, (d, reader) in enumerate(zip(self.domains, feed.held_out(), strict=True)):
                if reader is not None and reader.classes == self.classes:
                    found[f"adapted_accuracy_{d}"] = accuracy(self._adapted(i), reader)
                    found[f"source_only_accuracy_{d}"] = accuracy(
                        lambda x: self.networks["source_only"](x, training=False), reader
                    )
        return found

    def _adapted(self, domain):
        head = self.networks["head"]
        return lambda x: head(self._features(domain, x, training=False))
