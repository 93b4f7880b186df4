import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit import meta
from tfgan_kit.errors import UserError


def test_the_first_step_that_is_not_finite_is_told_by_its_name():
    def step(number, x):
        return tf.where(number >= 2, np.inf, x + 1.0)

    assert meta.adapted(step, tf.constant(1.0), 2) == 3.0
    with pytest.raises(UserError, match="became non-finite at step 3 of 5"):
        meta.adapted(step, tf.constant(1.0), 5)
    with pytest.raises(UserError, match="became non-finite at visit 3 of 4"):
        meta.adapted(step, tf.constant(1.0), 4, unit="visit")
