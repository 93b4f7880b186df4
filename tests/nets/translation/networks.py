"""What the tests of all translation networks do with one."""

import keras
import numpy as np


def trainable(model) -> int:
    """The number of trainable parameters."""
    return sum(int(np.prod(v.shape)) for v in model.trainable_variables)


def draw(model, size, batch=2, seed=0):
    """Random images in [-1, 1] for each input; `size` is the side of those of any size."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.uniform(-1, 1, (batch, *(side or size for side in x.shape[1:]))).astype("float32")
        for name, x in model.input.items()
    }


def build_in(policy, build):
    """A network built under a dtype policy."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        return build()
    finally:
        keras.config.set_dtype_policy(before)


def survives_saving(model, inputs, folder):
    """Saves and loads a model and compares all of its outputs."""
    model.save(folder / "model.keras")
    loaded = keras.saving.load_model(folder / "model.keras", safe_mode=True)
    expected = model(inputs)
    outputs = loaded(inputs)
    assert set(outputs) == set(expected)
    for name, value in expected.items():
        np.testing.assert_array_equal(outputs[name], value, err_msg=name)
