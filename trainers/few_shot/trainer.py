"""What methods that learn a start for few-shot tasks have in common."""

import abc

import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.trainer import Trainer
from trainers.few_shot.measures import on_held_out
from trainers.few_shot.problems import Regression, problem_of


class FewShotTrainer(Trainer):
    """Trains a network as the start of adaptation to tasks.

    Attributes:
      adapting: names of the networks that adaptation needs, the one that adapts first.
      problem: what a task is.
      inner: how the network adapts to one.
    """

    adapting = ("learner",)

    @classmethod
    @abc.abstractmethod
    def inner_of(cls, config, problem, networks):
        """How a network of a run adapts to a task.

        Args:
          config: the run's configuration.
          problem: of `trainers.few_shot.problems.problem_of`.
          networks: name -> network, as `networks` has them.

        Returns:
          A `trainers.few_shot.inner.Inner`.
        """

    def build(self):
        """See `Trainer.build`."""
        self.problem = problem_of(self.config, self.spec)
        self.networks = self.make_networks()
        self.fixed_statistics = tuple(self.networks)
        self.inner = self.inner_of(self.config, self.problem, self.networks)
        self.players = self.make_players()
        config, inner = self.config, self.config.inner_steps
        self.notes = (
            f"tasks     {config.steps:,} updates x {config.batch_size} tasks x {inner} inner "
            f"step{'s' * (inner != 1)}",
        )

    def make_networks(self) -> dict:
        """The networks by name."""
        return {"learner": self.problem.network()}

    @abc.abstractmethod
    def make_players(self) -> dict:
        """The players by name."""

    def player(self, name, networks, optimizer, schedule, **settings) -> Player:
        """A player with an optimiser of its own; see `make_optimizer`."""
        settings = {"beta_1": 0.9, "beta_2": 0.999} | settings
        optimizer = make_optimizer(
            optimizer,
            schedule,
            clip_norm=0.0,
            precision=self.config.precision,
            replicas=self.strategy.num_replicas_in_sync,
            **settings,
        )
        return Player(name, networks, optimizer)

    def over_tasks(self, one, batch, examples: int, *more):
        """The mean over this replica's tasks of what `one` gives.

        Args:
          one: function (the task's examples; what its inner steps draw; more) -> structure of
            tensors.
          batch: the tasks.
          examples: number of examples of a task that the inner steps learn from.
          *more: tensors (tasks, ...).
        """
        tasks = {name: batch[name] for name in ("support", "query")}
        count = self.replica_batch_size
        seed = self.random.seed("inner steps")
        draws = self.inner.draws(seed, count, self.config.inner_steps, examples)
        # Dense networks are so small that each task alone would be all overhead.
        together = isinstance(self.problem, Regression)
        return meta.over_tasks(
            lambda number, given: one(*given), (tasks, draws, *more), together=together
        )

    def uses(self):
        """See `Trainer.uses`."""
        return (self.problem.use(self.adapting[0]),)

    def warnings(self):
        """See `Trainer.warnings`."""
        if self.config.held_out_classes not in ((), ("0",)):
            return []
        return [
            "no classes are held out, so nothing is measured on new tasks; --held-out-classes "
            "COUNT holds out the last ones of the data"
        ]

    def evaluate(self, feed, count):
        """See `trainers.few_shot.measures.on_held_out`."""
        return on_held_out(self.inner, feed, self.config, count)


def examples_of(task: dict) -> dict:
    """All examples of tasks, support and query: name -> (n, ...), or (tasks, n, ...)."""
    support, query = task["support"], task["query"]
    axis = len(support["label"].shape) - 1
    return {name: tf.concat([support[name], query[name]], axis) for name in support}
