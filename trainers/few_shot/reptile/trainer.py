"""Reptile: a start that moves towards what each task is learned to.

Nichol et al., On First-Order Meta-Learning Algorithms, 2018. Of a task, w~ is what k steps of
gradient descent from w on its examples lead to; then w <- w + epsilon (w~ - w), here with the mean
over the tasks of an update. There is no query set, and no gradient through the inner steps.
"""

import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.engine.schedules import Schedule
from tfgan_kit.randomness import uniform
from trainers.few_shot.inner import Inner
from trainers.few_shot.trainer import FewShotTrainer, examples_of


class InBatches(Inner):
    """An inner loop whose steps take a few examples of the task, drawn without replacement.

    Args:
      *given: see `Inner`.
      batch: how many; with 0, or if there are no more, all.
    """

    def __init__(self, *given, batch: int):
        super().__init__(*given)
        self._batch = batch

    def draws(self, seed, tasks, steps, examples):
        """The numbers of the examples of each step, int32 (tasks, steps, batch)."""
        if not self._batch or self._batch >= examples or not steps:
            return ()
        order = tf.argsort(uniform(seed, [tasks, steps, examples]), -1)
        return order[:, :, : self._batch]

    def loss(self, weights, part, draws=()):
        """See `Inner.loss`."""
        if tf.is_tensor(draws):
            part = {name: tf.gather(values, draws) for name, values in part.items()}
        return super().loss(weights, part)


class Reptile(FewShotTrainer):
    """Trains `networks["learner"]`."""

    @classmethod
    def inner_of(cls, config, problem, networks):
        """See `FewShotTrainer.inner_of`."""
        rate = config.inner_learning_rate
        # Without momentum, as the authors have it.
        rule = meta.Adam(rate, beta_1=0.0) if config.inner_optimizer == "adam" else meta.SGD(rate)
        learner = networks["learner"]
        return InBatches(learner, problem, rule, config.adapt_only, batch=config.inner_batch)

    def make_players(self):
        """See `FewShotTrainer.make_players`."""
        config = self.config
        share = Schedule(config.learning_rate, config.schedule, config.decay_steps or config.steps)
        return {"learner": self.player("learner", [self.networks["learner"]], "sgd", share)}

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        means = self.directions(batch)
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        self.players["learner"].apply([mean / replicas for mean in means["direction"]])
        score = self.problem.score
        found = {f"learner/{score}_{when}": means[when] for when in ("before", "after")}
        return found | {"learner/loss": means["loss"]}

    def directions(self, batch) -> dict:
        """Means over this replica's tasks.

        Returns:
          "direction": w - w~ for each weight; "before" and "after": the scores of w and of w~ on
          all examples of the task, which w~ was learned on; "loss": that of w~ on them.
        """
        inner, config = self.inner, self.config
        weights = meta.weights_of(inner.network)

        def one(task, draws):
            part = examples_of(task)
            learned, _ = inner.advance(inner.start(weights), part, draws, config.inner_steps)
            outputs = meta.call(inner.network, learned, inner.problem.inputs(part))
            return {
                "loss": inner.problem.loss(outputs, part),
                "direction": tuple(w - own for w, own in zip(weights, learned, strict=True)),
                "before": inner.scored(weights, part),
                "after": inner.problem.scored(outputs, part),
            }

        parts = (batch[name]["label"] for name in ("support", "query"))
        return self.over_tasks(one, batch, sum(labels.shape[1] for labels in parts))
