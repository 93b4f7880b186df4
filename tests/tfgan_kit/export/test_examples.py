"""Example requests have values that make sense."""

import keras
import numpy as np

from tfgan_kit.export.endpoints import use_endpoint
from tfgan_kit.export.examples import example
from tfgan_kit.fields import vector_field
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import Bound


def test_vectors_with_limits_lie_between_them():
    fields = {"view": vector_field(2, range=(-0.5, 2.5)), "light": vector_field(2)}
    given = {name: keras.Input((2,), name=name) for name in fields}
    network = keras.Model(given, {"both": keras.layers.Concatenate()([*given.values()])})
    call = Call("network", {name: name for name in fields}, {"both": "both"})
    use = Use("relight", (call,), fields, {"both": vector_field(4)})
    values = example(use_endpoint(Bound(use, {"network": network})), "normal", 400)
    for name, (low, high) in {"view": (-0.5, 2.5), "light": (-1.0, 1.0)}.items():
        assert (values[name].shape, values[name].dtype) == ((400, 2), np.float32)
        assert low <= values[name].min() < low + 0.1
        assert high - 0.1 < values[name].max() <= high
