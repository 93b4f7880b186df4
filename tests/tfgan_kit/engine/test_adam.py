"""The fused Adam against Keras' own."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.engine.adam import Adam


@pytest.mark.parametrize("keywords", [{}, {"beta_1": 0.0, "beta_2": 0.9}, {"global_clipnorm": 0.1}])
def test_moves_as_keras_does(keywords):
    rng = np.random.default_rng(0)
    start = [rng.normal(size=shape).astype(np.float32) for shape in ((3, 4), (5,))]
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 1, 0.5)
    found = []
    for kind in (Adam, keras.optimizers.Adam):
        variables = [keras.Variable(value) for value in start]
        optimizer = kind(rate, **keywords)
        optimizer.build(variables)
        for step in range(4):
            optimizer.apply([tf.sin(v.value + step) for v in variables], variables)
        found.append([v.numpy() for v in (*variables, *optimizer.variables)])
    for ours, theirs in zip(*found, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
    assert np.abs(found[0][0] - start[0]).max() > 0.05


def test_checkpoints_hold_what_those_of_keras_hold():
    """Also after a step, in which the fused operation shares values among the variables."""
    ours, theirs = (_children_after_a_step(kind) for kind in (Adam, keras.optimizers.Adam))
    assert ours == theirs


def _children_after_a_step(kind):
    variable, optimizer = keras.Variable([1.0, 2.0]), kind(0.1)
    optimizer.build([variable])
    tf.function(lambda: optimizer.apply([tf.constant([1.0, 1.0])], [variable]))()
    return set(optimizer._trackable_children())


def test_amsgrad_is_refused():
    """The fused operation would ignore it."""
    with pytest.raises(ValueError, match="no AMSGrad"):
        Adam(0.1, amsgrad=True)
