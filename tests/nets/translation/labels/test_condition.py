import keras
import numpy as np

from nets.translation.labels.condition import condition

IDS = np.array([[[1, 1, 2, 2], [1, 1, 2, 2], [1, 1, 1, 1], [3, 1, 1, 1]]], "int32")
BOUNDARIES = [[0, 1, 1, 0], [0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 0]]


def test_the_boundaries_of_a_4x4_example_are_joined(tmp_path):
    given = np.random.default_rng(0).normal(size=(1, 4, 4, 3)).astype("float32")
    condition(3).save(tmp_path / "condition.keras")
    network = keras.saving.load_model(tmp_path / "condition.keras")
    assert network.count_params() == 0
    made = network({"input": given, "instances": IDS})["condition"].numpy()
    np.testing.assert_array_equal(made[..., :3], given)
    np.testing.assert_array_equal(made[0, ..., 3], BOUNDARIES)
