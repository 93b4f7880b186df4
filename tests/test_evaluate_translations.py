"""`main.py evaluate` of runs that translate: translations against their true targets."""

import json
import shutil

import keras
import numpy as np
import pytest
from scipy.linalg import sqrtm

from data.feeds.feed import chosen
from data.reading.open import open_source
from tfgan_kit.runs.saved_run import SavedRun

COUNT, SIDE, SEED = 24, 16, 3
SMALL = [
    *("pix2pix", "--image-size", SIDE, "--filters", 2, "--batch-size", 4, "--norm", "batch"),
    *("--discriminator-layers", 1, "--seed", SEED, "--evaluate-count", COUNT, "--steps", 2),
]


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A small model whose layer "out" gives features: the means of blocks, mixed."""
    keras.utils.set_random_seed(0)
    images = keras.Input((SIDE, SIDE, 3))
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(8)(images))
    path = tmp_path_factory.mktemp("network") / "net.keras"
    keras.Model(images, keras.layers.Dense(4, name="out")(x)).save(path)
    return path


@pytest.fixture
def features(network):
    return ["--features", network, "--layer", "out"]


@pytest.fixture(scope="module")
def trained(tmp_path_factory, network):
    """A run that was measured by the metrics while it was trained."""
    import main

    run = tmp_path_factory.mktemp("trained") / "run"
    measured = ["--evaluate-metrics", "fid,swd,psnr", "--evaluate-features", network]
    measured += ["--evaluate-layer", "out", "--keep-best", "swd_mean", "--evaluate-every", 2]
    assert main.main([str(a) for a in ("train", *SMALL, *measured, "--run-dir", run)]) == 0
    return run


@pytest.fixture
def run(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "run")


def entry(run):
    return json.loads((run / "evaluation.json").read_text())[-1]


def pairs(run):
    """Translations by the saved networks, and targets, uint8, in the order of the measures."""
    made = open_source("glyph_edge2colour", split="test", image_size=(SIDE, SIDE))
    examples = made.read(chosen(made, SEED, COUNT))
    bound = SavedRun(run).bound("translate")
    seeds = np.full(COUNT, SEED, np.int64)
    images = bound.render({"input": examples["input"], "seed": seeds})["image"]
    return np.rint((images + 1) * 127.5).astype(np.uint8), examples["target"]


def frechet(network, *sets):
    """The Fréchet distance of two sets of images, by scipy."""
    model = keras.saving.load_model(network)
    found = [np.float64(model(np.float32(images) / 127.5 - 1)) for images in sets]
    means, covariances = [f.mean(0) for f in found], [np.cov(f.T) for f in found]
    root = sqrtm(covariances[0] @ covariances[1]).real
    return ((means[0] - means[1]) ** 2).sum() + np.trace(sum(covariances) - 2 * root)


def test_translations_are_compared_with_their_own_targets(run, features, network, command):
    status, out, err = command("evaluate", run, "--metrics", "fid,psnr,swd", *features)
    assert status == 0, err
    found, name = entry(run), f"frechet[{network}:out]"
    made, true = pairs(run)
    error = ((made.astype(np.float64) - true) ** 2).mean((1, 2, 3))
    expected = (10 * np.log10(255**2 / error)).mean()
    np.testing.assert_allclose(found["psnr"], expected, rtol=1e-5)
    np.testing.assert_allclose(found[name], frechet(network, made, true), rtol=1e-3)
    # Real images in their place are targets of the training set.
    training = open_source("glyph_edge2colour", split="train", image_size=(SIDE, SIDE))
    other = training.read(chosen(training, SEED, COUNT))["target"]
    again = found["reference"]["real"]
    np.testing.assert_allclose(again[name], frechet(network, other, true), rtol=1e-3)
    assert 0 < again["swd_mean"] < found["swd_mean"]
    assert "psnr" not in again
    told = found["protocols"][name]
    drawn = "24 of 10,000 examples, drawn by the run's seed, 16x16x3"
    assert told["real"] == f"glyph_edge2colour (test): the target of {drawn}"
    assert told["generated"] == (
        "run, step 2: its translations of the same 24 examples of glyph_edge2colour (test), 16x16x3"
    )
    assert told["training"].startswith("glyph_edge2colour (train): the target of 24 of 60,000")
    assert found["protocols"]["psnr"]["first"] == told["real"]
    assert f"training: {told['training']}" in out


def test_training_measures_what_evaluate_measures(run, features, command):
    before = entry(run)
    best = json.loads((run / "models" / "best" / "best.json").read_text())
    assert best["number"] == "swd_mean"
    assert best["value"] == before["swd_mean"]
    assert command("evaluate", run, "--metrics", "fid,swd,psnr", *features)[0] == 0
    assert entry(run) == before


def test_one_table_has_the_outputs_and_the_baselines_beside_them(run, command):
    status, out, err = command("evaluate", run)
    assert status == 0, err
    lines = out.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("step 2, 24 examples"))
    head, *rows = lines[place + 1 : place + 6]
    assert head.split() == ["output", "input", "copied", "training", "mean"]
    found = entry(run)
    for row, name in zip(rows, ("l1", "l2", "psnr", "ssim"), strict=True):
        beside = [found["reference"][each][name] for each in ("input copied", "training mean")]
        assert row.split() == [name, *(f"{value:.4g}" for value in (found[name], *beside))]
    assert "l1: mean absolute error to the truth, in % of the range; lower is better" in lines
    assert "input copied: the input in place of the output, in its channels" in lines
    assert any(line.startswith("lpips is left out: ") for line in lines)


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        ("class_wise_fid", "glyph_edge2colour (test) has no labels; leave it out"),
        ("fid", "inception-2015 needs its weights"),
    ],
)
def test_metrics_that_do_not_apply_are_refused(run, refused, features, metric, message):
    more = features if metric == "class_wise_fid" else []
    assert message in refused("evaluate", run, "--metrics", metric, *more)


def test_sizes_that_a_metric_cannot_take_are_refused_before_training(refused, tmp_path):
    wide = [*SMALL, "--image-size", "16x32", "--run-dir", tmp_path / "wide"]
    message = refused("train", *wide, "--evaluate-metrics", "swd")
    assert "--evaluate-metrics swd needs square images" in message
    assert not (tmp_path / "wide").exists()
