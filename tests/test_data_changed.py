"""A run goes on with the data that it was trained on, or somebody has said otherwise."""

import os
import shutil

import cv2
import numpy as np
import pytest

from data.sources import folder

SMALL = ["--network", "mlp", "--width", 0.05, "--batch-size", 4, "--image-size", 32]


def write(place, seed, count=8):
    place.mkdir(parents=True, exist_ok=True)
    for i in range(count):
        picture = np.random.default_rng([seed, i]).integers(0, 256, (32, 32), np.uint8)
        # Files of one size, whatever is in them.
        cv2.imwrite(str(place / f"{i}.bmp"), picture)


@pytest.fixture
def run(command, tmp_path):
    write(tmp_path / "photos", 0)
    flags = ["--dataset", tmp_path / "photos", *SMALL, "--steps", 2]
    status, _, err = command("train", "gan", *flags, "--run-dir", tmp_path / "run")
    assert status == 0, err
    return tmp_path / "run"


def test_other_examples_of_the_same_names_and_sizes_are_told(run, command, tmp_path):
    write(tmp_path / "photos", 1)
    before = sorted(os.listdir(run / "checkpoints"))
    status, _, err = command("train", "--resume", run, "--steps", 4)
    assert (status, err.count("\n")) == (2, 1)
    assert "has other examples than those it was trained on" in err
    assert "--data-changed accept" in err
    assert sorted(os.listdir(run / "checkpoints")) == before
    accept = ["--data-changed", "accept"]
    status, out, err = command("train", "--resume", run, "--steps", 4, *accept)
    assert status == 0, err
    assert "has other examples than those it was trained on" in out
    # From here on, that is its data.
    assert command("train", "--resume", run, "--steps", 5)[0] == 0


def test_a_set_that_has_moved_is_named_anew(run, command, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    shutil.copytree(tmp_path / "photos", tmp_path / "elsewhere" / "photos")
    shutil.rmtree(tmp_path / "photos")
    assert command("train", "--resume", run, "--steps", 4)[0] == 2
    moved = ["--dataset", tmp_path / "elsewhere" / "photos"]
    status, out, err = command("train", "--resume", run, "--steps", 4, *moved)
    assert status == 0, err
    assert "other examples" not in out
    assert command("train", "--resume", run, "--steps", 5)[0] == 0


@pytest.mark.parametrize("what", ["content", "name", "size", "class"])
def test_the_fingerprint_tells_what_has_changed(what, tmp_path):
    def fingerprint():
        return folder.open(str(place), data_dir=None, split="train").fingerprint()

    place = tmp_path / "set"
    for name in ("a", "b"):
        write(place / name, 0)
    before = fingerprint()
    shutil.copytree(place, tmp_path / "copy" / "set")
    original, place = place, tmp_path / "copy" / "set"
    assert fingerprint() == before
    place = original
    first = place / "a" / "0.bmp"
    if what == "content":
        write(place / "a", 1, 1)
    elif what == "name":
        first.rename(place / "a" / "00.bmp")
    elif what == "size":
        with open(first, "ab") as file:
            file.write(b"0")
    else:
        first.rename(place / "b" / "9.bmp")
    assert fingerprint() != before


def test_a_joint_run_is_named_anew_as_a_pair():
    from tfgan_kit.settings.option import make
    from trainers import registry

    given = {"dataset_a": "/old/a", "dataset_b": "/old/b"}
    config = make(registry.find("cogan").config_class(), given).moved({"dataset": "/new/a,/new/b"})
    assert (config.dataset, config.dataset_a, config.dataset_b) == ("/new/a,/new/b", None, None)
