"""MAML: a start from which one or a few steps of gradient descent learn a task.

Finn et al., Model-Agnostic Meta-Learning for Fast Adaptation of Deep Networks, 2017. With the loss
L_T(w; examples) of a task T: w' = w - alpha grad_w L_T(w; support), and w moves to minimise the
mean over tasks of L_T(w'; query), by the gradient through the inner step.
"""

from tfgan_kit import meta
from tfgan_kit.engine.trainer import Term
from trainers.few_shot.inner import Inner
from trainers.few_shot.trainer import FewShotTrainer


class MAML(FewShotTrainer):
    """Trains `networks["learner"]`."""

    @classmethod
    def inner_of(cls, config, problem, networks):
        """See `FewShotTrainer.inner_of`."""
        rule = meta.SGD(config.inner_learning_rate)
        return Inner(networks["learner"], problem, rule, config.adapt_only)

    def make_players(self):
        """See `FewShotTrainer.make_players`."""
        rate = self.config.learning_rate
        return {"learner": self.player("learner", [self.networks["learner"]], "adam", rate)}

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        means = {}

        def terms():
            means.update(self._means(batch))
            return [Term("query", means["loss"])]

        found = self.update("learner", terms)
        score = self.problem.score
        for when in ("before", "after"):
            found[f"learner/{score}_{when}"] = means[when]
        return found

    def _means(self, batch):
        weights = meta.weights_of(self.networks["learner"])
        inner, config = self.inner, self.config

        def one(task, draws):
            state = inner.advance(
                inner.start(weights),
                task["support"],
                draws,
                config.inner_steps,
                first_order=config.first_order,
            )
            query = task["query"]
            outputs = meta.call(inner.network, state[0], inner.problem.inputs(query))
            return {
                "loss": inner.problem.loss(outputs, query),
                "before": inner.scored(weights, query),
                "after": inner.problem.scored(outputs, query),
            }

        return self.over_tasks(one, batch, batch["support"]["label"].shape[1])
