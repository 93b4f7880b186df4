"""How a network adapts to a task: steps of gradient descent on a loss of its support examples."""

import tensorflow as tf

from tfgan_kit import meta

HEADS = ("logits", "fake_logit", "target")  # The last layers of networks, and their outputs.


class Inner:
    """The inner loop of one network, on tensors; see `tfgan_kit.meta`.

    Args:
      network: the network that adapts.
      problem: what a task is, of `trainers.few_shot.problems`.
      rule: how a step changes weights, a rule of `tfgan_kit.meta`.
      only: "all", or "last" for the weights of the last layer (Raghu et al., Rapid Learning or
        Feature Reuse?, 2020).

    Attributes:
      network, problem, rule: see above.
    """

    def __init__(self, network, problem, rule, only: str = "all"):
        self.network, self.problem, self.rule = network, problem, rule
        count = len(network.trainable_variables)
        heads = [network.get_layer(name) for name in network.output_names if name in HEADS]
        last = sum(len(layer.trainable_variables) for layer in heads)
        self._kept = 0 if only == "all" else count - last
        self._scored_after = {}

    def draws(self, seed, tasks: int, steps: int, examples: int):
        """What the steps draw at random: by default nothing.

        Args:
          seed: of `tfgan_kit.randomness`.
          tasks: number of tasks, on this replica.
          steps: number of steps.
          examples: number of examples of a task to learn from.

        Returns:
          A nested structure of tensors (tasks, steps, ...).
        """
        return ()

    def loss(self, weights, part, draws=()):
        """The loss of a step.

        Args:
          weights: all weights of the network.
          part: the examples of one task to learn from, name -> tensor (n, ...).
          draws: those of this step.
        """
        outputs = meta.call(self.network, weights, self.problem.inputs(part))
        return self.problem.loss(outputs, part)

    def start(self, weights) -> tuple:
        """The state before the first step: the weights, and what the rule carries."""
        weights = tuple(weights)
        return weights, self.rule.slots(weights[self._kept :])

    def advance(self, state, part, draws, steps: int, *, first: int = 0, first_order: bool = False):
        """Takes steps on a task.

        Args:
          state: of `start` or of `advance`.
          part: see `loss`.
          draws: of all steps, (steps, ...).
          steps: how many to take.
          first: how many were taken before.
          first_order: whether gradients count as constants where the result is differentiated.

        Returns:
          The state after them: weights, and what the rule carries.
        """
        weights, slots = state
        fixed = weights[: self._kept]

        def step(number, state):
            moved, slots = state
            number += first
            own = tf.nest.map_structure(lambda x: x[number], draws)
            gradients = meta.gradients_of(
                lambda w: self.loss((*fixed, *w), part, own), moved, first_order=first_order
            )
            return self.rule.apply(moved, gradients, slots, number)

        moved, slots = meta.repeat(step, (weights[self._kept :], slots), steps)
        return (*fixed, *moved), slots

    def scored_after(self, at: tuple[int, ...]):
        """A compiled function (tasks, draws) -> scores, see `trainers.few_shot.measures.curves`.

        It is made once for each `at`, so that a run's evaluations share it.
        """

        def one(given):
            task, draws = given
            state, scores, before = self.start(meta.weights_of(self.network)), [], 0
            for steps in at:
                state = self.advance(state, task["support"], draws, steps - before, first=before)
                before, weights = steps, state[0]
                own = self.problem.inputs(task["support"])
                statistics = meta.statistics_of(self.network, weights, own)
                scores.append([self.scored(weights, task["query"], s) for s in (None, statistics)])
            return tf.transpose(tf.convert_to_tensor(scores))

        @tf.function(autograph=False)
        def every(given):
            return tf.map_fn(one, given, fn_output_signature=tf.float32)

        return self._scored_after.setdefault(at, every)

    def scored(self, weights, part, statistics=None):
        """The score of weights on examples; see `tfgan_kit.meta.call` for the statistics."""
        outputs = meta.call(self.network, weights, self.problem.inputs(part), statistics)
        return self.problem.scored(outputs, part)
