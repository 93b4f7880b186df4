"""`main.py evaluate --metrics`, as its users meet it."""

import json
import re
import subprocess
import sys

import cv2
import keras
import numpy as np
import pytest
import scipy.linalg

from data.reading.open import open_source
from tests.conftest import ROOT
from tests.test_joint_commands import write_run
from tests.trainers.small import save_classifier
from tfgan_kit.metrics.registry import METRICS
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.runs.saved_generator import SavedGenerator


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    return tmp_path / "cache" / "statistics"


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A small model whose layer "out" gives features: no weights are needed."""
    keras.utils.set_random_seed(0)
    images = keras.Input((16, 16, 1))
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(4)(images))
    path = tmp_path_factory.mktemp("network") / "net.keras"
    keras.Model(images, keras.layers.Dense(4, name="out")(x)).save(path)
    return path


@pytest.fixture(scope="module")
def judge(tmp_path_factory):
    """A classifier of 32x32 gray images."""
    keras.utils.set_random_seed(0)
    return save_classifier(tmp_path_factory.mktemp("judge") / "classifier.keras")


@pytest.fixture
def sources(tmp_path):
    """An .npz of labelled images, one of brighter ones, and a folder with those of the first."""
    rng = np.random.default_rng(0)
    for name, low in (("real", 0), ("fake", 60)):
        images = rng.integers(low, 256, (24, 16, 16, 1), np.uint8)
        np.savez(tmp_path / f"{name}.npz", images=images, labels=np.arange(24) % 2)
        if name == "real":
            (tmp_path / "folder").mkdir()
            for i, image in enumerate(images):
                cv2.imwrite(str(tmp_path / "folder" / f"{i:02d}.png"), image)
    return tmp_path


def numbers(out):
    """Name without features -> the value in its line of the table."""
    lines = re.findall(r"^(\S+?)(?:\[\S+\])? +(-?[\d.]+(?:e[+-]\d+)?)(?: +\S+)*$", out, re.M)
    return {name: float(value) for name, value in lines if name[-1] != ":"}


def test_two_sources(command, sources, network):
    chosen = ["--features", network, "--layer", "out", "--output", sources / "found.json"]
    pair = ["--real", sources / "real.npz", "--fake", sources / "fake.npz"]
    status, out, err = command("evaluate", *pair, *chosen, "--metrics", "fid,kid,prdc,swd")
    assert (status, err) == (0, "")
    found = numbers(out)
    assert found["frechet"] > 0.01
    assert {"precision", "recall", "density", "coverage", "swd_16"} <= found.keys()
    assert f"features: {network}:out" in out
    assert "real.npz (train): 24 of 24 images of 16x16x1" in out
    # Without a terminal, each metric is announced before it is measured.
    announced = re.findall(r"^measuring (\w+)$", out, re.M)
    assert announced == ["fid", "kid", "prdc", "swd"]
    written = json.loads((sources / "found.json").read_text())
    assert written[f"frechet[{network}:out]"] == pytest.approx(found["frechet"], rel=1e-3)
    assert written["protocols"][f"frechet[{network}:out]"]["count"] == 24


def test_a_folder_is_as_an_npz_and_the_cache_is_used(command, sources, network, cache):
    chosen = ["--features", network, "--layer", "out", "--metrics", "fid,sliced_wasserstein"]
    pair = ["--real", sources / "real.npz", "--fake", sources / "folder"]
    status, out, _ = command("evaluate", *pair, *chosen)
    assert status == 0
    assert numbers(out)["frechet"] == pytest.approx(0, abs=1e-9)
    assert numbers(out)["sliced_wasserstein"] == pytest.approx(0, abs=1e-6)
    (path,) = cache.iterdir()
    # The same images from elsewhere are the same content.
    pair = ["--real", sources / "folder", "--fake", sources / "fake.npz"]
    status, again, _ = command("evaluate", *pair, *chosen)
    assert str(path) in again
    path.write_bytes(b"nothing")
    status, third, err = command("evaluate", *pair, *chosen)
    assert (status, err) == (0, "")
    assert f"{path} is damaged" in third
    assert numbers(third) == numbers(again)


def test_pairs_and_labels(command, sources, network):
    pair = ["--real", sources / "real.npz", "--fake", sources / "fake.npz"]
    chosen = ["--features", network, "--layer", "out", "--metrics", "class_wise_fid,psnr,ssim"]
    status, out, _ = command("evaluate", *pair, *chosen)
    assert status == 0
    real, fake = (np.load(sources / f"{n}.npz")["images"].astype(float) for n in ("real", "fake"))
    expected = 10 * np.log10(255**2 / np.square(real - fake).mean((1, 2, 3)))
    assert numbers(out)["psnr"] == pytest.approx(expected.mean(), rel=1e-3)
    assert {"class_wise_frechet", "class_wise_frechet_all", "ssim"} <= numbers(out).keys()


def test_a_score_without_real_images(command, sources, network, judge):
    fake = ["--fake", sources / "fake.npz", "--image-size", 32, "--features", f"classifier:{judge}"]
    status, out, _ = command("evaluate", *fake, "--metrics", "is")
    assert status == 0
    assert 1 <= numbers(out)["classifier_score"] <= 10


def test_a_run(command, judge, tmp_path):
    run = write_run(tmp_path / "run", "gan", step=5)
    flags = ["--features", f"classifier:{judge}", "--count", 24]
    status, out, err = command("evaluate", run, *flags, "--metrics", "fid")
    assert (status, err) == (0, "")
    assert "step 5, 24 samples" in out
    (first,) = json.loads((run / "evaluation.json").read_text())
    name = f"frechet[classifier:{judge}]"
    assert first["step"] == 5
    assert first[name] > 0
    told = first["protocols"][name]
    assert (told["count"], told["real_count"], told["seed"]) == (24, 24, 0)
    assert told["real"].startswith("glyphs (train): 24 of ")
    assert told["generated"] == "run, step 5: 24 images of 32x32x1"
    # Beside it stands the distance of as many held-out images.
    assert told["held_out"].startswith("glyphs (test): 24 of ")
    again = first["reference"]["real"][name]
    assert 0 < again < first[name]
    assert again == pytest.approx(frechet_of_real(judge), rel=1e-3)
    # A second metric joins the first; the numbers of other samples replace theirs.
    assert command("evaluate", run, *flags, "--metrics", "prdc", "--seed", 1)[0] == 0
    (second,) = json.loads((run / "evaluation.json").read_text())
    assert second[name] == first[name]
    assert second["reference"]["real"][name] == again
    assert f"precision[classifier:{judge}]" in second["reference"]["real"]
    assert second["protocols"][f"precision[classifier:{judge}]"]["seed"] == 1
    assert command("evaluate", run, *flags, "--metrics", "fid", "--seed", 1)[0] == 0
    (third,) = json.loads((run / "evaluation.json").read_text())
    assert third[name] != first[name]


def test_few_images_are_no_measure_of_the_whole(command, judge, tmp_path):
    run = write_run(tmp_path / "run", "gan", step=5, classes=("7",), examples=12)
    flags = ["--features", f"classifier:{judge}", "--count", 24, "--metrics", "fid"]
    status, _, err = command("evaluate", run, *flags)
    assert (status, err) == (0, "")
    (entry,) = json.loads((run / "evaluation.json").read_text())
    told = entry["protocols"][f"frechet[classifier:{judge}]"]
    assert told["real"].startswith("glyphs (test): 24 of ")
    assert told["training"].startswith("glyphs (train): 12 of 12")
    assert entry["reference"]["real"][f"frechet[classifier:{judge}]"] > 0


def frechet_of_real(judge):
    """Of 24 training images from 24 held-out ones, by seed 0."""
    network, found = keras.saving.load_model(judge), []
    for split in ("train", "test"):
        reader = open_source("glyphs", split=split, image_size=32)
        chosen = np.sort(np.random.default_rng(0).choice(len(reader), 24, replace=False))
        images = reader.read(chosen)["image"].astype(np.float32) / 127.5 - 1
        found.append(np.asarray(network(images)["features"], np.float64))
    a, b = (np.cov(features.T) for features in found)
    root = scipy.linalg.sqrtm(a @ b).real
    means = np.square(found[0].mean(0) - found[1].mean(0)).sum()
    return means + np.trace(a) + np.trace(b) - 2 * np.trace(root)


def test_a_joint_run(command, judge, tmp_path):
    run = write_run(tmp_path / "run", "scogan", step=2, latent_size=8)
    flags = ["--features", f"classifier:{judge}", "--count", 16, "--metrics", "fid,psnr"]
    status, out, err = command("evaluate", run, *flags)
    assert (status, err) == (0, "")
    assert {"frechet_a", "frechet_b"} <= numbers(out).keys()
    assert "weight_distance" in out
    assert "true_pairs" in out
    (entry,) = json.loads((run / "evaluation.json").read_text())
    assert {"weight_distance", "reference", f"frechet_b[classifier:{judge}]"} <= entry.keys()
    assert len({p["real"] for p in entry["protocols"].values() if "real" in p}) == 2
    generator = SavedGenerator(run)
    a, b = map(to_uint8, generator.render(generator.inputs(None, 16)))
    errors = np.square(a.astype(float) - b).mean((1, 2, 3))
    assert entry["psnr_ab"] == pytest.approx(np.mean(10 * np.log10(255**2 / errors)), rel=1e-6)
    # The method's own measures alone leave the metrics where they are.
    assert command("evaluate", run, "--count", 8)[0] == 0
    (after,) = json.loads((run / "evaluation.json").read_text())
    assert after[f"frechet_b[classifier:{judge}]"] == entry[f"frechet_b[classifier:{judge}]"]
    assert after["protocols"] == entry["protocols"]


def test_what_is_refused_before_anything_is_opened(refused, tmp_path):
    pair = ["--real", "a", "--fake", "b"]
    assert "did you mean 'fid'" in refused("evaluate", *pair, "--metrics", "fidd")
    assert "names no metric" in refused("evaluate", *pair, "--metrics", ",")
    assert "--fake needs --metrics" in refused("evaluate", *pair)
    assert "a run's DIR, or --real SOURCE" in refused("evaluate", "--metrics", "fid")
    assert "give --real SOURCE" in refused("evaluate", "--fake", "b", "--metrics", "is,kid")
    assert "--real is for" in refused("evaluate", "run", "--real", "a")
    assert "--features needs --metrics" in refused("evaluate", "run", "--features", "x")
    nowhere = tmp_path / "nowhere" / "a.json"
    assert "exists" in refused("evaluate", *pair, "--metrics", "fid", "--output", nowhere)


def test_bad_input_is_one_line(refused, sources, network):
    fake = ["--fake", sources / "fake.npz", "--metrics"]
    features = ["--features", network, "--layer", "out"]

    def real(name, images, metric="fid", flags=features):
        np.savez(sources / f"{name}.npz", images=images)
        return refused("evaluate", "--real", sources / f"{name}.npz", *fake, metric, *flags)

    good = np.zeros((5, 16, 16), np.float32)
    assert "no images" in real("empty", good[:0])
    assert "gives one image" in real("one", good[:1])
    assert "NaN" in real("nan", np.where(np.arange(16) == 3, np.nan, good))
    assert "outside [0, 1]" in real("range", good + 7)
    assert "needs its weights: pass --weights" in real("good", good, flags=[])
    wrong = ["--weights", sources / "fake.npz"]
    assert "holds another network" in real("good", good, flags=wrong)
    assert "--resize cleen; did you mean 'clean'" in real(
        "good", good, flags=[*features, "--resize", "cleen"]
    )
    assert "as many images of each" in real("good", np.tile(good, (2, 1, 1)), "prd")
    (sources / "mixed").mkdir()
    for size in (8, 9):
        cv2.imwrite(str(sources / "mixed" / f"{size}.png"), np.zeros((size, size), np.uint8))
    (sources / "none").mkdir()
    for folder, message in (("mixed", "differ in size"), ("none", "the folder is empty")):
        flags = ["--real", sources / folder, *fake, "fid", *features]
        assert message in refused("evaluate", *flags)


def test_runs_that_have_no_images(refused, network, tmp_path):
    flags = ["--features", network, "--layer", "out", "--metrics"]
    run = write_run(tmp_path / "ring", "gan", step=1, dataset="ring", network="mlp")
    assert "generates no images" in refused("evaluate", run, *flags, "fid")
    run = write_run(tmp_path / "images", "gan", step=1)
    assert "which only a joint run makes" in refused("evaluate", run, "--metrics", "psnr")


def test_a_run_without_measures_is_measured_by_what_needs_no_weights(command, refused, tmp_path):
    run = write_run(tmp_path / "run", "gan", step=1)
    status, out, err = command("evaluate", run, "--count", 20)
    assert status == 0, err
    assert f"for FID and KID: python main.py evaluate {run} --metrics fid,kid" in out
    assert json.loads((run / "evaluation.json").read_text())[-1]["swd_mean"] > 0
    wide = write_run(tmp_path / "wide", "gan", step=1, image_size=(32, 40))
    assert "gan has no measures for glyphs" in refused("evaluate", wide)


def test_listing_and_parsing_import_nothing_heavy(command):
    code = (
        "import sys, main\n"
        "for what in ('metrics', 'features'): main.main(['list', what])\n"
        "main.main(['evaluate', '--fake', 'x', '--metrics', 'fidd'])\n"
        "try: main.main(['evaluate', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(', '.join({'tensorflow', 'keras', 'numpy', 'cv2'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name in (*METRICS, "classifier:PATH", "--metrics"):
        assert name in done.stdout


def test_every_metric_has_its_measure():
    from tfgan_kit.metrics.registry import measure

    assert all(callable(measure(name)) for name in METRICS)
