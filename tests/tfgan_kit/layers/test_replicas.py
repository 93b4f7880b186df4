"""Two replicas must do what one does with the whole batch."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.layers.two_replicas import in_a_process, save_both, split, stacked
from tfgan_kit.engine.player import clip_weights
from tfgan_kit.layers import SpectralConv2D, SpectralDense, normalization
from tfgan_kit.terms.losses import adversarial_loss
from tfgan_kit.terms.penalties import dragan

BATCH = 8
SEED = [1, 2]
REAL = np.random.default_rng(0).normal(0.5, 2.0, size=(BATCH, 3)).astype("float32")
FAKE = np.random.default_rng(1).normal(size=(BATCH, 3)).astype("float32")
SLOPE = np.array([[0.3], [-0.2], [0.5]], "float32")


def compute(strategy):
    seeded = keras.initializers.RandomNormal(seed=7)
    with strategy.scope():
        dense = SpectralDense(4, kernel_initializer=seeded)
        dense.build((None, 3))
        conv = SpectralConv2D(4, 3, kernel_initializer=seeded)
        conv.build((None, 8, 8, 2))
        batch_norm = normalization("batch")
        batch_norm.build((None, 3))
        clipped = keras.layers.Dense(2, kernel_initializer=seeded)
        clipped.build((None, 3))
        for layer in (dense, conv):
            layer.kernel.assign_add(np.random.default_rng(2).normal(size=layer.kernel.shape))

    def replica(real, fake):
        seed = tf.constant(SEED)
        loss = adversarial_loss("relativistic_average")
        slope = tf.constant(SLOPE)
        out = {}
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(slope)
            real_logits, fake_logits = real @ slope, fake @ slope
            d_loss = tf.add_n(loss.discriminator(real_logits, fake_logits))
            g_loss = loss.generator(fake_logits, real_logits)
        out["d_loss"], out["g_loss"] = d_loss, g_loss
        out["d_gradient"] = tape.gradient(d_loss, slope)
        out["g_gradient"] = tape.gradient(g_loss, slope)

        points = []

        def discriminator(images):
            points.append(images)
            return images @ slope

        out["dragan"] = dragan(discriminator, real, fake, seed)
        out["dragan_deviation"] = tf.reduce_mean((points[0] - real) / (0.5 * part_of_draw(real)))

        tf.cond(seed[0] > 0, lambda: tick(dense), lambda: tick(dense))
        tick(conv)
        out |= {"dense_u": dense.u.value + 0.0, "conv_v": conv.v.value + 0.0}
        out |= {"dense": dense.sigma(), "conv": conv.sigma()}

        batch_norm(real, training=True)
        out["moving_mean"] = batch_norm.moving_mean.value + 0.0
        out["moving_variance"] = batch_norm.moving_variance.value + 0.0
        clip_weights(clipped.trainable_variables, 0.03)
        out["clipped"] = clipped.kernel.value + 0.0
        return out

    def part_of_draw(real):
        context, rows = tf.distribute.get_replica_context(), real.shape[0]
        whole = tf.random.stateless_uniform(REAL.shape, SEED, alg="philox")
        return whole[rows * context.replica_id_in_sync_group :][:rows]

    def tick(layer):
        layer.power_iteration(2)
        return 0

    @tf.function
    def run(real, fake):
        return strategy.run(replica, args=(real, fake))

    return stacked(strategy, run(split(strategy, REAL), split(strategy, FAKE)))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return in_a_process(__file__, tmp_path_factory.mktemp("replicas") / "results.npz")


@pytest.mark.parametrize("name", ["d_loss", "g_loss", "d_gradient", "g_gradient"])
def test_relativistic_average_is_over_the_global_batch(results, name):
    """The mean over replicas is what the update sums, each replica's share being 1 / 2."""
    np.testing.assert_allclose(results[f"two/{name}"].mean(0), results[f"one/{name}"][0], rtol=1e-4)


def test_dragan_uses_the_deviation_of_the_global_batch(results):
    np.testing.assert_allclose(results["two/dragan_deviation"], REAL.std(), rtol=1e-3)
    np.testing.assert_allclose(results["one/dragan_deviation"], REAL.std(), rtol=1e-3)
    np.testing.assert_allclose(results["two/dragan"].mean(), results["one/dragan"][0], rtol=1e-4)


@pytest.mark.parametrize("name", ["dense_u", "conv_v", "dense", "conv"])
def test_spectral_layers_agree_on_all_replicas(results, name):
    first, second = results[f"two/{name}"]
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first, results[f"one/{name}"][0], rtol=1e-5)


@pytest.mark.parametrize("name", ["moving_mean", "moving_variance"])
def test_batch_normalization_sees_the_global_batch(results, name):
    first, second = results[f"two/{name}"]
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first, results[f"one/{name}"][0], rtol=1e-4, atol=1e-6)


def test_weights_are_clipped_on_all_replicas(results):
    for kernel in (*results["two/clipped"], *results["one/clipped"]):
        assert np.abs(kernel).max() == pytest.approx(0.03)


if __name__ == "__main__":
    save_both(compute)
