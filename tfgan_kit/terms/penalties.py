"""Penalties on the gradient of a discriminator with respect to its input.

A penalty is a function `penalty(discriminator, real, fake, seed)` that returns an unweighted
scalar, the mean over the batch of this replica. Penalties are computed in float32, except for the
discriminator's own forward pass, which has the precision of its layers
(`tfgan_kit.models.precision` makes it float32). They can be differentiated again. The arguments
are:

* `discriminator`: callable from images to logits, (batch, 1) or (batch, height, width, 1). The
  logits of patches are averaged per image, since their mean is what the losses see.
* `real`, `fake`: batches of one shape, (batch, ...).
* `seed`: integer tensor [2], the same on every replica; it determines the random numbers, of which
  each replica takes its own rows of one draw.

The gradient is taken per example: a discriminator with batch normalization has none (its logits
depend on the whole batch), so use layer normalization, spectral normalization or none instead.
"""

import tensorflow as tf

from tfgan_kit.layers.batch_norm import differentiable_twice
from tfgan_kit.randomness import uniform
from tfgan_kit.terms.losses import global_mean

# Inside square roots: the derivative of sqrt at 0 is infinite.
_EPSILON = 1e-12


def wgan_gp(discriminator, real, fake, seed):
    """Returns E (||grad D(x^)|| - 1)^2 between real and fake (Gulrajani 2017, equation 3)."""
    return gradient_penalty(discriminator, _between(real, fake, seed))


def gradient_penalty(discriminator, images):
    """Returns E (||grad D(x)|| - 1)^2 at the given images, for those who draw them themselves."""
    return tf.reduce_mean(tf.square(_gradient_norm(discriminator, images) - 1.0))


def wgan_gp_one_sided(discriminator, real, fake, seed):
    """Returns E max(0, ||grad D(x^)|| - 1)^2 between real and fake (Gulrajani 2017, section 4)."""
    norm = _gradient_norm(discriminator, _between(real, fake, seed))
    return tf.reduce_mean(tf.square(tf.nn.relu(norm - 1.0)))


def r1(discriminator, real, fake, seed):
    """Returns 1/2 E ||grad D(x)||^2 at real images (Mescheder 2018, equation 9)."""
    del fake, seed
    return 0.5 * tf.reduce_mean(_squared_gradient_norm(discriminator, real))


def r2(discriminator, real, fake, seed):
    """Returns 1/2 E ||grad D(G(z))||^2 at generated images (Mescheder 2018, equation 10)."""
    del real, seed
    return 0.5 * tf.reduce_mean(_squared_gradient_norm(discriminator, fake))


def dragan(discriminator, real, fake, seed):
    """Returns E (||grad D(x + noise)|| - 1)^2 around real images (Kodali 2017).

    The paper's algorithm 1 draws normal noise of a fixed size. This function follows the authors'
    published experiments instead: the noise is uniform in [0, 1) per element, times half the
    standard deviation of all values in the (global) batch.
    """
    del fake
    real = tf.cast(real, tf.float32)
    deviation = tf.sqrt(global_mean(tf.square(real - global_mean(real))) + _EPSILON)
    noise = uniform(seed, tf.shape(real))
    norm = _gradient_norm(discriminator, real + 0.5 * deviation * noise)
    return tf.reduce_mean(tf.square(norm - 1.0))


PENALTIES = {
    "wgan_gp": wgan_gp,
    "wgan_gp_one_sided": wgan_gp_one_sided,
    "r1": r1,
    "r2": r2,
    "dragan": dragan,
}


def _between(real, fake, seed):
    """Returns a random point on the line from each fake example to its real one."""
    real, fake = tf.cast(real, tf.float32), tf.cast(fake, tf.float32)
    shape = [tf.shape(real)[0]] + [1] * (len(real.shape) - 1)
    share = uniform(seed, shape)
    return share * real + (1.0 - share) * fake


def _squared_gradient_norm(discriminator, images):
    """Returns ||grad D||^2 per example, (batch,)."""
    # The penalty trains the discriminator only: no gradient reaches the generator through the
    # points at which it is measured.
    images = tf.stop_gradient(tf.cast(images, tf.float32))
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(images)
        with differentiable_twice():
            logits = tf.cast(discriminator(images), tf.float32)
        per_image = tf.reduce_mean(logits, axis=list(range(1, len(logits.shape))))
    gradient = tf.cast(tape.gradient(per_image, images), tf.float32)
    return tf.reduce_sum(tf.square(gradient), axis=list(range(1, len(gradient.shape))))


def _gradient_norm(discriminator, images):
    return tf.sqrt(_squared_gradient_norm(discriminator, images) + _EPSILON)
