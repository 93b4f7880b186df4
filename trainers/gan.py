"""Generative adversarial networks: one generator against one discriminator.

Goodfellow et al., Generative Adversarial Nets, 2014, with the losses of `tfgan_kit.losses`, the
penalties of `tfgan_kit.penalties` and the networks of `nets`.
"""

import tensorflow as tf

from nets.registry import load
from tfgan_kit.diffaugment import diff_augment
from tfgan_kit.ema import EMA
from tfgan_kit.engine.health import has_batch_norm
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.images import to_model_range
from tfgan_kit.latents import fixed_latents, render
from tfgan_kit.losses import adversarial_loss, chance_level, flip_mask
from tfgan_kit.penalties import PENALTIES
from tfgan_kit.schedules import Schedule


class GAN(Trainer):
    """Trains `networks["generator"]` against `networks["discriminator"]`.

    One step is `critic_steps` updates of the discriminator, each on a fresh batch, and then one of
    the generator.
    """

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        nets = load(config.network)
        self.generator = nets.generator(
            self.image_shape,
            config.latent_size,
            width=config.width,
            **_given(norm=config.generator_norm),
        )
        self.discriminator = nets.discriminator(
            self.image_shape,
            width=config.width,
            **_given(norm=config.discriminator_norm, spectral_norm=config.spectral_norm),
        )
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.players = {
            "generator": self._player(self.generator, config.generator_lr, updates=1),
            "discriminator": self._player(
                self.discriminator,
                config.discriminator_lr,
                updates=config.critic_steps,
                clip_weights=config.clip_weights,
            ),
        }
        if config.ema_decay:
            self.averages = {"generator": EMA(self.generator, config.ema_decay)}
        self.loss = adversarial_loss(config.loss)
        self.chance_level = chance_level(self.loss)
        self.batches_per_step = config.critic_steps
        self._check_replicas()

    def _check_replicas(self):
        # Replicas can only meet outside of `tf.cond`, which is where a lazy penalty is computed.
        lazy = self.config.penalty != "none" and self.config.penalty_every > 1
        meets = has_batch_norm(self.discriminator) or self.config.penalty == "dragan"
        if self.strategy.num_replicas_in_sync > 1 and lazy and meets:
            raise UserError(
                "--penalty-every above 1 on several devices needs a discriminator without batch "
                "normalisation and another penalty than dragan; use --penalty-every 1 or "
                "--discriminator-norm layer"
            )

    def _player(self, network, learning_rate, *, updates, clip_weights=0.0):
        config = self.config
        schedule = Schedule(
            learning_rate,
            config.schedule,
            config.steps,
            warmup_steps=config.warmup_steps,
            decay_start=config.decay_start,
            updates_per_step=updates,
        )
        optimizer = make_optimizer(
            config.optimizer,
            schedule,
            beta_1=config.beta_1,
            beta_2=config.beta_2,
            clip_norm=config.clip_norm,
            precision=config.precision,
            replicas=self.strategy.num_replicas_in_sync,
        )
        return Player(
            network.name,
            [network],
            optimizer,
            weight_decay=config.weight_decay,
            clip_weights=clip_weights,
        )

    def train_step(self, batches):
        """See `Trainer.train_step`."""
        for i, batch in enumerate(batches):
            real = to_model_range(batch["image"])
            critic = self.update("discriminator", lambda r=real, i=i: self._judge(r, f"critic{i}"))
        return critic | self.update("generator", lambda: self._generate(real, "generator"))

    def _judge(self, real, purpose):
        """The discriminator's terms on one fresh batch."""
        config = self.config
        batch = tf.shape(real)[0]
        # The generator is not updated here: its samples are data.
        fake = tf.stop_gradient(self._fakes(batch, purpose))
        real, fake = self._seen(real, f"{purpose}/real"), self._seen(fake, f"{purpose}/fake")
        flips = {}
        if config.label_flipping:
            for side in ("real", "fake"):
                seed = self.random.seed(f"{purpose}/flip {side}")
                flips[f"{side}_flip"] = flip_mask(batch, config.label_flipping, seed)
        on_real, on_fake = self.loss.discriminator(
            self._logits(real), self._logits(fake), smoothing=config.label_smoothing, **flips
        )
        terms = [Term("adversarial", on_real + on_fake)]
        if config.penalty != "none":
            terms.append(self._penalty(real, fake, self.random.seed(f"{purpose}/penalty")))
        return terms

    def _generate(self, real, purpose):
        """The generator's term; relativistic losses look at real images, too."""
        fake = self._seen(self._fakes(tf.shape(real)[0], purpose), f"{purpose}/fake")
        real_logits = None
        if self.loss.relativistic:
            real_logits = self._logits(self._seen(real, f"{purpose}/real"))
        return [Term("adversarial", self.loss.generator(self._logits(fake), real_logits))]

    def _penalty(self, real, fake, seed):
        """The gradient penalty, every `penalty_every` steps and then so much heavier.

        This is lazy regularisation (Karras et al. 2020, StyleGAN2, section 3.1).
        """
        every, penalty = self.config.penalty_every, PENALTIES[self.config.penalty]

        def value():
            # Times `every`, so that the mean in the log is the penalty's mean.
            return every * penalty(self._logits, real, fake, seed)

        if every > 1:
            due = self.step % every == 0
            return Term("penalty", tf.cond(due, value, lambda: 0.0), self.config.penalty_weight)
        return Term("penalty", value(), self.config.penalty_weight)

    def _fakes(self, count, purpose):
        shape = [count, self.config.latent_size]
        if self.config.latent == "uniform":
            latents = self.random.uniform(f"{purpose}/latent", shape, -1.0, 1.0)
        else:
            latents = self.random.normal(f"{purpose}/latent", shape)
        return self.generator(latents, training=True)["image"]

    def _seen(self, images, purpose):
        """What the discriminator is shown: images under augmentation and instance noise."""
        config = self.config
        if config.diffaugment:
            images = diff_augment(
                images, config.diffaugment, self.random.seed(f"{purpose}/augment")
            )
        if config.instance_noise:
            steps = config.instance_noise_steps or config.steps
            left = 1.0 - tf.cast(self.step, tf.float32) / steps
            noise = self.random.normal(f"{purpose}/noise", tf.shape(images))
            images += config.instance_noise * tf.maximum(left, 0.0) * noise
        return images

    def _logits(self, images):
        return self.discriminator(images, training=True)["logits"]

    def sample(self, seed, count):
        """See `Trainer.sample`."""
        config = self.config
        latents = fixed_latents(config.latent, seed, count, config.latent_size)
        return render(self.models()["generator"], latents)

    def warnings(self):
        """See `Trainer.warnings`."""
        config, texts = self.config, []
        if has_batch_norm(self.discriminator) and config.penalty != "none":
            texts.append(
                "batch normalisation in the discriminator does not go with a gradient penalty, "
                "which is per example: use --discriminator-norm layer"
            )
        spectral = self.players["discriminator"].spectral_layers
        lipschitz = config.penalty != "none" or config.clip_weights or spectral
        if config.loss == "wasserstein" and not lipschitz:
            texts.append(
                "the Wasserstein loss needs a Lipschitz critic: use --penalty wgan_gp, "
                "--clip-weights 0.01 or --spectral-norm"
            )
        return texts


def _given(**settings):
    """The settings that are not None: the others are left to the network's own defaults."""
    return {name: value for name, value in settings.items() if value is not None}
