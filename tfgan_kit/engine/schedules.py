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

    At given steps the rate may fall by a factor besides.

    Args:
      learning_rate: the rate after the warm-up.
      shape: "constant", "linear" or "cosine"; how the rate decays from the end of the warm-up (or
        from `decay_start`, if that is later).
      steps: the step at which the rate reaches 0.
      warmup_steps: number of steps until the full rate is reached.
      decay_start: the step at which the decay begins.
      updates_per_step: how often the optimiser is applied per training step; the schedule counts
        steps, while the optimiser counts updates.
      first_step: the step of the optimiser's first update, for one that begins with a later stage.
      drops: steps, counted from `first_step`, from which on the rate is multiplied by
        `drop_factor`, once for each.
      drop_factor: see `drops`.
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
        drops=(),
        drop_factor=0.5,
    ):
        self.learning_rate = learning_rate
        self.shape = shape
        self.steps = steps
        self.warmup_steps = warmup_steps
        self.decay_start = decay_start
        self.updates_per_step = updates_per_step
        self.first_step = first_step
        self.drops = tuple(drops)
        self.drop_factor = drop_factor

    def __call__(self, updates):
        """The rate for update number `updates`, counted from 0."""
        done_steps = tf.cast(updates, tf.int64) // self.updates_per_step
        step = tf.cast(done_steps + self.first_step, tf.float32)
        warmup = tf.minimum(1.0, (step + 1.0) / (self.warmup_steps + 1.0))
        start = float(max(self.warmup_steps, self.decay_start))
        done = tf.clip_by_value((step - start) / max(1.0, self.steps - start), 0.0, 1.0)
        rate = self.learning_rate * warmup * SHAPES[self.shape](done)
        for drop in self.drops:
            rate *= tf.where(done_steps < drop, 1.0, self.drop_factor)
        return rate

    def get_config(self):
        """The arguments, for Keras' serialisation."""
        return dict(vars(self))
