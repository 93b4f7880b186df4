"""Two replicas do what one does with the same global batch."""

import numpy as np
import pytest

from tests.on_two_devices import process_of
from tests.tfgan_kit.engine import replicas

# Those of a tolerance of their own are below.
CASES = [case for case in replicas.CASES if case not in ("loss scaling", "batch norm")]


@pytest.fixture(scope="module")
def compute(tmp_path_factory):
    folder = tmp_path_factory.mktemp("replicas")
    with process_of("tests.tfgan_kit.engine.replicas", folder) as compute:
        yield compute


@pytest.mark.parametrize("case", CASES)
def test_same_parameters_after_five_steps(compute, case):
    found = compute(case)
    assert np.abs(found["one weights"]).max() > 0.01
    np.testing.assert_allclose(found["one weights"], found["two weights"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(found["one values"], found["two values"], rtol=1e-5, atol=1e-6)


def test_loss_scaling_on_two_replicas(compute):
    # Half-precision activations round differently for other batch sizes: 2**-11 relative.
    found = compute("loss scaling")
    np.testing.assert_allclose(found["one weights"], found["two weights"], atol=1e-5)


def test_batch_statistics_are_those_of_the_global_batch(compute):
    found = compute("batch norm")
    np.testing.assert_allclose(found["one weights"], found["two weights"], atol=1e-5)
    first, second = found["two sums"].T
    assert len(first) >= 6
    np.testing.assert_array_equal(first, second)


def test_replicas_draw_their_own_parts_of_one_draw(compute):
    found = compute("noise")
    one, (first, second) = found["one noise"][0], found["two noise"]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, one)  # the first rows of the larger draw
    assert len(np.unique(np.concatenate([first, second]))) == 16


@pytest.mark.parametrize("rows", replicas.ROWS)
@pytest.mark.parametrize("kind", ["normal", "uniform", "times", "integers"])
def test_every_draw_is_that_of_the_global_batch(compute, kind, rows):
    """Bit for bit."""
    found = compute("draws")
    np.testing.assert_array_equal(found[f"two {rows} {kind}"], found[f"one {rows} {kind}"])


def test_a_batch_that_cannot_be_split_is_refused(compute):
    assert "--batch-size 7 cannot be split over 2 devices" in str(compute("odd batch")["two said"])
