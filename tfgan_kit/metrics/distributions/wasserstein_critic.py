"""The Wasserstein distance between two sets, estimated by an independently trained critic."""

from collections.abc import Callable

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.distributions.feature_sets import canonical_order, check_pair
from tfgan_kit.pictures.images import to_model_range
from tfgan_kit.randomness import seed_of
from tfgan_kit.terms.penalties import wgan_gp_one_sided

STEPS = 500
WINDOW = 10  # Number of steps between calls of `tell`.
BATCH = 64
LEARNING_RATE = 1e-3
PENALTY_WEIGHT = 10.0
WIDTH = 16
SMALLEST = 4  # Side of the last feature map for images.
AT_ONCE = 256


def wasserstein_critic(
    real, fake, steps: int = STEPS, seed: int = 0, tell: Callable[[int], None] | None = None
) -> dict[str, float]:
    """E f(real) - E f(fake) for a critic f, evaluated on held-out data (Danihelka et al. 2017).

    By Kantorovich-Rubinstein duality, the supremum over all 1-Lipschitz f is the Wasserstein-1
    distance. A network underestimates it. On the other hand, a penalty of weight w lets the slope
    grow to about 1 + distance / (2 w), so the estimate is divided by the slope if that is above 1.

    Protocol: each set, in its canonical order, is shuffled with the seed and halved. A fresh critic
    is trained on the first halves as in WGAN-GP (Gulrajani et al. 2017): batches of 64 drawn with
    replacement, 500 steps of Adam (betas 0 and 0.9) with a learning rate that decays linearly from
    1e-3 to 0, penalty weight 10. The penalty is one-sided: a two-sided penalty forces a slope
    before the critic knows its direction, and the critic then does not reverse it. All numbers are
    computed on the second halves. The critic for images has 4 x 4 convolutions of stride 2 with 16,
    32, .. 128 channels, down to 4 pixels; the critic for points has three layers of 128 units. Both
    use leaky ReLU with slope 0.2 and no normalisation.

    Args:
      real: (n, height, width, channels), uint8 or float in [-1, 1]; or points (n, d), which are
        used unscaled.
      fake: m examples of the same kind.
      steps: number of training steps.
      seed: seed of halves, weights and batches. Another seed yields another critic.
      tell: called every 10 steps with the number of steps done; an exception that it raises ends
        the training.

    Returns:
      "distance", which is Euclidean, for images in [-1, 1], and about 0 and possibly negative for
      sets from the same distribution; "standard_error", the error from drawing the second halves;
      "raw", the distance before the division, as in the literature; "slope", the critic's mean
      gradient norm between the sets.

    Raises:
      UserError: if shapes differ, a set has fewer than 4 examples, or a value is not finite.
    """
    real, fake = _checked(real, fake)
    halves = [_halves(x, seed) for x in (real, fake)]
    critic = _critic(real.shape[1:], seed)
    _train(critic, *(first for first, _ in halves), steps, seed, tell or (lambda done: None))
    (x, y), (on_x, on_y) = zip(*((s, _outputs(critic, s)) for _, s in halves), strict=True)
    slope = _slope(critic, x, y, seed)
    raw, scale = on_x.mean() - on_y.mean(), max(slope, 1.0)
    error = np.sqrt(on_x.var() / len(on_x) + on_y.var() / len(on_y))
    return {
        "distance": float(raw / scale),
        "standard_error": float(error / scale),
        "raw": float(raw),
        "slope": slope,
    }


def _checked(real, fake):
    real, fake = np.asarray(real), np.asarray(fake)
    if real.ndim not in (2, 4) or real.shape[1:] != fake.shape[1:]:
        raise UserError(
            "the Wasserstein critic needs images or points of one shape, not "
            f"{real.shape} and {fake.shape}"
        )
    if min(len(real), len(fake)) < 4:
        raise UserError(
            f"the Wasserstein critic needs 4 or more examples of each, not {len(real)} and "
            f"{len(fake)}; give more"
        )
    check_pair(real.reshape(len(real), -1), fake.reshape(len(fake), -1), ("real", "fake"))
    return [x if x.dtype == np.uint8 else x.astype(np.float32) for x in (real, fake)]


