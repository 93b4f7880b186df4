"""Dropout: its masks, its counter, and two replicas against one."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.layers.two_replicas import in_a_process, save_both, split, stacked
from tfgan_kit.layers import Dropout
from tfgan_kit.randomness import seed_of
from tfgan_kit.terms.penalties import wgan_gp

X = np.random.default_rng(0).uniform(0.5, 1.5, size=(8, 5, 3)).astype("float32")


def test_values_are_dropped_at_the_rate_and_the_mean_stays():
    layer = Dropout(0.3, seed=1)
    x = np.ones((100, 1000), "float32")
    y = layer(x, training=True).numpy()
    np.testing.assert_allclose(y[y != 0], 1 / 0.7, rtol=1e-6)
    # 1e5 draws: the share's standard deviation is 0.0014.
    assert (y == 0).mean() == pytest.approx(0.3, abs=0.006)
    assert (y == 0).mean(1).std() < 0.03


def test_the_mask_is_a_function_of_seed_and_counter():
    layer = Dropout(0.5, seed=7)
    for count in range(3):
        y = layer(X, training=True)
        seed = [seed_of(7, "dropout"), count * 65536]
        values = tf.random.stateless_uniform(X.shape, seed, alg="philox").numpy()
        np.testing.assert_allclose(y, np.where(values >= 0.5, X / 0.5, 0))
    assert int(layer.counter) == 3


def test_masks_differ_between_calls_and_between_layers():
    keras.utils.set_random_seed(0)
    first, second = Dropout(0.5), Dropout(0.5)
    masks = [layer(X, training=True).numpy() == 0 for layer in (first, first, second)]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert 0.2 < (masks[i] == masks[j]).mean() < 0.8
    keras.utils.set_random_seed(0)
    np.testing.assert_array_equal(Dropout(0.5)(X, training=True).numpy() == 0, masks[0])


def test_without_training_nothing_happens():
    layer = Dropout(0.5)
    for y in (layer(X), layer(X, training=False), Dropout(0.0)(X, training=True)):
        np.testing.assert_array_equal(y, X)
    assert int(layer.counter) == 0


@pytest.mark.parametrize("rate", [-0.1, 1.0])
def test_a_rate_outside_of_the_range_is_refused(rate):
    with pytest.raises(ValueError, match="at least 0 and below 1"):
        Dropout(rate)


def small_model():
    image = keras.Input((6,), name="image")
    x = keras.layers.Dense(20, activation="tanh")(image)
    x = Dropout(0.5, name="dropout")(x)
    return keras.Model(image, keras.layers.Dense(1)(x))


def test_a_loaded_model_goes_on_where_the_saved_one_stood(tmp_path):
    model = small_model()
    x = np.ones((4, 6), "float32")
    for _ in range(2):
        model(x, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    assert int(loaded.get_layer("dropout").counter) == 2
    for _ in range(2):
        np.testing.assert_array_equal(loaded(x, training=True), model(x, training=True))


def test_the_counter_is_among_the_variables_and_not_trained():
    model = small_model()
    counter = model.get_layer("dropout").counter
    assert [v is counter for v in model.non_trainable_variables] == [True]
    assert counter.dtype == "int64"


def test_a_clone_counts_by_itself():
    model = small_model()
    x = np.ones((4, 6), "float32")
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    first = model(x, training=True)
    assert int(clone.get_layer("dropout").counter) == 0
    np.testing.assert_array_equal(clone(x, training=True), first)


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_drops_the_same(policy):
    layer = Dropout(0.3, seed=2, dtype=policy)
    y = layer(X, training=True)
    assert y.dtype == policy.removeprefix("mixed_")
    exact = Dropout(0.3, seed=2)(X, training=True)
    np.testing.assert_allclose(tf.cast(y, "float32"), exact, rtol=0.01)


@pytest.mark.parametrize("jit", [False, True])
def test_a_step_counts_each_call_also_within_a_condition(jit):
    layer = Dropout(0.5, seed=3)
    layer.build(X.shape)

    @tf.function(jit_compile=jit)
    def step(x, extra):
        first = layer(x, training=True)
        if extra:
            first += layer(x, training=True)
        return first, layer(x, training=True)

    first, second = step(X, tf.constant(False))
    assert int(layer.counter) == 2
    assert 0.2 < np.mean((first == 0) == (second == 0)) < 0.8
    if not jit:  # XLA has other numbers under the same seed.
        twin = Dropout(0.5, seed=3)
        np.testing.assert_array_equal(first, twin(X, training=True))
        np.testing.assert_array_equal(second, twin(X, training=True))
    step(X, tf.constant(True))
    assert int(layer.counter) == 5


def test_a_gradient_penalty_goes_through_it():
    """The penalty's gradient by a difference quotient, under one mask."""
    keras.utils.set_random_seed(0)
    model = small_model()
    counter = model.get_layer("dropout").counter
    real, fake = np.random.default_rng(1).normal(size=(2, 8, 6)).astype("float32")
    kernel = model.trainable_variables[0]

    @tf.function
    def penalty():
        with tf.GradientTape() as tape:
            value = wgan_gp(lambda x: model(x, training=True), real, fake, [1, 2])
        return value, tape.gradient(value, kernel.value)

    gradient = penalty()[1].numpy()
    direction = np.random.default_rng(2).normal(size=kernel.shape).astype("float32")
    values, start = [], kernel.numpy()
    for step in (-1e-2, 1e-2):
        counter.assign(0)
        kernel.assign(start + step * direction)
        values.append(float(penalty()[0]))
    slope = (values[1] - values[0]) / 2e-2
    assert slope == pytest.approx((gradient * direction).sum(), rel=1e-2)
    assert np.abs(gradient).max() > 0


def compute(strategy):
    with strategy.scope():
        layer = Dropout(0.5, seed=5)
        layer.build(X.shape)

    def replica(x):
        first, second = layer(x, training=True), layer(x, training=True)
        # What stands in a condition must not need the other replicas.
        lazy = tf.cond(tf.reduce_sum(x) > 0, lambda: layer(x, training=True), lambda: x)
        return {"first": first, "second": second, "lazy": lazy, "counter": layer.counter + 0}

    @tf.function
    def run(x):
        return strategy.run(replica, args=(x,))

    part = split(strategy, X)
    run(part)
    out = run(part)
    return {"saved": layer.counter.numpy(), **stacked(strategy, out)}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return in_a_process(__file__, tmp_path_factory.mktemp("replicas") / "results.npz")


@pytest.mark.parametrize("name", ["first", "second", "lazy"])
def test_two_replicas_drop_what_one_would(results, name):
    whole, parts = results[f"one/{name}"][0], results[f"two/{name}"]
    np.testing.assert_array_equal(np.concatenate(parts), whole)
    assert 0.2 < ((parts[0] == 0) == (parts[1] == 0)).mean() < 0.8


def test_replicas_count_alike(results):
    assert results["one/counter"].tolist() == [6]
    assert results["two/counter"].tolist() == [6, 6]
    assert results["one/saved"] == results["two/saved"] == 6


if __name__ == "__main__":
    save_both(compute)
