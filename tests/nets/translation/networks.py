"""What the tests of all translation networks do with one."""

import keras
import numpy as np


def draw(model, size, batch=2, seed=0):
    """Random inputs in [-1, 1] of a model; a spatial input without a size gets `size`."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.uniform(-1, 1, (batch, *(side or size for side in x.shape[1:]))).astype("float32")
        for name, x in model.input.items()
    }


def survives_saving(model, inputs, folder):
    """Saves and loads a model and compares all of its outputs."""
    model.save(folder / "model.keras")
    loaded = keras.saving.load_model(folder / "model.keras", safe_mode=True)
    expected = model(inputs)
    outputs = loaded(inputs)
    assert set(outputs) == set(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(outputs[name], value, err_msg=name)


def build_in(policy, build):
    """A network built under a dtype policy."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy(before)
