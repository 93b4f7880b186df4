"""Two replicas do what one does with the same global batch."""

import subprocess
import sys

import numpy as np
import pytest

from tests.conftest import ROOT

CASES = ["plain", "clipped and decayed", "relativistic, penalised", "spectral norm"]
CASES += ["drawn between", "drawn around", "augmented", "cogan", "scogan"]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    path = tmp_path_factory.mktemp("replicas") / "found.npz"
    module = "tests.tfgan_kit.engine.replicas"
    done = subprocess.run(
        [sys.executable, "-m", module, path], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return np.load(path)


@pytest.mark.parametrize("case", CASES)
def test_same_parameters_after_five_steps(found, case):
    assert np.abs(found[f"one {case}"]).max() > 0.01
    np.testing.assert_allclose(found[f"one {case}"], found[f"two {case}"], rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        found[f"one {case} values"], found[f"two {case} values"], rtol=1e-5, atol=1e-6
    )


def test_loss_scaling_on_two_replicas(found):
    # Half-precision activations round differently for other batch sizes: 2**-11 relative.
    np.testing.assert_allclose(found["one loss scaling"], found["two loss scaling"], atol=1e-5)


def test_batch_statistics_are_those_of_the_global_batch(found):
    np.testing.assert_allclose(found["one batch norm"], found["two batch norm"], atol=1e-5)
    first, second = found["replicas batch norm"].T
    assert len(first) >= 6
    np.testing.assert_array_equal(first, second)


def test_replicas_draw_their_own_parts_of_one_draw(found):
    one, (first, second) = found["one noise"][0], found["two noise"]
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, one)  # the first rows of the larger draw
    assert len(np.unique(np.concatenate([first, second]))) == 16


@pytest.mark.parametrize("rows", [1, 2, 3, 8])
@pytest.mark.parametrize("kind", ["normal", "uniform", "times", "integers"])
def test_every_draw_is_that_of_the_global_batch(found, kind, rows):
    """Bit for bit; 3, 9 and 27 values per replica do not end with a count of the generator."""
    np.testing.assert_array_equal(found[f"two {rows} {kind}"], found[f"one {rows} {kind}"])


def test_a_batch_that_cannot_be_split_is_refused(found):
    assert "--batch-size 7 cannot be split over 2 devices" in str(found["odd batch"])
