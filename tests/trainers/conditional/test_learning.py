"""Whether a short training learns the classes, and only if the labels are true.

Longer trainings of all methods are those of `python -m benchmarks.studies.conditional`.
"""

import json

import numpy as np
import pytest

TRAINING = [
    *("acgan", "--preset", "glyphs-small", "--width", 0.125, "--batch-size", 32, "--steps", 400),
    *("--classifier-steps", 200, "--evaluate-count", 500, "--sample-every", 1000),
]
CHANCE = 0.1


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """One judge for both trainings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TFGAN_KIT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


def accuracy(command, run, *flags):
    status, _, err = command("train", *TRAINING, *flags, "--run-dir", run)
    assert status == 0, err
    return json.loads((run / "evaluation.json").read_text())[-1]["accuracy"]


@pytest.mark.long
def test_the_classes_are_learned(command, cache, tmp_path):
    # Seeds 0, 1 and 2 give 0.36, 0.70 and 0.79.
    assert accuracy(command, tmp_path / "run") > 2.2 * CHANCE


@pytest.mark.long
def test_labels_that_say_nothing_teach_nothing(command, cache, tmp_path):
    """The negative control: what a label says is drawn anew, whatever the image shows."""
    matrix = tmp_path / "uniform.csv"
    np.savetxt(matrix, np.full((10, 10), CHANCE), delimiter=",")
    # Of 500 images, three standard deviations.
    assert accuracy(command, tmp_path / "run", "--noise-matrix", matrix) < CHANCE + 0.04
