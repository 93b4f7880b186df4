"""FIGR: images of an unseen class from a handful of them, from a start that many tasks have shaped.

Clouatre & Demers, FIGR: Few-Shot Image Generation with Reptile, 2019. The outer loop is that of
Nichol, Achiam & Schulman, On First-Order Meta-Learning Algorithms, 2018: with w~ the weights after
k inner steps from w on a task, the outer optimiser is given w - w~ as the gradient.
"""

import functools

import tensorflow as tf

from nets.few_shot.figr import discriminator, generator
from tfgan_kit import meta
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.trainer import Trainer
from tfgan_kit.evaluation.in_training import TrainingMetrics
from tfgan_kit.fields import latent_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.uses import generate
from trainers.few_shot.figr.inner import Inner, drawn
from trainers.few_shot.figr.judge import load_judge
from trainers.few_shot.figr.measures import Tasks, goals_of, measures
from trainers.few_shot.figr.picture import draw_tasks


class FIGR(Trainer):
    """Trains the starts `networks["generator"]` and `networks["discriminator"]`.

    Each replica takes tasks of its own; the outer step takes the mean over all of them.
    """

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        self.generator = generator(self.image_shape, config.latent_size, width=config.width)
        self.discriminator = discriminator(self.image_shape, width=config.width)
        self.networks = {"generator": self.generator, "discriminator": self.discriminator}
        self.players = {name: self._player(name) for name in self.networks}
        self.inner = Inner(
            self.generator,
            self.discriminator,
            rate=config.inner_learning_rate,
            penalty_weight=config.penalty_weight,
        )
        steps = f"{config.steps:,} x {config.inner_steps} x {config.batch_size}"
        self.notes = (
            f"steps     outer x inner x tasks: {steps} = "
            f"{config.steps * config.inner_steps * config.batch_size:,} inner steps",
        )

    def _player(self, name):
        config = self.config
        optimizer = make_optimizer(
            config.optimizer,
            config.learning_rate,
            beta_1=0.9,
            beta_2=0.999,
            clip_norm=0.0,
            precision=config.precision,
            replicas=self.strategy.num_replicas_in_sync,
        )
        return Player(name, [self.networks[name]], optimizer)

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        config, start = self.config, self.inner.start
        tasks = {
            "real": to_network(self.spec["support"]["image"], batch["support"]["image"]),
            **drawn(
                self.random.seed,
                [self.replica_batch_size],
                config.inner_steps,
                config.shots,
                config.latent_size,
            ),
        }

        def one(number, task):
            step = self.inner.step(task["real"], task)
            weights, terms = meta.repeat(step, start, config.inner_steps)
            return tf.nest.map_structure(tf.subtract, start[0], weights), terms

        moves, terms = meta.over_tasks(one, tasks)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        for player, move in zip(self.players.values(), moves, strict=True):
            player.apply([part / replicas for part in move])
        return {f"inner/{name}": value for name, value in terms.items()}

    def uses(self):
        """See `Trainer.uses`: of the start, which an adapted clone shares."""
        latent = latent_field(self.config.latent_size, "normal")
        return (generate({"image": self.spec["support"]["image"]}, latent),)

    @functools.cached_property
    def tasks(self) -> Tasks:
        """What adapts the current networks to tasks of the data."""
        return Tasks(self.inner, self.spec["support"]["image"], self.config)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: tasks, what the start makes, and what it makes once adapted."""
        draw_tasks(self.tasks, feed, self.config.inner_steps, path)
        return {}

    def evaluate(self, feed, count):
        """See `trainers.few_shot.figr.measures.measures`."""
        return measures(self.tasks, feed, load_judge(self.config, feed), self.config)

    def goals(self, feed):
        """See `Trainer.goals`."""
        return goals_of(self.config, feed)

    def metrics(self, feed):
        """See `Trainer.metrics`."""
        wanted = self.config.evaluate_metrics or self.config.keep_best
        return TrainingMetrics(self, feed) if wanted else None
