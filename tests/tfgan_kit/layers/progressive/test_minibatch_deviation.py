import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.layers import MinibatchDeviation, mixes_examples


def values(batch=8):
    return np.random.default_rng(0).normal(1, 2, (batch, 4, 5, 3)).astype("float32")


def by_hand(x, group):
    maps = np.empty((*x.shape[:-1], 1), "float32")
    for start in range(0, len(x), group):
        some = x[start : start + group]
        maps[start : start + group] = np.sqrt(some.var(0) + 1e-8).mean()
    return np.concatenate([x, maps], -1)


@pytest.mark.parametrize(("group", "taken"), [(4, 4), (2, 2), (0, 8)])
def test_joins_the_mean_deviation_of_each_group(group, taken):
    x = values()
    np.testing.assert_allclose(MinibatchDeviation(group)(x), by_hand(x, taken), rtol=1e-5)


def test_the_groups_differ():
    x = values()
    x[4:] *= 3
    out = MinibatchDeviation()(x).numpy()[..., -1]
    assert len(np.unique(out)) == 2


def test_equal_images_have_no_deviation():
    """All that is left is the number inside the root."""
    x = tf.constant(np.repeat(values(1), 4, 0))
    with tf.GradientTape() as tape:
        tape.watch(x)
        out = MinibatchDeviation()(x)
        total = tf.reduce_sum(out[..., -1])
    np.testing.assert_allclose(out[..., -1], 1e-4, rtol=1e-3)
    np.testing.assert_array_equal(tape.gradient(total, x), tf.zeros_like(x))


def test_a_batch_that_the_group_does_not_divide_is_refused():
    layer = MinibatchDeviation()
    with pytest.raises(ValueError, match="a batch of 6 cannot be divided into groups of 4"):
        layer(values(6))
    unknown = tf.function(layer, input_signature=[tf.TensorSpec((None, 4, 5, 3))])
    assert unknown(values()).shape == (8, 4, 5, 4)
    with pytest.raises(tf.errors.InvalidArgumentError):
        unknown(values(6))


@pytest.mark.parametrize(("group", "mixes"), [(4, False), (0, True)])
def test_only_the_whole_batch_needs_passes_of_its_own(group, mixes):
    inputs = keras.Input((4, 5, 3))
    model = keras.Model(inputs, MinibatchDeviation(group)(inputs))
    assert mixes_examples(model) == mixes
    real, fake = values(), -2 * values()
    both = model(np.concatenate([real, fake])).numpy()
    alone = np.concatenate([model(real), model(fake)])
    assert np.array_equal(both, alone) != mixes


def test_half_precision_computes_in_float32():
    """The squares are beyond the range of float16."""
    x = tf.cast(500 * values(4), tf.float16)
    out = MinibatchDeviation(dtype="mixed_float16")(x)
    assert out.dtype == tf.float16
    expected = by_hand(x.numpy().astype("float32"), 4)
    np.testing.assert_allclose(out, expected, rtol=1e-3)


def test_survives_saving(tmp_path):
    inputs = keras.Input((4, 5, 3))
    model = keras.Model(inputs, MinibatchDeviation(2)(inputs))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded(values()), model(values()))
