"""Learning rates as a function of the training step."""

import math

import keras
import tensorflow as tf

SHAPES = {
    "constant": tf.ones_like,
    "linear": lambda t: 1.0 - t,
    "cosine": lambda t: 0.5 * (1.0 + tf.cos(math.pi * t)),
}


class Schedule(keras.optimizers.schedules.LearningRateSchedule):
    """A linear warm-up from 0, then a constant rate or a linear or cosine decay to 0.

    Args:
      learning_rate: the rate after the warm-up.
      shape: "constant", "linear" or "cosine"; how the rate decays from the end of the warm-up (or
        from `decay_start`, if that is later).
      steps: the step at which the rate reaches 0.
      warmup_steps: number of steps until the full rate is reached.
      decay_start: the step at which the decay begins.
      updates_per_step: how often the optimiser is applied per training step; the schedule counts
        steps, while the optimiser counts updates.
      first_step: the step at which the optimiser begins to count.
    """

    def __init__(
        self,
        learning_rate,
        shape,
        steps,
        *,
        warmup_steps=0,
        decay_start=0,
        updates_per_step=1,
        first_step=0,
    ):
        self.learning_rate = learning_rate
        self.shape = shape
        self.steps = steps
        self.warmup_steps = warmup_steps
        self.decay_start = decay_start
        self.updates_per_step = updates_per_step
        self.first_step = first_step

    def __call__(self, updates):
        """The rate for update number `updates`, counted from 0."""
        step = tf.cast(tf.cast(updates, tf.int64) // self.updates_per_step, tf.float32)
        step += self.first_step
        warmup = tf.minimum(1.0, (step + 1.0) / (self.warmup_steps + 1.0))
        start = float(max(self.warmup_steps, self.decay_start))
        done = tf.clip_by_value((step - start) / max(1.0, self.steps - start), 0.0, 1.0)
        return self.learning_rate * warmup * SHAPES[self.shape](done)

    def get_config(self):
        """The arguments, for Keras' serialisation."""
        return dict(vars(self))
