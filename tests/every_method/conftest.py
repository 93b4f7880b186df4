"""A small run of every method, shared by all promises."""

import shutil

import pytest

import main
from tests.every_method.smallest import flags
from trainers import registry

METHODS = list(registry.METHODS)
STEPS = 4


@pytest.fixture(scope="package", params=METHODS)
def method(request):
    """The name of a method."""
    return request.param


@pytest.fixture(scope="package")
def run(method, tmp_path_factory):
    """A finished run of the method, of four steps, with checkpoints of the second and the last."""
    path = tmp_path_factory.mktemp("runs") / method
    status = main.main(
        ["train", method, *flags(method), "--steps", str(STEPS), "--run-dir", str(path), "--quiet"]
    )
    assert status == 0
    return path


@pytest.fixture
def own(run, tmp_path):
    """A copy of the run that a test may change."""
    return shutil.copytree(run, tmp_path / run.name)
