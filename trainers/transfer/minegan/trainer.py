"""MineGAN: finds the latents for which trained generators draw what a small target set shows.

Wang, Gonzalez-Garcia, Berga, Herranz, Khan & van de Weijer, MineGAN: Effective Knowledge Transfer
from GANs to Target Domains with Few Images, 2020.
"""

import dataclasses

import tensorflow as tf

from nets.registry import load
from nets.transfer.miner import chooser, chosen, miner
from tfgan_kit.engine.stages import Stage
from tfgan_kit.errors import UserError
from tfgan_kit.fields import latent_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.layers import MinibatchDeviation
from tfgan_kit.models.ema import EMA
from tfgan_kit.models.state import state_variable
from tfgan_kit.uses import score
from tfgan_kit.uses.apply import Bound, call_network
from trainers.core.adversarial import AdversarialTrainer, images_only
from trainers.transfer.sources import Source, generate

REMEMBERED = 1_000  # Steps whose wins make the chances of the generators.
LEAST_CHANCE = 1e-4  # Of a generator that never wins.


class MineGAN(AdversarialTrainer):
    """Trains miners before generators, which are frozen at first, against one discriminator.

    In the first stage only the miners learn. In the second, the generators learn as well, from
    where the miners have brought them; their normalisation keeps its statistics throughout.

    With several generators, each draws an image for every real one, and only the image that the
    discriminator takes for the most real one counts, in both players' losses (equations 4 and 5).
    How often each generator won in the last steps is its chance to be taken for a sample.
    """

    measures_stages = True
    without_batch_norm = "a source without it, or --critic new --network wgan_resnet"

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`: mining, and then training all if there are steps left."""
        if config.mining_steps >= config.steps:
            return (Stage(),)
        return Stage(until=config.mining_steps), Stage()

    def build(self):
        """See `Trainer.build`."""
        if not self.config.source:
            raise UserError("the source is missing; name its run, or several, with --source DIR")
        several = len(self.config.source) > 1
        self.sources = [
            Source(path, f"_{i}" if several else "") for i, path in enumerate(self.config.source, 1)
        ]
        config = self.config = with_game_of(self.config, self.sources[0].saved)
        for source in self.sources:
            source.check_images(self.image_shape, config.dataset)
        self._size = config.latent_size or self.sources[0].latent.shape[0]
        self._generators = {n: net for s in self.sources for n, net in s.networks.items()}
        self.fixed_statistics = tuple(self._generators)
        self._miners = {source.before: self._miner(source) for source in self.sources}
        self.networks = {**self._miners, **self._generators, "discriminator": self._critic()}
        if several:
            self.networks["chooser"] = chooser(self._size, len(self.sources))
            self.networks["chosen"] = chosen(self.image_shape, len(self.sources))
            self._wins = state_variable(tf.zeros([REMEMBERED, len(self.sources)]), combine="mean")
            self._turns = state_variable(0, dtype=tf.int64, combine="first")
            self.state = {"wins": [self._wins, self._turns]}
        trained = self._miners | (self._generators if self.stage else {})
        if config.ema_decay:
            averaged = {n: net for n, net in trained.items() if net.trainable_variables}
            self.averages = {n: EMA(net, config.ema_decay) for n, net in averaged.items()}
        self._check_batch()
        self._drawn = [Bound(source.use(self._size), self.networks) for source in self.sources]
        self.set_up_game()

    def _miner(self, source):
        config, length = self.config, source.latent.shape[0]
        return miner(
            self._size,
            config.miner_units or (length,),
            length,
            bounded=source.latent.distribution == "uniform",
            pixel_norm=config.miner_norm,
            classes=source.classes,
            softmax=config.class_weights == "softmax",
        )

    def _critic(self):
        config, saved = self.config, self.sources[0].saved
        if config.critic == "new":
            return load(config.network).discriminator(self.image_shape, width=config.width)
        where = f"--source {saved.run.path}"
        if not saved.has("discriminator"):
            raise UserError(f"{where} keeps no discriminator; take --critic new")
        network = saved.load("discriminator")
        if isinstance(network.input, dict) and set(network.input) != {"image"}:
            raise UserError(f"{where} has a discriminator that needs a label; take --critic new")
        return network

    def making_players(self):
        """See `AdversarialTrainer.making_players`."""
        rates = {"miner": self.config.miner_lr}
        return rates | ({"generator": self.config.generator_lr} if self.stage else {})

    @property
    def learned_before(self):
        """See `AdversarialTrainer.learned_before`: also as the source's."""
        return self.config.critic == "source" or super().learned_before

    def schedule(self, name, learning_rate, updates, **keywords):
        """See `AdversarialTrainer.schedule`: generators begin with the second stage."""
        if name == "generator":
            keywords["first_step"] = self.config.mining_steps
        return super().schedule(name, learning_rate, updates, **keywords)

    def networks_of(self, player):
        """See `AdversarialTrainer.networks_of`."""
        known = {"miner": self._miners, "generator": self._generators}
        return [*known[player].values()] if player in known else super().networks_of(player)

    def critic_step(self, batch):
        """See `Trainer.critic_step`."""
        real = to_network(self.spec["image"], batch["image"])

        def terms():
            made, _ = self.fakes(tf.shape(real)[0], "critic{turn}")
            return self.discriminator_terms(
                images_only([real]), images_only([made]), "critic{turn}"
            )

        # A discriminator that has grown keeps the heads of its smaller sizes.
        unused = [self.networks["discriminator"]]
        return self.update("discriminator", terms, may_be_unused=unused)

    def train_step(self, batch):
        """See `Trainer.train_step`; "wins_1" and so on are the shares of the generators' wins."""
        real, won = to_network(self.spec["image"], batch["image"]), []

        def terms():
            made, winners = self.fakes(tf.shape(real)[0], "generator")
            won.append(winners)
            return self.generator_terms(images_only([made]), images_only([real]), "generator")

        unused = [*self._generators.values()]
        found = self.update([*self.making_players()], terms, may_be_unused=unused)
        return found if won[0] is None else found | self._record(won[0])

    def fakes(self, count, purpose):
        """Images of mined latents; of several generators, the best one's of each supersample.

        Args:
          count: number of images.
          purpose: of random draws.

        Returns:
          float32 (count, height, width, channels), and which generator drew each of them, one-hot
          (count, generators), or None if there is only one.
        """
        images = []
        for source, drawn in zip(self.sources, self._drawn, strict=True):
            noise = self.random.normal(f"{purpose}/{source.before}", [count, self._size])
            images.append(drawn.unlimited({"noise": noise})[source.output])
        if len(images) == 1:
            return images[0], None
        said = [tf.reshape(self._logits(image), [count, -1]) for image in images]
        best = tf.argmax([tf.reduce_mean(logits, -1) for logits in said], 0)
        won = tf.one_hot(best, len(images))
        parts = [won[:, i, None, None, None] * image for i, image in enumerate(images)]
        return tf.add_n(parts), won

    def _logits(self, image):
        """The discriminator's logits, which choose but are not learned from."""
        return call_network(self.networks["discriminator"], {"image": image}, training=False)[
            "logits"
        ]

    def _record(self, won):
        """Keeps the shares of wins, of which the chances are the mean."""
        shares = tf.reduce_mean(won, 0)
        place = tf.cast(self._turns % REMEMBERED, tf.int32)
        self._wins.assign(tf.tensor_scatter_nd_update(self._wins, [[place]], [shares]))
        known = tf.minimum(self._turns + 1, REMEMBERED)
        # Of all replicas, as they were assigned.
        mean = tf.reduce_sum(self._wins, 0) / tf.cast(known, tf.float32) + LEAST_CHANCE
        self._turns.assign_add(1)
        choice = self.networks["chooser"].get_layer("choice")
        choice.set_chances(mean / tf.reduce_sum(mean))
        return {f"wins_{i}": share for i, share in enumerate(tf.unstack(shares), 1)}

    def discriminate(self, examples):
        """See `AdversarialTrainer.discriminate`."""
        return (call_network(self.networks["discriminator"], examples[0], training=True),)

    @property
    def latent(self):
        """The field of the noise, which with several generators also chooses among them."""
        return latent_field(self._size + (len(self.sources) > 1), "normal")

    def uses(self):
        """See `Trainer.uses`."""
        uses = [generate(self.sources, self._size)]
        if len(self.sources) > 1:
            each = enumerate(self.sources, 1)
            uses += [source.use(self._size, f"generate_{i}") for i, source in each]
        if not self._groups():  # Else, what it says of an image depends on those beside it.
            uses.append(score({"image": self.spec["image"]}, ["logits"]))
        return tuple(uses)

    def _groups(self):
        """The sizes of the groups of images that the discriminator compares, if it does."""
        layers = self.networks["discriminator"].layers
        return {layer.group for layer in layers if isinstance(layer, MinibatchDeviation)}

    def _check_batch(self):
        for group in self._groups():
            if group and self.replica_batch_size % group:
                raise UserError(
                    f"--batch-size {self.batch_size}: the discriminator of the source compares "
                    f"groups of {group} images; choose a multiple of {group} for each device"
                )


def with_game_of(config, saved):
    """The configuration with the source's loss and constraints, where it has none of its own.

    A Wasserstein critic that would have neither a penalty nor clipped weights gets the penalty of
    the paper, unless both are switched off in the configuration itself.

    Args:
      config: a `MineGANConfig`.
      saved: the `SavedRun` of the first source. What it does not know is as in the paper.

    Raises:
      UserError: if the penalty is given a weight, but there is none.
    """
    game = {"loss": "wasserstein", "penalty": "wgan_gp", "penalty_weight": 10.0, "clip_weights": 0}
    theirs = {name: saved.settings.get(name, value) for name, value in game.items()}
    if config.penalty is not None:
        theirs |= {name: game[name] for name in ("penalty_weight", "clip_weights")}
    given = {name: getattr(config, name) for name in game if getattr(config, name) is not None}
    found = theirs | given
    alone = found["penalty"] == "none" and not found["clip_weights"]
    if found["loss"] == "wasserstein" and alone and "penalty" not in given:
        found |= {"penalty": game["penalty"], "penalty_weight": game["penalty_weight"]} | given
    if found["penalty"] == "none":
        if config.penalty_weight:
            raise UserError(
                f"--penalty-weight {config.penalty_weight:g}: there is no penalty to weigh, as in "
                f"--source {saved.run.path}; add --penalty, or leave it out"
            )
        found["penalty_weight"] = 0.0  # A resumed run is told what this one has found.
    return dataclasses.replace(config, **found)
