"""Conditional normalization: against the unconditional layers, its gradients, two replicas."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.layers.two_replicas import in_a_process, save_both, split, stacked
from tfgan_kit.errors import UserError
from tfgan_kit.layers import ConditionalNormalization, normalization
from tfgan_kit.models.conditioned import conditioned
from tfgan_kit.models.copying import fill

SHAPES = [(8, 4, 4, 3), (8, 3)]
CLASSES = 4
Y = np.array([0, 2, 2, 1, 0, 3, 1, 2])
ONE_HOT = np.eye(CLASSES, dtype="float32")[Y]


def values(shape, seed=0):
    return np.random.default_rng(seed).normal(1.0, 2.0, shape).astype("float32")


def built(shape, kind="batch", tables=True, **kwargs):
    layer = ConditionalNormalization(kind, **kwargs)
    layer.build([(None, *shape[1:]), (None, CLASSES)])
    if tables:
        layer.gain.assign(0.5 * values(layer.gain.shape, 1))
        layer.offset.assign(values(layer.offset.shape, 2))
    return layer


def by_hand(x, label, layer):
    """The formula for batch statistics, in numpy."""
    axes = tuple(range(x.ndim - 1))
    normalised = (x - x.mean(axes)) / np.sqrt(x.var(axes) + 1e-5)
    factors, offsets = label @ layer.gain.numpy(), label @ layer.offset.numpy()
    shape = (len(x), *[1] * (x.ndim - 2), x.shape[-1])
    return (1 + factors.reshape(shape)) * normalised + offsets.reshape(shape)


LABELS = {
    "classes": ONE_HOT,
    "attributes": (values((8, CLASSES), 3) > 1).astype("float32"),
    "vectors": values((8, CLASSES), 4),
    "unknown": np.zeros((8, CLASSES), "float32"),
}


@pytest.mark.parametrize("kind", LABELS)
@pytest.mark.parametrize("shape", SHAPES)
def test_is_the_formula(shape, kind):
    layer, x = built(shape), values(shape)
    actual = layer([x, LABELS[kind]], training=True)
    np.testing.assert_allclose(actual, by_hand(x, LABELS[kind], layer), rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("label", [ONE_HOT, 0 * ONE_HOT], ids=["classes", "unknown"])
@pytest.mark.parametrize("kind", ["batch", "instance"])
def test_starts_neutral(kind, label):
    x = values(SHAPES[0])
    layer, plain = built(x.shape, kind, tables=False), normalization(kind)
    for training in (True, False):
        expected = plain(x, training=training)
        actual = layer([x, label], training=training)
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)
    assert [w.name for w in layer.trainable_variables] == ["gain", "offset"]
    assert sum(w.shape.num_elements() for w in layer.trainable_variables) == 2 * CLASSES * 3


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["batch", "instance"])
def test_equal_rows_are_the_unconditional_layer(kind, shape):
    if kind == "instance" and len(shape) == 2:
        pytest.skip("a single value has no deviation")
    x, plain = values(shape), normalization(kind)
    plain.build(shape)
    rng = np.random.default_rng(5)
    for weight in plain.weights:
        weight.assign(rng.uniform(0.5, 2.0, weight.shape))
    layer = built(shape, kind)
    inputs = [keras.Input(shape[1:]), keras.Input((CLASSES,))]
    network = keras.Model(inputs, layer(inputs))
    given = {f"{layer.name}/{weight.name}": weight.numpy() for weight in plain.weights}
    copied, _ = fill(network, conditioned(network, given))
    assert {name.split("/")[0] for name in copied} == {layer.name}
    mixed = np.random.default_rng(6).dirichlet(np.ones(CLASSES), len(x)).astype("float32")
    for label in (ONE_HOT, mixed):
        expected = plain(x, training=False)
        np.testing.assert_allclose(layer([x, label], training=False), expected, 1e-4, 1e-5)
    expected, actual = plain(x, training=True), layer([x, ONE_HOT], training=True)
    np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5)
    if kind == "batch":
        for name in ("moving_mean", "moving_variance"):
            np.testing.assert_allclose(getattr(layer.norm, name), getattr(plain, name), 1e-6)


def test_rows_and_labels_permuted_together_change_nothing():
    layer, x = built(SHAPES[0]), values(SHAPES[0])
    expected = layer([x, ONE_HOT], training=True).numpy()
    order = np.array([2, 0, 3, 1])  # Class y becomes class order[y].
    for table in (layer.gain, layer.offset):
        table.assign(table.numpy()[np.argsort(order)])
    renamed = np.eye(CLASSES, dtype="float32")[order[Y]]
    np.testing.assert_allclose(layer([x, renamed], training=True), expected, 1e-6, 1e-6)
    assert np.abs(layer([x, ONE_HOT], training=True) - expected).max() > 0.1


def test_gradients_reach_the_rows_of_labels_in_the_batch_alone():
    layer, x = built(SHAPES[0]), values(SHAPES[0])
    label = np.eye(CLASSES, dtype="float32")[[0, 2, 2, 0, 0, 2, 2, 0]]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(tf.sin(layer([x, label], training=True)))
    for gradient in tape.gradient(loss, [layer.gain.value, layer.offset.value]):
        assert (np.abs(gradient).max(1) > 0).tolist() == [True, False, True, False]


def test_inference_uses_the_moving_statistics():
    layer, x = built(SHAPES[0]), values(SHAPES[0])
    layer([x, ONE_HOT], training=True)
    np.testing.assert_allclose(layer.norm.moving_mean, 0.1 * x.mean((0, 1, 2)), rtol=1e-4)
    expected = 0.9 + 0.1 * x.var((0, 1, 2))
    np.testing.assert_allclose(layer.norm.moving_variance, expected, rtol=1e-4)
    whole = layer([x, ONE_HOT], training=False)
    alone = layer([x[:1], ONE_HOT[:1]], training=False)
    np.testing.assert_allclose(alone, whole[:1], rtol=1e-5, atol=1e-6)


def test_a_frozen_layer_leaves_its_statistics():
    layer, x = built(SHAPES[0]), values(SHAPES[0])
    layer.trainable = False
    before = layer([x, ONE_HOT], training=False)
    np.testing.assert_array_equal(layer([x, ONE_HOT], training=True), before)


@pytest.mark.parametrize("kind", ["layer", "none"])
def test_other_statistics_are_refused(kind):
    with pytest.raises(UserError, match="choose one of batch, instance"):
        ConditionalNormalization(kind)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision_computes_in_float32(policy):
    x = tf.cast(values(SHAPES[0]), policy.removeprefix("mixed_"))
    exact, layer = built(x.shape), built(x.shape, dtype=policy)
    label = LABELS["vectors"] / 3
    actual = layer([x, label], training=True)
    expected = exact([tf.cast(x, "float32"), label], training=True)
    # Nothing but the last step is rounded.
    np.testing.assert_array_equal(actual, tf.cast(expected, x.dtype))
    assert {w.dtype for w in layer.weights} == {"float32"}


@pytest.mark.parametrize("kind", ["batch", "instance"])
def test_a_saved_model_loads_in_safe_mode(kind, tmp_path):
    image, label = keras.Input((4, 4, 3), name="image"), keras.Input((CLASSES,), name="label")
    layer = ConditionalNormalization(kind, name="cbn")
    model = keras.Model({"image": image, "label": label}, layer([image, label]))
    layer.gain.assign(values(layer.gain.shape, 1))
    data = {"image": values(SHAPES[0]), "label": ONE_HOT}
    model(data, training=True)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras", safe_mode=True)
    np.testing.assert_array_equal(loaded(data), model(data))
    assert loaded.get_layer("cbn").kind == kind


def compute(strategy):
    x, label = values(SHAPES[0]), ONE_HOT
    with strategy.scope():
        layer = built(x.shape)

    def replica(x, label):
        with tf.GradientTape() as tape:
            outputs = layer([x, label], training=True)
            # A sum over replicas is the sum over the global batch.
            loss = tf.reduce_sum(tf.sin(outputs))
        gain, offset = tape.gradient(loss, [layer.gain.value, layer.offset.value])
        context = tf.distribute.get_replica_context()
        out = {"outputs": outputs}
        for name, value in {"gain": gain, "offset": offset}.items():
            out[name] = context.all_reduce(tf.distribute.ReduceOp.SUM, value)
        for name in ("moving_mean", "moving_variance"):
            out[name] = getattr(layer.norm, name).value + 0.0
        return out

    @tf.function
    def run(x, label):
        return strategy.run(replica, args=(x, label))

    return stacked(strategy, run(split(strategy, x), split(strategy, label)))


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return in_a_process(__file__, tmp_path_factory.mktemp("replicas") / "results.npz")


def test_two_replicas_normalise_as_one(results):
    whole = results["one/outputs"][0]
    np.testing.assert_allclose(np.concatenate(results["two/outputs"]), whole, 1e-4, 1e-5)


@pytest.mark.parametrize("name", ["gain", "offset", "moving_mean", "moving_variance"])
def test_two_replicas_learn_what_one_does(results, name):
    first, second = results[f"two/{name}"]
    np.testing.assert_array_equal(first, second)
    np.testing.assert_allclose(first, results[f"one/{name}"][0], rtol=1e-4, atol=1e-5)


if __name__ == "__main__":
    save_both(compute)
