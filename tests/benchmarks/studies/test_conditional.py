"""The study of generation by label: its data, its baseline, and that nothing is done twice."""

import json
import sys
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from benchmarks.studies import conditional
from benchmarks.studies.labelled import DRAWS, Ground, learn, sort_by_class
from data.feeds.open_feed import open_feed
from tests.trainers.small import write_mnist
from tfgan_kit.layers import Probabilities
from tfgan_kit.settings.option import make
from trainers.conditional.cgan.config import CGANConfig


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    path = tmp_path_factory.mktemp("ground")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TFGAN_KIT_CACHE", str(path / "cache"))
        data = str(write_mnist(path, 200, 40))
        patch.setenv("TFGAN_KIT_DATA", data)
        yield Ground({"dataset": "mnist", "classifier_steps": 2})


def test_half_and_noisy_labels(ground):
    truth, images = ground.train["label"], ground.train["image"]
    counts = np.bincount(truth)
    assert ground.half == min(10, counts.min())
    half = ground.known("half", 0)
    np.testing.assert_array_equal(np.bincount(half["label"]), [ground.half] * 10)
    places = [int(np.flatnonzero((images == image).all((1, 2, 3)))[0]) for image in half["image"]]
    assert len(set(places)) == len(places)
    np.testing.assert_array_equal(half["label"], truth[places])
    noisy = ground.known("noisy", 0)
    assert 0.04 < (noisy["label"] != truth).mean() < 0.18
    assert set(noisy["label"]) <= set(range(10))
    np.testing.assert_array_equal(ground.known("all", 0)["label"], truth)


def test_few_labels_with_the_rest_and_alone(ground, tmp_path):
    """The same examples, whose labels a run is shown, and without others."""
    few = ground.few
    assert few == min(20, np.bincount(ground.train["label"]).min())
    config = make(CGANConfig, {"dataset": "mnist", "labelled_per_class": few, "seed": 3})
    feed, _ = open_feed("labelled", config)
    shown = feed.reader.read(np.arange(len(feed.reader)))
    known = shown["label"] >= 0
    ground.write_alone(tmp_path / "alone.npz", 3)
    alone, _ = open_feed("labelled", make(CGANConfig, {"dataset": str(tmp_path / "alone.npz")}))
    assert len(alone.reader) == known.sum() == 10 * few < len(known)
    read = alone.reader.read(np.arange(len(alone.reader)))
    for name in ("image", "label"):
        np.testing.assert_array_equal(read[name], shown[name][known])
    assert alone.spec["label"].names == ground.classes


def test_real_samples_are_training_images_as_often_of_each_class(ground):
    images, labels = ground.real_samples(40, 1)
    np.testing.assert_array_equal(np.bincount(labels), [4] * 10)
    assert images.min() >= -1
    assert images.max() <= 1
    for image, label in zip(np.rint((images + 1) * 127.5).astype(np.uint8), labels, strict=True):
        same = (ground.train["image"] == image).all((1, 2, 3))
        assert label in ground.train["label"][same]


def make_labeller():
    """Two classes, by the sign of the only pixel."""
    image = keras.Input((1, 1, 1), name="image")
    logits = keras.layers.Dense(2, name="logits")(keras.layers.Flatten()(image))
    network = keras.Model(image, {"probabilities": Probabilities((), False)(logits)})
    network.get_layer("logits").set_weights([np.array([[-4.0, 4.0]]), np.zeros(2)])
    return network


def test_a_baseline_s_images_are_sorted_until_there_are_enough():
    turns = []

    def draw(turn):
        turns.append(turn)
        values = [-0.1, -0.2, -0.3, -0.4 if turn == 0 else 0.5 + turn / 100]
        return np.array(values, np.float32).reshape(4, 1, 1, 1)

    images, labels = sort_by_class(draw, make_labeller(), 4)
    assert turns == [0, 1, 2]  # the second class comes once in a turn, but for the first
    np.testing.assert_array_equal(labels, [0, 0, 1, 1])
    np.testing.assert_allclose(images.ravel(), [-0.1, -0.2, 0.51, 0.52])


def test_of_a_class_that_it_never_draws_it_gives_what_is_nearest():
    def draw(turn):
        return np.array([-0.9, -0.5 + turn / 100], np.float32).reshape(2, 1, 1, 1)

    images, labels = sort_by_class(draw, make_labeller(), 4)
    np.testing.assert_array_equal(labels, [0, 0, 1, 1])
    best = -0.5 + (DRAWS - 1) / 100
    np.testing.assert_allclose(images.ravel(), [-0.9, -0.5, best, best - 0.01], atol=1e-6)


def test_a_student_is_told_apart_by_the_real_test_images(ground, tmp_path, monkeypatch):
    """That it learns from what it is given shows with labels that are all moved by one."""
    calls = []

    def train(run, method, *flags):
        named = dict(zip(flags[::2], flags[1::2], strict=True))
        calls.append(dict(np.load(named["--dataset"])))
        run.mkdir()
        (run / "log.txt").write_text("finished 2 steps after 1s\n")
        (run / "evaluation.json").write_text(json.dumps([{"step": 2, "accuracy": 0.25}]))

    monkeypatch.setattr("benchmarks.studies.labelled.train", train)
    images, labels = ground.real_samples(40, 1)
    examples = {"image": images, "label": labels}
    for _ in range(2):
        assert learn(tmp_path / "run", examples, ground, 2, 0) == 0.25
    (given,) = calls  # the second time it is there
    np.testing.assert_array_equal(given["y_train"], labels)
    np.testing.assert_array_equal(given["x_test"], ground.test["image"])
    np.testing.assert_array_equal(given["y_test"], ground.test["label"])
    np.testing.assert_array_equal(given["x_train"], np.rint((images + 1) * 127.5))
    assert not (tmp_path / "run.npz").exists()


