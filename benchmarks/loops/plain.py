"""What the hand-written steps share: the optimiser, the draws, one update."""

import keras
import tensorflow as tf

from benchmarks.loops.workloads import SEED
from tfgan_kit.randomness import seed_of


def adam(config, variables, learning_rate=None):
    """Returns a built Adam as configured, by default with the learning rate of the generator."""
    if learning_rate is None:
        learning_rate = config.generator_lr
    optimizer = keras.optimizers.Adam(
        learning_rate, beta_1=config.beta_1, beta_2=config.beta_2, epsilon=config.epsilon
    )
    optimizer.build(variables)
    return optimizer


def minimize(loss, variables, optimizer):
    """Takes one step of an optimiser and returns the loss before it."""
    # A tape left to itself would also compute the gradients of the other networks.
    tensors = [v.value for v in variables]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(tensors)
        value = loss()
    optimizer.apply(tape.gradient(value, tensors), variables)
    return value


def to_floats(images):
    """Returns images from 0 to 255 as floats in [-1, 1]."""
    return tf.cast(images, tf.float32) / 127.5 - 1.0


def seed_pair(purpose, counter):
    """The seed of the engine's draws for a purpose in a step."""
    return tf.stack([tf.constant(seed_of(SEED, purpose), tf.int64), counter * 65536])


def normal(shape, purpose, counter):
    """The engine's normal numbers for a purpose in a step."""
    return tf.random.stateless_normal(shape, seed_pair(purpose, counter), alg="philox")


def uniform(shape, purpose, counter):
    """The engine's uniform numbers in [-1, 1) for a purpose in a step."""
    return tf.random.stateless_uniform(shape, seed_pair(purpose, counter), -1.0, 1.0, alg="philox")


def low(logits):
    """Returns what a discriminator pays for generated images: mean log(1 + exp(logit))."""
    return tf.reduce_mean(tf.nn.softplus(logits))


def squared(a, b):
    """Returns the mean squared difference."""
    return tf.reduce_mean(tf.square(a - b))
