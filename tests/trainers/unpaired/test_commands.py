"""Runs on folders of images without labels, from the command line."""

import json

import cv2
import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.unpaired.folders import write_domains
from tfgan_kit.fields import image_field
from tfgan_kit.fields.network import from_network, to_network
from tfgan_kit.runs.run_dir import RunDir
from trainers.unpaired import styles

TINY = ["--image-size", "16", "--filters", "2", "--blocks", "1", "--batch-size", "2"]
TINY += ["--steps", "2", "--sample-every", "2", "--checkpoint-every", "2", "--quiet"]
STYLES = ["--style-units", "4", "--discriminator-layers", "2"]


@pytest.mark.parametrize(
    ("method", "options"),
    [("munit", STYLES), ("udit", [*STYLES, "--semantic-weight", "0"])],
)
def test_images_without_labels_are_measured(method, options, command, tmp_path, monkeypatch):
    monkeypatch.setattr(styles, "STYLES", 2)
    folder, run = write_domains(tmp_path / "set"), tmp_path / "run"
    status, _, err = command(
        *("train", method, "--dataset", folder, *TINY, *options),
        *("--evaluate-every", 2, "--run-dir", run),
    )
    assert status == 0, err
    (found,) = json.loads(RunDir(run).evaluation.read_text())
    assert {"cycle_l1_a", "style_spread_ab", "reference_error_ba"} <= set(found)
    assert set(found["reference"]) == {"other references"}


def test_sixteen_bits_of_rectangular_images_are_kept_all_the_way(command, tmp_path):
    folder = write_domains(tmp_path / "set", size=(24, 40), channels=1, dtype="uint16")
    run, out, model = tmp_path / "run", tmp_path / "out", tmp_path / "model"
    settings = [*TINY, "--depth", 16, "--image-size", "24x40", "--evaluate-every", 2]
    status, _, err = command(
        *("train", "cyclegan", "--dataset", folder, *settings, "--run-dir", run)
    )
    assert status == 0, err
    given = ["--from", "a", "--to", "b", "--input", folder / "testA", "--output", out]
    status, _, err = command("translate", run, *given)
    assert status == 0, err
    status, _, err = command("export", run, "--output", model)
    assert status == 0, err
    served = tf.saved_model.load(str(model / "1")).signatures["translate_ab"]
    field, seen = image_field((24, 40, 1), "uint16", (0, 65535)), set()
    for number in range(4):
        image, made = (
            cv2.imread(str(place / f"test{number}.png"), cv2.IMREAD_UNCHANGED)
            for place in (folder / "testA", out)
        )
        assert (made.dtype, made.shape) == (np.uint16, (24, 40))
        answer = served(input=to_network(field, image[None, ..., None]))["image"].numpy()
        expected = from_network(field, answer)[0, ..., 0].astype(int)
        assert np.abs(made - expected).max() <= 1
        seen |= set((made & 255).ravel().tolist())
    assert len(seen) > 200  # The lower byte is in use.
