"""MetalGAN between domains: which domain a translator translates to is in its weights.

A thesis of the University of Parma ("Guiding the matrix", 2020), chapter 8. No network is given a
label; labels only tell which images are of a domain. G and D are trained as in Reptile (Nichol et
al. 2018): clones of both learn one domain, and the networks follow them part of the way.
"""

import functools

import keras
import tensorflow as tf

from nets.few_shot.metal_domains import discriminator, generator
from tfgan_kit import meta
from tfgan_kit.engine.player import Player
from tfgan_kit.engine.trainer import Trainer
from tfgan_kit.evaluation.goal import goals
from tfgan_kit.evaluation.in_training import TrainingMetrics
from tfgan_kit.fields.network import to_network
from tfgan_kit.pictures.fields import as_seen
from tfgan_kit.uses import translate
from trainers.few_shot.metal_domains.inner import PLAYERS, Inner, weights_of
from trainers.few_shot.metal_domains.measures import DomainMeasures, names_of
from trainers.few_shot.metal_domains.picture import draw_domains

_MULTIPLE = 4  # The generator takes two steps down.


class MetalDomains(Trainer):
    """Trains the starts `networks["generator"]` and `networks["discriminator"]`.

    Each replica takes domains of its own; the outer step takes the mean over all of them.
    """

    reads_held_out = True
    target = "image"
    network_names = PLAYERS

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        self.generator = generator(
            self.image_shape[-1], blocks=config.blocks, filters=config.filters
        )
        self.discriminator = discriminator(
            self.image_shape, layers=config.discriminator_layers, filters=config.filters
        )
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.players = {
            name: Player(name, [network], keras.optimizers.SGD(config.meta_rate))
            for name, network in self.networks.items()
        }
        self.inner = Inner.of(self.networks, vars(config))
        steps = f"{config.steps:,} x {config.inner_steps} x {config.batch_size}"
        self.notes = (
            f"steps     outer x inner x domains: {steps} = "
            f"{config.steps * config.inner_steps * config.batch_size:,} inner steps",
        )

    def train_step(self, batch):
        """See `Trainer.train_step`: both networks follow their clones."""
        field, steps = self.sets[0]["image"], self.config.inner_steps
        tasks = {part: to_network(field, batch[part]["image"]) for part in ("support", "others")}
        start = self.inner.weights

        def one(number, task):
            step = self.inner.step(task["support"], task["others"])
            state = meta.repeat(step, self.inner.start(start), steps)
            moves = tf.nest.map_structure(tf.subtract, start, weights_of(state))
            return moves, self.inner.told(state, steps)

        moves, told = meta.over_tasks(one, tasks)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        for name, player in self.players.items():
            player.apply([move / replicas for move in moves[name]])
        return told

    def uses(self):
        """See `Trainer.uses`: of the start, which an adapted clone shares."""
        image = self.sets[0]["image"].of_any_size(_MULTIPLE)
        return (translate({"input": image}, image),)

    def translated_examples(self, feed, count: int, use: str = "translate"):
        """Held-out examples, and what the generator that has not moved makes of them.

        Args:
          feed: the run's data, see `Session`.
          count: number of examples.
          use: the use that translates.

        Yields:
          Name of each field -> values as the data has them; "image" -> float32 (n, height, width,
          channels) in [-1, 1].
        """
        bound = self.bound(use)
        for examples in feed.examples(count):
            yield examples, bound.render({"input": examples["image"]})

    def examples(self, feed, count):
        """See `Trainer.examples`."""
        found, made = next(self.translated_examples(feed, count))
        images = as_seen(self.sets[0]["image"], found["image"])[:count]
        return images, made["image"][:count], images

    @functools.cached_property
    def adapted(self) -> Inner:
        """The inner loop of adaptation, with the networks as they are when it is used."""
        return Inner.of(self.networks, vars(self.config), adapted=True)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: images, and what clones of each domain make of them."""
        draw_domains(self._measures(feed), path)
        return {}

    def evaluate(self, feed, count):
        """Measures clones after several numbers of steps on domains; see `DomainMeasures`."""
        measures = self._measures(feed)
        self.left_out = measures.left_out
        return measures(count)

    def _measures(self, feed):
        if getattr(self, "_measured", None) is None:
            self._measured = DomainMeasures(self.adapted, self.config, feed)
        return self._measured

    def goals(self, feed):
        """See `Trainer.goals`."""
        higher, lower = names_of(self.config, feed)
        return goals(higher=higher, lower=lower)

    def metrics(self, feed):
        """See `Trainer.metrics`."""
        wanted = self.config.evaluate_metrics or self.config.keep_best
        return TrainingMetrics(self, feed) if wanted else None
