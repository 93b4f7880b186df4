"""Adversarial losses on raw logits.

Every loss is defined by its cost for a single logit; smoothing, flipping and averaging are the same
for all of them. Logits have shape (batch, 1), or (batch, height, width, 1) where a discriminator
judges patches. Losses are computed in float32 whatever the precision of the network.
"""

import dataclasses
from collections.abc import Callable

import tensorflow as tf

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.randomness import uniform


@dataclasses.dataclass(frozen=True)
class AdversarialLoss:
    """One adversarial loss.

    Attributes:
      real: the discriminator's cost for a logit whose label is "real".
      fake: the discriminator's cost for a logit whose label is "fake".
      generated: the generator's cost for the logit of one of its samples.
      relativistic: whether a logit is taken relative to the mean logit of the other side, and the
        generator's loss also depends on the real logits.
      bounded: whether the discriminator's loss has a lower bound.
    """

    real: Callable[[tf.Tensor], tf.Tensor]
    fake: Callable[[tf.Tensor], tf.Tensor]
    generated: Callable[[tf.Tensor], tf.Tensor]
    relativistic: bool = False
    bounded: bool = True

    def discriminator(
        self, real_logits, fake_logits, *, smoothing=0.0, real_flip=None, fake_flip=None
    ):
        """Returns the discriminator's two terms; its loss is their sum.

        Args:
          real_logits: logits of real examples, (batch, ..., 1).
          fake_logits: logits of generated examples, (batch, ..., 1).
          smoothing: share in [0, 1] of the label "real" that is turned into "fake", as in one-sided
            label smoothing (Salimans 2016). The label "fake" is not smoothed.
          real_flip: boolean (batch,), true where a real example is labelled fake; see `flip_mask`.
          fake_flip: boolean (batch,), true where a generated example is labelled real.

        Returns:
          Two means over the batch of this replica: for the real and for the generated examples.
        """
        real_logits, fake_logits = self._relative(real_logits, fake_logits)

        def as_real(logits):
            if not smoothing:
                return self.real(logits)
            return (1.0 - smoothing) * self.real(logits) + smoothing * self.fake(logits)

        real = _choose(real_flip, self.fake, as_real, real_logits)
        fake = _choose(fake_flip, as_real, self.fake, fake_logits)
        return tf.reduce_mean(real), tf.reduce_mean(fake)

    def generator(self, fake_logits, real_logits=None):
        """Returns the generator's loss, a mean over the batch of this replica.

        Args:
          fake_logits: logits of generated examples, (batch, ..., 1).
          real_logits: logits of real examples. Only relativistic losses need them.

        Raises:
          ValueError: if a relativistic loss is not given the real logits.
        """
        if not self.relativistic:
            return tf.reduce_mean(self.generated(tf.cast(fake_logits, tf.float32)))
        if real_logits is None:
            raise ValueError("A relativistic loss of the generator needs `real_logits`.")
        real_logits, fake_logits = self._relative(real_logits, fake_logits)
        return tf.reduce_mean(self.generated(fake_logits)) + tf.reduce_mean(self.fake(real_logits))

    def _relative(self, real_logits, fake_logits):
        real, fake = tf.cast(real_logits, tf.float32), tf.cast(fake_logits, tf.float32)
        if self.relativistic:
            real, fake = real - global_mean(fake), fake - global_mean(real)
        return real, fake


def _choose(mask, if_true, if_false, logits):
    if mask is None:
        return if_false(logits)
    mask = tf.reshape(mask, [-1] + [1] * (len(logits.shape) - 1))
    return tf.where(mask, if_true(logits), if_false(logits))


def _log_loss_real(logits):
    return tf.nn.softplus(-logits)


MINIMAX = AdversarialLoss(
    real=_log_loss_real, fake=tf.nn.softplus, generated=lambda logits: -tf.nn.softplus(logits)
)
NON_SATURATING = AdversarialLoss(real=_log_loss_real, fake=tf.nn.softplus, generated=_log_loss_real)
WASSERSTEIN = AdversarialLoss(
    real=tf.negative, fake=tf.identity, generated=tf.negative, bounded=False
)
HINGE = AdversarialLoss(
    real=lambda logits: tf.nn.relu(1.0 - logits),
    fake=lambda logits: tf.nn.relu(1.0 + logits),
    generated=tf.negative,
)
RELATIVISTIC_AVERAGE = AdversarialLoss(
    real=_log_loss_real, fake=tf.nn.softplus, generated=_log_loss_real, relativistic=True
)


def least_squares(a=0.0, b=1.0, c=1.0):
    """Returns the least-squares loss (Mao 2017, equations 2 and 9): 1/2 (logit - target)^2.

    pix2pixHD, CycleGAN and MUNIT minimise (D - 1)^2 for the generator, without the 1/2: the
    adversarial weight 1 of those papers is a weight of 2 for this function, beside unchanged
    weights of the other terms. Their discriminator's factor only scales its own step.

    Args:
      a: the discriminator's target for generated examples.
      b: the discriminator's target for real examples.
      c: the generator's target for its samples.
    """

    def distance_to(target):
        return lambda logits: 0.5 * tf.square(logits - target)

    return AdversarialLoss(real=distance_to(b), fake=distance_to(a), generated=distance_to(c))


ADVERSARIAL_LOSSES = {
    "minimax": MINIMAX,
    "non_saturating": NON_SATURATING,
    "least_squares": least_squares(),
    "wasserstein": WASSERSTEIN,
    "hinge": HINGE,
    "relativistic_average": RELATIVISTIC_AVERAGE,
}


def adversarial_loss(name):
    """Returns the loss of that name (see `tfgan_kit.settings.names.ADVERSARIAL_LOSSES`).

    Raises:
      UserError: if there is none.
    """
    if name not in ADVERSARIAL_LOSSES:
        raise UserError(
            f"no adversarial loss is called {name!r}{suggest(name, ADVERSARIAL_LOSSES)}; "
            f"choose one of {', '.join(ADVERSARIAL_LOSSES)}"
        )
    return ADVERSARIAL_LOSSES[name]


def chance_level(loss):
    """Returns the lowest loss of a discriminator that gives every example the same logit.

    A loss far below this level means that the discriminator has won.

    Args:
      loss: an `AdversarialLoss`.

    Returns:
      A float, or None for a loss without a lower bound, which has no such level.
    """
    if not loss.bounded:
        return None
    with tf.init_scope():
        blind = [tf.fill([1, 1], logit) for logit in (0.0, 0.25, 0.5, 0.75, 1.0)]
        return float(min(sum(loss.discriminator(logit, logit)) for logit in blind))


def flip_mask(batch_size, probability, seed):
    """Returns a boolean mask (batch_size,) whose elements are true with the given probability.

    Args:
      batch_size: number of examples on this replica.
      probability: in [0, 1].
      seed: integer tensor [2], the same on every replica; it determines the mask.
    """
    return uniform(seed, [batch_size]) < probability


def global_mean(x, axis=None):
    """Returns the mean of `x` over all replicas, and over an axis or, by default, all of them.

    The gradient reaches every replica's elements. Under `MirroredStrategy`, replicas can only
    synchronise outside `tf.cond` and `tf.while_loop`.
    """
    mean = tf.reduce_mean(x, axis)
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return mean
    return context.all_reduce(tf.distribute.ReduceOp.MEAN, mean)
