"""Two replicas give the update of one with the same global batch, whatever the method."""

import subprocess
import sys

import numpy as np
import pytest

from tests.conftest import ROOT
from trainers import registry


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    path = tmp_path_factory.mktemp("replicas") / "found.npz"
    done = subprocess.run(
        [sys.executable, "-m", "tests.every_method.replicas", path],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return np.load(path)


@pytest.mark.parametrize("name", registry.METHODS)
def test_two_replicas_give_the_update_of_one(found, name):
    for kind, tolerance in ((f"{name} values", 1e-5), (name, 2e-5)):
        one, two = found[f"one {kind}"], found[f"two {kind}"]
        np.testing.assert_allclose(one, two, rtol=tolerance, atol=tolerance)