def row(method, seed, **measures):
    return {"preset": "p", "labels": "all", "method": method, "seed": seed, "measures": measures}


def test_the_table_has_a_line_per_method_with_its_spread():
    rows = [
        row("real", 0, accuracy=0.99),
        row("cgan", 0, accuracy=0.5, diversity=0.25),
        row("cgan", 1, accuracy=0.7, diversity=0.35),
    ]
    assert conditional.table(rows).splitlines() == [
        "| preset | labels | method | seeds | accuracy | MS-SSIM within classes |",
        "|---|---|---|---|---|---|",
        "| p | all | real | 0 | 0.990 | - |",
        "| p | all | cgan | 0,1 | 0.600 (0.500-0.700) | 0.300 (0.250-0.350) |",
    ]


def main(monkeypatch, *arguments):
    monkeypatch.setattr(sys, "argv", ["conditional", *map(str, arguments)])
    conditional.main()


def test_rows_are_measured_once(tmp_path, monkeypatch, capsys):
    done = []

    def made(self, method, preset, labels="all", seed=0):
        done.append((method, preset, labels, seed))
        return self.identity(method, preset, labels, seed) | {"measures": {"accuracy": 0.5}}

    monkeypatch.setattr(conditional.Study, "row", made)
    monkeypatch.setattr(conditional.Study, "real", lambda s, m, p: made(s, "real", p))
    flags = ["--datasets", "mnist", "--output", tmp_path / "a.json", "--runs", tmp_path]
    main(monkeypatch, *flags, "--methods", "cgan,gan", "--seeds", "0")
    expected = [(m, "mnist-small", "all", 0) for m in ("real", "cgan", "gan")]
    assert done == expected
    assert "[2 of 3] cgan, mnist-small, labels all, seed 0" in capsys.readouterr().out
    main(monkeypatch, *flags, "--methods", "gan", "--seeds", "0,1", "--labels", "all,half")
    assert done[3:] == [("gan", "mnist-small", *w) for w in (("all", 1), ("half", 0), ("half", 1))]
    # Other settings are another row.
    main(monkeypatch, *flags, "--methods", "gan", "--seeds", "0", "--settings", "steps=5")
    assert [d[0] for d in done[6:]] == ["real", "gan"]
    assert len(json.loads((tmp_path / "a.json").read_text())["rows"]) == 8


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--methods", "cgam"], "unknown method 'cgam'"),
        (["--presets", "none"], "no preset 'none'"),
        (["--labels", "some"], "choose any of all, half, noisy, few, alone"),
        (["--settings", "steps"], "not of the form NAME=VALUE"),
    ],
)
def test_what_is_not_known_is_said_before_anything_is_trained(
    flags, message, tmp_path, monkeypatch, capsys
):
    with pytest.raises(SystemExit):
        main(monkeypatch, "--output", tmp_path / "a.json", "--runs", tmp_path / "runs", *flags)
    assert message in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_what_each_run_is_trained_with(tmp_path, monkeypatch):
    calls = []
    written = []
    fake = SimpleNamespace(
        half=7, few=3, known=lambda *_: {}, write_alone=lambda *given: written.append(given)
    )
    monkeypatch.setattr(conditional.Study, "_ground", lambda *_: fake)
    monkeypatch.setattr(conditional.Study, "_measured", lambda *_: {})
    monkeypatch.setattr(conditional, "samples", lambda *_: None)
    monkeypatch.setattr(conditional, "learn", lambda *_: 0.5)
    monkeypatch.setattr(conditional, "network_of", lambda run: run)
    monkeypatch.setattr(conditional, "train", lambda *given: calls.append(given))
    study = conditional.Study(tmp_path, 20, {"steps": "5", "classifier_steps": "2"})
    for method in ("acgan", "gan"):
        for labels in ("all", "half", "noisy"):
            study.row(method, "mnist-small", labels, 3)
    head = ("--preset", "mnist-small", "--seed", 3, "--steps", "5")
    own = ("--classifier-steps", "2")
    assert [call[2:] for call in calls] == [
        (*head, *own),
        (*head, *own, "--labelled-per-class", 7),
        (*head, *own, "--label-noise", 0.1),
        *[head] * 3,
    ]
    assert len({call[0] for call in calls}) == 4  # of the baseline there is one
    calls.clear()
    for labels in ("few", "alone"):
        study.row("acgan", "mnist-small", labels, 3)
    ((data, seed),) = written
    assert (data.suffix, seed) == (".npz", 3)
    assert [call[2:] for call in calls] == [
        (*head, *own, "--labelled-per-class", 3),
        (*head, *own, "--dataset", data, "--classifier-steps", 0),
    ]
