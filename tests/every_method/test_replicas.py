"""Two replicas give the update of one with the same global batch, whatever the method."""

import numpy as np
import pytest

from tests.on_two_devices import process_of
from trainers import registry


@pytest.fixture(scope="module")
def compute(tmp_path_factory):
    with process_of("tests.every_method.replicas", tmp_path_factory.mktemp("replicas")) as compute:
        yield compute


@pytest.mark.parametrize("name", registry.METHODS)
def test_two_replicas_give_the_update_of_one(compute, name):
    found = compute(name)
    for kind, tolerance in (("values", 1e-5), ("weights", 2e-5)):
        one, two = found[f"one {kind}"], found[f"two {kind}"]
        np.testing.assert_allclose(one, two, rtol=tolerance, atol=tolerance)
