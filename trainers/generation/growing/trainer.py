"""The base of the methods whose networks grow with the images, from 4x4 upwards.

Karras et al., Progressive Growing of GANs for Improved Quality, Stability, and Variation, 2018,
section 2. Each phase is a stage of the training with networks of its own, which begin with the
weights of the phase before it.
"""

import abc

import keras
import tensorflow as tf

from tfgan_kit.engine.stages import Stage
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.ema import EMA
from tfgan_kit.settings.size import Size
from tfgan_kit.uses.apply import call_network
from trainers.core.adversarial import AdversarialTrainer, images_only
from trainers.generation.growing.phases import phases

_COLOURS = ("to_rgb_", "from_rgb_")  # Layers, and outputs of those that have been faded out.


class GrowingTrainer(AdversarialTrainer):
    """Trains a generator against `networks["discriminator"]`, phase by phase.

    Whatever the phase, pictures and measures are of images of the last resolution: those of the
    phase, with each pixel repeated. So they can be compared throughout a run.

    In a phase that fades in, the weight alpha of the new layers rises from 0 with the number of
    images shown. It is a weight of the networks, of their average, too.

    Attributes:
      generators: names of the networks that the player "generator" trains.
    """

    generators: tuple[str, ...] = ("generator",)

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`: a stage for each phase; Adam begins anew in each."""
        return tuple(
            Stage(
                phase.until,
                {"image_size": Size(phase.side, phase.side), "batch_size": phase.batch_size},
                new_optimizers=True,
                shows_run_data=True,
            )
            for phase in phases(config)
        )

    @property
    def phase(self):
        """The current `Phase`."""
        return phases(self.config)[self.stage]

    @property
    def shown_field(self):
        """The field of the images of the last resolution."""
        return self.spec["image"].resized(self.config.image_size)

    @abc.abstractmethod
    def build_networks(self) -> dict[str, keras.Model]:
        """Returns the networks of the current phase by name."""

    @abc.abstractmethod
    def fakes(self, count, purpose: str):
        """Generated images, (count, side, side, channels).

        Args:
          count: how many, a scalar tensor.
          purpose: purpose of the random draws.
        """

    def build(self):
        """See `Trainer.build`."""
        self._check_groups()
        self.networks = self.build_networks()
        self.discriminator = self.networks["discriminator"]
        decay = self.config.ema_decay_at(self.phase.side)
        if decay:
            self.averages = {name: EMA(self.networks[name], decay) for name in self.generators}
        grown = [*self.networks.values(), *(each.network for each in self.averages.values())]
        self._fades = [layer for net in grown for layer in net.layers if layer.name == "fade"]
        self.set_up_game()

    def networks_of(self, player):
        """See `AdversarialTrainer.networks_of`."""
        names = self.generators if player == "generator" else (player,)
        return [self.networks[name] for name in names]

    def _check_groups(self):
        group, replicas = self.config.minibatch_group, self.strategy.num_replicas_in_sync
        for phase in phases(self.config):
            if group and phase.batch_size // replicas % group:
                of = f" on each of {replicas} devices" if replicas > 1 else ""
                raise UserError(
                    f"--minibatch-group {group} does not divide the batch of "
                    f"{phase.batch_size // replicas} images of {phase.side}x{phase.side}{of}; "
                    f"choose batch sizes that are multiples of {group * replicas}, or another group"
                )

    def schedule(self, name, learning_rate, updates, **keywords):
        """See `AdversarialTrainer.schedule`: rates depend on the resolution."""
        phase = self.phase
        rate = learning_rate * self.config.lr_factor_at(phase.side)
        return super().schedule(name, rate, updates, first_step=phase.first_step, **keywords)

    def critic_step(self, batch):
        """See `Trainer.critic_step`."""
        # Before any pass of the step, also those of `train_step`, which comes after this.
        for layer in self._fades:
            layer.alpha.assign(self.alpha)
        real = self.real(batch)
        return self._update("discriminator", lambda: self._judge(real, "critic{turn}"))

    def train_step(self, batch):
        """See `Trainer.train_step`; in a fade, alpha is logged, too."""
        real = self.real(batch)
        found = self._update("generator", lambda: self._generate(real, "generator"))
        return found | ({"alpha": self.alpha} if self.phase.fading else {})

    @property
    def alpha(self):
        """The weight of the layers that fade in, a float32 scalar in [0, 1]."""
        if not self.phase.fading:
            return tf.constant(1.0)
        shown = self.phase.shown(self.step) - self.phase.first_image
        return tf.minimum(tf.cast(shown, tf.float32) / self.config.fade_images, 1.0)

    def real(self, batch):
        """Real images as the discriminator sees them: in a fade, blended as generated ones are.

        (1 - alpha) up(down(x)) + alpha x, with nearest neighbours and means of 2x2 pixels.
        """
        image = to_network(self.spec["image"], batch["image"])
        if not self.phase.fading:
            return image
        small = keras.ops.average_pool(image, 2)
        coarse = keras.ops.repeat(keras.ops.repeat(small, 2, axis=1), 2, axis=2)
        return (1.0 - self.alpha) * coarse + self.alpha * image

    def _update(self, player, terms):
        faded_out = [
            network.get_layer(name)
            for network in self.networks_of(player)
            for name in network.output
            if name.startswith(_COLOURS)
        ]
        return self.update(player, terms, may_be_unused=faded_out)

    def _judge(self, real, purpose):
        """The discriminator's terms on one new batch."""
        fakes = images_only([self.fakes(tf.shape(real)[0], purpose)])
        return self.discriminator_terms(images_only([real]), fakes, purpose)

    def _generate(self, real, purpose):
        """The generator's terms."""
        fakes = images_only([self.fakes(tf.shape(real)[0], purpose)])
        return self.generator_terms(fakes, images_only([real]), purpose)

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        made = call_network(self.discriminator, examples[0], training=True)
        return ({"logits": made["logits"]},)

    def warnings(self):
        """See `Trainer.warnings`."""
        texts, last = super().warnings(), phases(self.config)[-1]
        if self.config.steps <= last.first_step:
            texts.append(
                f"--steps {self.config.steps:,} ends before the networks have grown: "
                f"{last} begins at step {last.first_step:,}; give more, or fewer --fade-images and "
                "--stable-images"
            )
        return texts