def _halves(examples, seed):
    order = canonical_order(examples.reshape(len(examples), -1))
    order = order[np.random.default_rng(seed).permutation(len(order))]
    return examples[order[: len(order) // 2]], examples[order[len(order) // 2 :]]


def _critic(shape, seed):
    """A Keras model from examples to (batch, 1), whose initial weights the seed determines."""

    def kernel():
        kernel.drawn += 1
        return keras.initializers.HeNormal(seed_of(seed, f"critic {kernel.drawn}") % 2**31)

    kernel.drawn = 0
    common = {"dtype": "float32"}
    x = inputs = keras.Input(shape, dtype="float32")
    if len(shape) == 1:
        for _ in range(3):
            x = layers.Dense(128, kernel_initializer=kernel(), **common)(x)
            x = layers.LeakyReLU(0.2, **common)(x)
    else:
        side, width = min(shape[:2]), WIDTH
        while True:
            x = layers.Conv2D(width, 4, 2, "same", kernel_initializer=kernel(), **common)(x)
            x = layers.LeakyReLU(0.2, **common)(x)
            side, width = side // 2, min(2 * width, 8 * WIDTH)
            if side <= SMALLEST:
                break
        x = layers.Flatten(**common)(x)
    return keras.Model(inputs, layers.Dense(1, kernel_initializer=kernel(), **common)(x))


def _train(critic, real, fake, steps, seed, tell):
    rate = keras.optimizers.schedules.PolynomialDecay(LEARNING_RATE, steps, 0.0)
    adam = keras.optimizers.Adam(rate, beta_1=0.0, beta_2=0.9)
    variables = critic.trainable_variables
    adam.build(variables)
    sets = [tf.constant(x) for x in (real, fake)]
    seeds = [seed_of(seed, f"critic's {part}") for part in ("real", "fake", "penalty")]

    def batch(examples, seed, step):
        places = tf.random.stateless_uniform(
            [BATCH], [seed, step], 0, len(examples), tf.int64, alg="philox"
        )
        return to_model_range(tf.gather(examples, places))

    @tf.function
    def train(begin, end):
        for step in tf.range(begin, end):
            x, y = (batch(s, n, step) for s, n in zip(sets, seeds[:2], strict=True))
            with tf.GradientTape() as tape:
                on_x, on_y = tf.split(critic(tf.concat([x, y], 0), training=True), 2)
                penalty = wgan_gp_one_sided(
                    critic, x, y, tf.stack([tf.constant(seeds[2], tf.int64), step])
                )
                loss = tf.reduce_mean(on_y) - tf.reduce_mean(on_x) + PENALTY_WEIGHT * penalty
            adam.apply(tape.gradient(loss, [v.value for v in variables]), variables)

    for done in range(0, steps, WINDOW):
        tell(done)
        end = min(done + WINDOW, steps)
        train(tf.constant(done, tf.int64), tf.constant(end, tf.int64))


def _outputs(critic, examples):
    """float64 (n,)."""
    parts = [examples[i : i + AT_ONCE] for i in range(0, len(examples), AT_ONCE)]
    found = [critic(to_model_range(tf.constant(p)), training=False).numpy() for p in parts]
    return np.concatenate(found)[:, 0].astype(np.float64)


def _slope(critic, real, fake, seed):
    """Mean gradient norm at a random point between each real example and a fake one."""
    count = min(len(real), len(fake))
    shares = np.random.default_rng(seed).uniform(size=count).astype(np.float32)
    norms = []
    for i in range(0, count, AT_ONCE):
        x, y = (to_model_range(tf.constant(s[i : min(i + AT_ONCE, count)])) for s in (real, fake))
        share = shares[i : i + len(x)].reshape(-1, *[1] * (len(x.shape) - 1))
        between = share * x + (1 - share) * y
        with tf.GradientTape() as tape:
            tape.watch(between)
            total = tf.reduce_sum(critic(between, training=False))
        gradient = tape.gradient(total, between).numpy().reshape(len(x), -1)
        norms.append(np.linalg.norm(gradient.astype(np.float64), axis=1))
    return float(np.concatenate(norms).mean())
