import numpy as np
import pytest

from tfgan_kit.fields import Field, depth_field, ids_field
from tfgan_kit.fields.network import LEAST_DEPTH, as_pictures, from_network, to_network
from tfgan_kit.pictures.fields import as_seen

VALUES = np.array([0, 500, 1000, 4000], "uint16").reshape(1, 2, 2, 1)


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_networks_take_depths_as_shares_of_the_mean(dtype):
    field = depth_field((2, 2), 1000.0, dtype)
    given = to_network(field, VALUES.astype(dtype)).numpy()
    np.testing.assert_allclose(given.ravel(), [0, 0.5, 1, 4])
    back = from_network(field, given)
    assert back.dtype == dtype
    # 0 would mean that there is no depth, which a network never says.
    np.testing.assert_allclose(back.ravel()[1:], [500, 1000, 4000])
    assert back.ravel()[0] == 1000 * LEAST_DEPTH


def test_depths_beyond_their_type_end_with_it():
    field = depth_field((1, 1), 1000.0, "uint16")
    assert from_network(field, np.full((1, 1, 1, 1), 100.0)).item() == 65535
    assert from_network(field, np.full((1, 1, 1, 1), -3.0)).item() == 1


def test_pictures_of_depths_end_at_twice_the_mean():
    field = depth_field((2, 2), 1000.0, "uint16")
    assert as_pictures(field, VALUES).ravel().tolist() == [0, 64, 128, 255]
    assert as_seen(field, VALUES).dtype == np.uint8


def test_logits_become_the_likeliest_class():
    field = ids_field((1, 2), ("a", "b", "c"))
    logits = np.array([[0.1, 3, 2], [5, 1, 2]], "float32").reshape(1, 1, 2, 3)
    made = from_network(field, logits)
    assert made.dtype == np.int32
    assert made.tolist() == [[[1, 0]]]


def test_a_field_of_depths_is_stored_and_read():
    field = depth_field((4, 6), 1.25)
    assert Field.from_json(field.to_json()) == field
    assert (field.has_size, field.network_shape) == (True, (4, 6, 1))
    weights = Field("vector", (2,), default=(0.8, 0.2))
    assert Field.from_json(weights.to_json()) == weights
