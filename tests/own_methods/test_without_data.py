"""A method that learns from a frozen generator, without data, is a method like any other."""

import csv
import json
import shutil

import cv2
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.own_methods import shifts
from tests.own_methods.known import known
from tests.own_methods.replicas import assert_same_update, both
from tests.tfgan_kit.engine.test_resume import assert_same_run
from tfgan_kit.engine.loop import Loop
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.runs.run_dir import next_name
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.settings.option import make
from trainers import registry

SMALL = ["--batch-size", 8, "--steps", 4, "--log-every", 2]
SMALL += ["--sample-every", 2, "--checkpoint-every", 2]


@pytest.fixture(scope="module", autouse=True)
def _known():
    with known("shifts", shifts.ROW):
        yield


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    return shifts.save_generator(tmp_path_factory.mktemp("frozen") / "generator.keras")


@pytest.fixture(scope="module")
def run(frozen, tmp_path_factory):
    import main

    path = tmp_path_factory.mktemp("runs") / "shifts"
    given = ["train", "shifts", "--generator", frozen, *SMALL, "--run-dir", path, "--quiet"]
    assert main.main([str(word) for word in given]) == 0
    return path


def test_no_data_are_opened():
    config = make(registry.find("shifts").config_class())
    feed, same = open_feed("none", config)
    assert same == config
    assert (feed.spec, feed.readers, feed.notes) == ({}, (), ())
    assert feed.held_out() == feed.reference(5) == ()
    assert feed.changed(batch_size=2).spec == {}


def test_its_help_has_no_options_of_data(command, capsys):
    import main

    with pytest.raises(SystemExit):
        main.main(["train", "shifts", "--help"])
    told = capsys.readouterr().out
    assert "--generator" in told
    assert "--dataset" not in told
    assert "--augment" not in told
    status, out, _ = command("completion", "bash")
    assert status == 0
    assert "shifts" in out


def test_its_name_has_no_data_in_it(tmp_path):
    config = make(registry.find("shifts").config_class())
    assert next_name(tmp_path, "shifts", config, {"seed": 1}).name == "00000-shifts-seed1"


def test_dry_run(frozen, command):
    status, out, err = command("train", "shifts", "--generator", frozen, *SMALL, "--dry-run")
    assert (status, err) == (0, "")
    assert "data      none: it learns from networks alone" in out
    assert "memory of a step" in out


def test_what_its_run_holds(run):
    with open(run / "metrics.csv") as file:
        rows = list(csv.DictReader(file))
    assert [row["step"] for row in rows] == ["2", "4"]
    assert "data_wait" not in rows[0]
    assert float(rows[0]["images_per_second"]) > 0
    assert all(np.isfinite(float(row["shift/loss"])) for row in rows)
    assert sorted(p.stem for p in (run / "samples").glob("*.png")) == [
        "00000000",
        "00000002",
        "00000004",
    ]
    assert cv2.imread(str(run / "samples" / "00000004.png")).std() > 0
    page = (run / "report.html").read_text()
    assert "none: it learns from networks alone" in page
    assert "waiting for data" not in page
    assert "data " not in (run / "log.txt").read_text().split("step 2  ")[1]


def test_an_interrupted_run_goes_on_to_the_same_bits(run, tmp_path, command):
    own = shutil.copytree(run, tmp_path / "run")
    for path in (own / "checkpoints").glob("ckpt-4.*"):
        path.unlink()
    status, _, err = command("train", "--resume", own)
    assert (status, err) == (0, "")
    assert_same_run(run, own)


@pytest.mark.parametrize("looks", [1, 2])
def test_two_replicas_give_the_update_of_one(frozen, tmp_path, looks):
    row, file = "tests.own_methods.shifts:ROW", tmp_path / "found.npz"
    found = both(row, file, generator=frozen, batch_size=8, looks=looks)
    assert_same_update(found)
    assert np.ptp(found["one values"], axis=0).min() > 0


def trainer_of(frozen, **settings):
    method = registry.find("shifts")
    feed, config = open_feed("none", make(method.config_class(), {"generator": frozen}, settings))
    return method.build(config, feed, tf.distribute.get_strategy())


def test_turns_and_xla_go_without_data(frozen):
    for looks in (1, 3):
        trainer = trainer_of(frozen, batch_size=4, looks=looks)
        window = Loop(trainer, lambda context: pytest.fail("asked for data"), jit=True).run(2)
        assert window.values.shape == (2, 3)
        assert np.isfinite(window.values).all()
        assert np.isnan(window.waited)


def test_the_shape_of_images_is_the_networks(frozen):
    trainer = trainer_of(frozen)
    assert trainer.image_shape == shifts.SHAPE
    assert trainer.classes == ()
    assert not trainer.multi_label
    assert trainer.sets == ({},)
    trainer.networks = {"shift": trainer.shift}
    with pytest.raises(ValueError, match="none of the networks"):
        _ = trainer.image_shape


def test_what_it_learned_is_used_and_served(run, command, tmp_path):
    bound = SavedRun(run).bound("generate")
    latents = np.random.default_rng(0).normal(size=(200, shifts.LATENT)).astype(np.float32)
    made = bound.render({"latent": latents})["image"]
    assert made.shape == (200, *shifts.SHAPE)
    plain = load_keras(run / "models" / "generator.keras")(latents)["image"].numpy()
    assert made.mean() > plain.mean() + 0.01
    status, out, err = command("export", run, "--output", tmp_path / "model", "--json")
    assert status == 0, err
    assert json.loads(out)["largest_difference"] <= 1e-5
    served = tf.saved_model.load(str(tmp_path / "model" / "1")).signatures["serving_default"]
    np.testing.assert_allclose(
        served(latent=tf.constant(latents[:3]))["image"], made[:3], atol=1e-5
    )
    assert command("sample", run, "--count", 4, "--output", tmp_path / "a.png")[0] == 0
    assert command("interpolate", run, "--output", tmp_path / "b.png")[0] == 0
    assert command("report", run)[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["evaluate"], "has no measures for none"),
        (["evaluate", "--metrics", "swd"], "was trained without data"),
        (["neighbours"], "was trained without data"),
    ],
)
def test_what_needs_data_is_refused(run, refused, words, told):
    assert told in refused(words[0], run, *words[1:])
