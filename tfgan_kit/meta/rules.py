"""Update rules as functions on tensors: new weights from weights and their gradients."""

import dataclasses
from collections.abc import Sequence

import tensorflow as tf


@dataclasses.dataclass(frozen=True)
class SGD:
    """Gradient descent: w - learning_rate * g."""

    learning_rate: float

    def slots(self, weights: Sequence[tf.Tensor]) -> tuple:
        """What the rule carries from step to step: nothing."""
        return ()

    def apply(self, weights, gradients, slots, step):
        """Takes one step; see `Adam.apply`."""
        rate = self.learning_rate
        return tuple(w - rate * g for w, g in zip(weights, gradients, strict=True)), slots


@dataclasses.dataclass(frozen=True)
class Adam:
    """Adam (Kingma and Ba 2015, algorithm 1); its moments start at zero for every task."""

    learning_rate: float
    beta_1: float = 0.9
    beta_2: float = 0.999
    epsilon: float = 1e-7

    def slots(self, weights: Sequence[tf.Tensor]) -> tuple:
        """The first and the second moments, zeros like the weights."""
        return tuple(map(tf.zeros_like, weights)), tuple(map(tf.zeros_like, weights))

    def apply(self, weights, gradients, slots, step):
        """Takes one step.

        Args:
          weights, gradients: tensors of the same shapes.
          slots: of `slots`, or of the step before.
          step: how many steps were taken before, an integer or a scalar tensor.

        Returns:
          New weights and new slots.
        """
        t = tf.cast(step, tf.float32) + 1.0
        rate = self.learning_rate * tf.sqrt(1 - self.beta_2**t) / (1 - self.beta_1**t)
        first = _moved(slots[0], gradients, self.beta_1)
        second = _moved(slots[1], [g * g for g in gradients], self.beta_2)
        # The root has no gradient at 0, where the step is 0 as well: second order needs a number.
        safe = [tf.where(v > 0, v, 1.0) for v in second]
        roots = [tf.where(v > 0, tf.sqrt(s), 0.0) for v, s in zip(second, safe, strict=True)]
        new = tuple(
            w - rate * m / (r + self.epsilon) for w, m, r in zip(weights, first, roots, strict=True)
        )
        return new, (first, second)


def _moved(moments, values, beta):
    return tuple(beta * m + (1 - beta) * v for m, v in zip(moments, values, strict=True))
