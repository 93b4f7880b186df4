"""A method that learns from episodes is a method like any other."""

import json
import shutil

import cv2
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from data.reading.open import open_source
from tests.own_methods import prototypes
from tests.own_methods.known import known
from tests.own_methods.replicas import assert_same_update, both
from tests.tfgan_kit.engine.test_resume import assert_same_run
from tfgan_kit.engine.loop import Loop
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.settings.option import make
from trainers import registry

SETTINGS = {"ways": 3, "shots": 2, "queries": 2, "batch_size": 4}
SMALL = [w for k, v in SETTINGS.items() for w in (f"--{k.replace('_', '-')}", v)]
SMALL += ["--held-out-classes", "3", "--image-size", 32, "--augment", "translation"]
EVERY = ["--log-every", 2, "--sample-every", 2, "--checkpoint-every", 2]


@pytest.fixture(scope="module", autouse=True)
def _known():
    with known("prototypes", prototypes.ROW):
        yield


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    import main

    path = tmp_path_factory.mktemp("runs") / "prototypes"
    given = ["train", "prototypes", *SMALL, *EVERY, "--steps", 4, "--run-dir", path, "--quiet"]
    assert main.main([str(word) for word in given]) == 0
    return path


def test_help_and_dry_run(command, capsys):
    import main

    with pytest.raises(SystemExit):
        main.main(["train", "prototypes", "--help"])
    told = capsys.readouterr().out
    for word in ("--ways", "--shots", "--queries", "--held-out-classes", "episodes per update"):
        assert word in told
    status, out, err = command("train", "prototypes", *SMALL, "--dry-run")
    assert (status, err) == (0, "")
    assert "held out: 7, 8, 9; 3-way 2-shot episodes, 2+2 examples of each class" in out


def test_what_its_run_holds(run):
    head, *rows = (run / "metrics.csv").read_text().splitlines()
    assert len(rows) == 2
    assert "both/entropy" in head
    assert "data_wait" in head
    assert len(list((run / "samples").glob("*.png"))) == 3
    assert cv2.imread(str(run / "samples" / "00000004.png")).std() > 0
    assert "held out: 7, 8, 9" in (run / "report.html").read_text()
    (entry,) = json.loads((run / "evaluation.json").read_text())
    assert 0 <= entry["accuracy"] <= 1


def test_an_interrupted_run_goes_on_to_the_same_bits(run, tmp_path, command):
    own = shutil.copytree(run, tmp_path / "run")
    for path in (own / "checkpoints").glob("ckpt-4.*"):
        path.unlink()
    status, _, err = command("train", "--resume", own)
    assert (status, err) == (0, "")
    assert_same_run(run, own)


def test_two_replicas_give_the_update_of_one(tmp_path):
    row, file = "tests.own_methods.prototypes:ROW", tmp_path / "found.npz"
    assert_same_update(both(row, file, image_size=32, augment="translation", **SETTINGS))


def test_what_it_learned_is_used_served_measured_and_reported(run, command, tmp_path):
    bound = SavedRun(run).bound("translate")
    images = open_source("glyphs", image_size=32).read(np.arange(3))["image"]
    made = bound.render({"image": images})["decoded"]
    assert made.shape == (3, 32, 32, 1)
    status, out, err = command("export", run, "--output", tmp_path / "model", "--json")
    assert status == 0, err
    assert json.loads(out)["largest_difference"] <= 1e-5
    served = tf.saved_model.load(str(tmp_path / "model" / "1"))
    pixels = tf.constant(images / np.float32(127.5) - 1)
    found = served.signatures["translate"](image=pixels)["decoded"]
    np.testing.assert_allclose(found, made, atol=1e-5)
    status, out, err = command("evaluate", run, "--json")
    assert status == 0, err
    assert "accuracy" in json.loads(out)["measures"]
    assert command("report", run)[0] == 0


def test_it_learns_classes_that_it_never_saw():
    method = registry.find("prototypes")
    settings = SETTINGS | {"held_out_classes": ("4",), "image_size": 32, "learning_rate": 0.03}
    feed, config = open_feed("episodes", make(method.config_class(), settings))
    trainer = method.build(config, feed, tf.distribute.get_strategy())
    before = trainer.evaluate(feed, 1)["accuracy"]
    window = Loop(trainer, lambda context: feed.dataset(0, context)).run(300)
    entropy = window.values[:, 0]
    after = trainer.evaluate(feed, 1)["accuracy"]
    assert entropy[-30:].mean() < 0.5 * entropy[:30].mean()
    assert after > before + 0.1  # Of five seeds, the least gain was 0.18.
