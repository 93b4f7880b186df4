"""Runs on folders of images without labels, from the command line."""

import pytest

from tests.trainers.unpaired.folders import write_domains
from tfgan_kit.runs.run_dir import RunDir

TINY = ["--image-size", "16", "--filters", "2", "--blocks", "1", "--batch-size", "2"]
TINY += ["--steps", "2", "--sample-every", "2", "--checkpoint-every", "2", "--quiet"]
STYLES = ["--style-units", "4", "--discriminator-layers", "2"]


@pytest.mark.parametrize(
    ("method", "options"),
    [("munit", STYLES), ("udit", [*STYLES, "--semantic-weight", "0"])],
)
def test_images_without_labels_are_measured(method, options, command, tmp_path):
    folder, run = write_domains(tmp_path / "set"), tmp_path / "run"
    status, _, err = command(
        *("train", method, "--dataset", folder, *TINY, *options),
        *("--evaluate-every", 2, "--run-dir", run),
    )
    assert status == 0, err
    status, out, err = command("evaluate", run, "--json")
    assert status == 0, err
    for name in ("cycle_l1_a", "style_spread_ab", "reference_error_ba"):
        assert name in out
    assert "other references" in RunDir(run).evaluation.read_text()
