"""The base of all methods whose discriminators distinguish real from generated examples.

The losses are those of `tfgan_kit.terms.losses`, the penalties those of
`tfgan_kit.terms.penalties`. Everything applies to one or more *domains*: a GAN has one, a joint
method a tuple of them. A discriminator takes *examples*, dictionaries by the names of its inputs
("image", "label"), and returns dictionaries; its logits are "logits", or several whose names start
with it.
"""

import abc
import dataclasses

import tensorflow as tf

from tfgan_kit.engine.health import has_batch_norm
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.schedules import Schedule
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.in_training import TrainingMetrics
from tfgan_kit.fields import latent_field
from tfgan_kit.layers import mixes_examples
from tfgan_kit.models.freezing import freeze_first
from tfgan_kit.models.precision import in_float32
from tfgan_kit.pictures.drawing import draw_samples
from tfgan_kit.terms.diffaugment import diff_augment
from tfgan_kit.terms.losses import adversarial_loss, chance_level, flip_mask
from tfgan_kit.terms.penalties import PENALTIES
from trainers.core.networks import NETWORK_NAMES
from trainers.core.signs import Signs


class AdversarialTrainer(Trainer):
    """Players "generator" and "discriminator", and their adversarial terms.

    Subclasses build `networks` and `averages`, with a network "generator" among them, call
    `set_up_game` and write `train_step`. Without a network "discriminator" there is no such player,
    as in a stage or an ablation that only reconstructs.

    Attributes:
      suffixes: suffixes of the names of each domain's terms: "" if there is only one domain.
      frozen: names of the discriminator's frozen layers.
    """

    network_names = NETWORK_NAMES
    remedies = (*Trainer.remedies, "clip gradients with --clip-norm 1")
    without_batch_norm = "--discriminator-norm layer"  # The way to such a discriminator.

    @property
    def stage_config(self):
        """The settings of the current stage; by default, the configuration."""
        return self.config

    def set_up_game(self) -> None:
        """Freezes layers and builds the loss and the players; call it last in `build`."""
        config, judge = self.stage_config, self.networks.get("discriminator")
        self.suffixes = ("",) if len(self.domains) == 1 else tuple(f"_{d}" for d in self.domains)
        self.frozen = ()
        if judge is not None:
            count = config.freeze_discriminator
            self.frozen = freeze_first(judge, count, "--freeze-discriminator")
        self.loss = adversarial_loss(config.loss)
        if self.frozen:
            self.notes = (f"frozen    of the discriminator: {', '.join(self.frozen)}",)
        self._signs = Signs(chance_level(self.loss))
        self.batches_per_step = config.critic_steps
        self.players = {n: self.player(n, rate) for n, rate in self.making_players().items()}
        if judge is not None:
            self.players["discriminator"] = self.player(
                "discriminator",
                config.discriminator_lr,
                updates=config.critic_steps,
                clip_weights=config.clip_weights,
            )
            self._check_replicas(judge)

    def _check_replicas(self, judge):
        # Replicas cannot synchronise inside `tf.cond`, where a lazy penalty is computed.
        lazy = self.config.penalty != "none" and self.config.penalty_every > 1
        meets = has_batch_norm(judge) or self.config.penalty == "dragan"
        if self.strategy.num_replicas_in_sync > 1 and lazy and meets:
            raise UserError(
                "--penalty-every above 1 on several devices needs a discriminator without batch "
                "normalisation and another penalty than dragan; use --penalty-every 1 or "
                f"{self.without_batch_norm}"
            )

    def player(self, name, learning_rate, *, updates=1, clip_weights=0.0) -> Player:
        """Returns the player of a network, with the configured optimiser.

        Args:
          name: name of the network and of the player.
          learning_rate: learning rate at the end of the warm-up.
          updates: how often the player is updated in one step.
          clip_weights: see `Player`.
        """
        config = self.stage_config
        optimizer = make_optimizer(
            config.optimizer,
            self.schedule(name, learning_rate, updates),
            beta_1=config.beta_1,
            beta_2=config.beta_2,
            rho=config.rho,
            momentum=config.momentum,
            epsilon=config.epsilon,
            clip_norm=config.clip_norm,
            precision=config.precision,
            replicas=self.strategy.num_replicas_in_sync,
        )
        return Player(
            name,
            self.networks_of(name),
            optimizer,
            weight_decay=config.weight_decay,
            clip_weights=clip_weights,
        )

    def making_players(self) -> dict[str, float]:
        """The players that make what is judged, and their rates; by default the generator."""
        return {"generator": self.stage_config.generator_lr}

    @property
    def learned_before(self) -> bool:
        """Whether the discriminator begins as one that has learned."""
        return bool(self.config.init_from or self.config.init_discriminator)

    def networks_of(self, player: str) -> list:
        """The networks of a player; by default the one of its name."""
        return [self.networks[player]]

    def schedule(self, name: str, learning_rate, updates: int, **keywords) -> Schedule:
        """The course of a player's learning rate, as configured.

        Args:
          name, learning_rate, updates: see `player`.
          **keywords: further ones of `Schedule`.
        """
        config = self.stage_config
        return Schedule(
            learning_rate,
            config.schedule,
            config.decay_steps or config.steps,
            warmup_steps=config.warmup_steps,
            decay_start=config.decay_start,
            updates_per_step=updates,
            **keywords,
        )

    @abc.abstractmethod
    def discriminate(self, examples: tuple) -> tuple:
        """The discriminators' outputs in training mode, a dictionary for each domain's examples."""

    def discriminate_one(self, domain: int, example: dict) -> dict:
        """The same for a single domain."""
        return self.discriminate((example,))[domain]

    def auxiliary_terms(
        self, player: str, examples: tuple, outputs: tuple, *, real: bool
    ) -> list[Term]:
        """Terms of the discriminators' other outputs.

        They are added to the discriminators' loss for real and for generated examples, and to the
        generators' for generated ones.

        Args:
          player: whose loss it is, "discriminator" or "generator".
          examples: one batch per domain.
          outputs: the discriminators' outputs for them.
          real: whether they are real.
        """
        return []

    def latents(self, count, purpose):
        """Draws latents (count, latent_size) for this replica."""
        shape = [count, self.config.latent_size]
        if self.config.latent == "uniform":
            return self.random.uniform(f"{purpose}/latent", shape, -1.0, 1.0)
        return self.random.normal(f"{purpose}/latent", shape)

    def discriminator_terms(self, reals, fakes, purpose) -> list[Term]:
        """The discriminators' adversarial terms and gradient penalties.

        Args:
          reals, fakes: examples, one batch per domain; no gradient flows through the fakes.
          purpose: purpose of the random draws.
        """
        config, terms = self.config, []
        reals = self._seen(reals, f"{purpose}/real")
        fakes = self._seen(tf.nest.map_structure(tf.stop_gradient, fakes), f"{purpose}/fake")
        on_reals, on_fakes = self._discriminate_both(reals, fakes)
        for i, suffix in enumerate(self.suffixes):
            flips = {}
            if config.label_flipping:
                for side in ("real", "fake"):
                    seed = self.random.seed(f"{purpose}/flip {side}{suffix}")
                    count = tf.shape(reals[i]["image"])[0]
                    flips[f"{side}_flip"] = flip_mask(count, config.label_flipping, seed)
            heads = zip(logits_of(on_reals[i]), logits_of(on_fakes[i]), strict=True)
            costs = [
                cost
                for real, fake in heads
                for cost in self.loss.discriminator(
                    real, fake, smoothing=config.label_smoothing, **flips
                )
            ]
            terms.append(Term(f"adversarial{suffix}", sum(costs)))
            if config.penalty != "none":
                seed = self.random.seed(f"{purpose}/penalty{suffix}")
                value = self._penalty(i, reals[i], fakes[i], seed)
                terms.append(Term(f"penalty{suffix}", value, config.penalty_weight))
        terms += self.auxiliary_terms("discriminator", reals, on_reals, real=True)
        terms += self.auxiliary_terms("discriminator", fakes, on_fakes, real=False)
        return self.paced(terms, on_reals, on_fakes)

    def paced(self, terms: list[Term], on_reals: tuple, on_fakes: tuple) -> list[Term]:
        """The terms of a discriminator's loss, with other weights where a method lets it rest.

        Args:
          terms: all terms.
          on_reals, on_fakes: the discriminators' outputs, a dictionary for each domain.
        """
        return terms

    def _discriminate_both(self, reals, fakes):
        """The outputs for both, from a single pass if no layer mixes the examples of a batch."""
        if mixes_examples(self.networks["discriminator"]):
            return self.discriminate(reals), self.discriminate(fakes)
        both = tf.nest.map_structure(lambda *pair: tf.concat(pair, 0), reals, fakes)
        halves = [{k: tf.split(x, 2) for k, x in said.items()} for said in self.discriminate(both)]
        return tuple(
            tuple({name: parts[i] for name, parts in said.items()} for said in halves)
            for i in (0, 1)
        )

    def generator_terms(self, fakes, reals, purpose) -> list[Term]:
        """The generators' adversarial terms; relativistic losses look at real examples, too."""
        fakes = self._seen(fakes, f"{purpose}/fake")
        on_fakes, on_reals = self.discriminate(fakes), [None] * len(fakes)
        if self.loss.relativistic:
            on_reals = self.discriminate(self._seen(reals, f"{purpose}/real"))
        terms = []
        for suffix, on_fake, on_real in zip(self.suffixes, on_fakes, on_reals, strict=True):
            heads = logits_of(on_fake)
            others = [None] * len(heads) if on_real is None else logits_of(on_real)
            costs = [self.loss.generator(*pair) for pair in zip(heads, others, strict=True)]
            terms.append(Term(f"adversarial{suffix}", sum(costs)))
        return terms + self.auxiliary_terms("generator", fakes, on_fakes, real=False)

    def _penalty(self, domain, real, fake, seed):
        """The gradient penalty, applied every `penalty_every` steps with that much more weight.

        The idea is that of lazy regularisation (Karras et al. 2020, StyleGAN2, section 3.1). There,
        the penalty has its own update, and the optimiser's learning rate and decay rates are
        corrected for it. Here it remains a part of the loss: in one of `penalty_every` steps, the
        update uses the sum of both gradients, and in the others that of the loss alone, with
        uncorrected rates.
        """
        every, name = self.config.penalty_every, self.config.penalty
        # The gradient is with respect to the image: other parts of an example, such as its label,
        # are fixed.
        held = fake if name == "r2" else real

        def critic(image):
            return self.penalised(self.discriminate_one(domain, held | {"image": image}))

        def value():
            # Times `every`, so that the mean in the log is the penalty's mean.
            images = real["image"], fake["image"]
            return every * PENALTIES[name](self._precisely(critic), *images, seed)

        if every > 1:
            return tf.cond(self.step % every == 0, value, lambda: 0.0)
        return value()

    def penalised(self, outputs: dict):
        """The logits whose gradients a penalty measures; those of patches are averaged."""
        return tf.add_n([tf.cast(x, tf.float32) for x in logits_of(outputs)])

    def _precisely(self, critic):
        """The critic in float32: half precision would put the gradient off by about ten percent."""
        network = self.networks["discriminator"]
        # Here replicas synchronise in the middle of a pass; see `in_float32`.
        if self.strategy.num_replicas_in_sync > 1 and has_batch_norm(network):
            return critic

        def precise(images):
            with in_float32(network):
                return critic(images)

        return precise

    def _seen(self, examples, purpose):
        """The discriminators' inputs: images with augmentation and instance noise."""
        return tuple(
            self.seen_by_one(example, f"{purpose}{suffix}")
            for example, suffix in zip(examples, self.suffixes, strict=True)
        )

    def seen_by_one(self, example: dict, purpose: str) -> dict:
        """What a discriminator sees of a batch: with augmentation and instance noise.

        Args:
          example: its inputs by name.
          purpose: purpose of the random draws.
        """
        config, images = self.config, example["image"]
        if config.diffaugment:
            seed = self.random.seed(f"{purpose}/augment")
            images = diff_augment(images, config.diffaugment, seed)
        if config.instance_noise:
            steps = config.instance_noise_steps or config.steps
            left = 1.0 - tf.cast(self.step, tf.float32) / steps
            noise = self.random.normal(f"{purpose}/noise", tf.shape(images))
            images += config.instance_noise * tf.maximum(left, 0.0) * noise
        return example | {"image": images}

    @property
    def latent(self):
        """The field of the latent."""
        return latent_field(self.config.latent_size, self.config.latent)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: samples that have become similar are a sign of collapse."""
        signs = {}
        for samples, real in draw_samples(self, feed, path):
            if step:
                signs |= self._signs.diversity(step, samples, real)
        return signs

    def watch(self, step, means):
        """See `Trainer.watch`: a discriminator may have won."""
        return self._signs.losses(step, means)

    def metrics(self, feed):
        """See `Trainer.metrics`."""
        wanted = self.config.evaluate_metrics or self.config.keep_best
        return TrainingMetrics(self, feed) if wanted else None

    def warnings(self):
        """See `Trainer.warnings`."""
        config, texts = self.config, []
        if "discriminator" in self.networks:
            texts += self._game_warnings()
        end = config.decay_steps or config.steps
        if config.schedule != "constant" and end < config.steps:
            texts.append(
                f"the learning rates fall to 0 at step {end:,} of {config.steps:,}, after which "
                "nothing is learned; start a new run with higher --decay-steps"
            )
        return texts

    def _game_warnings(self):
        config, texts = self.config, []
        if has_batch_norm(self.networks["discriminator"]) and config.penalty != "none":
            texts.append(
                "batch normalisation in the discriminator does not go with a gradient penalty, "
                f"which is per example: use {self.without_batch_norm}"
            )
        if self.frozen and not self.learned_before:
            texts.append(
                "--freeze-discriminator freezes layers that have learned nothing: use --init-from "
                "or --init-discriminator"
            )
        spectral = self.players["discriminator"].spectral_layers
        lipschitz = config.penalty != "none" or config.clip_weights or spectral
        if config.loss == "wasserstein" and not lipschitz:
            texts.append(
                "the Wasserstein loss needs a Lipschitz critic: use --penalty wgan_gp or "
                "--clip-weights 0.01"
            )
        return texts


def logits_of(outputs: dict) -> list:
    """The logits among a discriminator's outputs, one per head or scale."""
    return [outputs[name] for name in outputs if name == "logits" or name.startswith("logits_")]


def scaled(terms: list[Term], factor) -> list[Term]:
    """The same terms with their weights multiplied by a factor."""
    return [dataclasses.replace(term, weight=term.weight * factor) for term in terms]


def images_only(images) -> tuple[dict, ...]:
    """Examples that have nothing but an image, one batch per domain."""
    return tuple({"image": batch} for batch in images)
