"""`docs/own_method.md` is run as it stands."""

import importlib.util
import re
import sys
import types

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import cdist

from data.drawn.points import Points
from data.reading.open import open_source
from tests.conftest import ROOT
from tests.rendering import render
from tests.tfgan_kit.engine.test_resume import assert_same_run
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.metrics.samples.toy import modes_covered
from tfgan_kit.runs.saved_run import SavedRun
from trainers import registry
from trainers.method import Method

PAGE = (ROOT / "docs" / "own_method.md").read_text()
FAST = ["--dataset", "ring", "--batch-size", 64, "--log-every", 500]


def of_page(name, family, monkeypatch, tmp_path):
    """A method of the page, known to the command line."""
    blocks = re.findall(r"```python\n# (\S+?\.py)(.*?)\n(.*?)```", PAGE, flags=re.DOTALL)
    room = f"trainers/{family}/{name}"
    code = {place: text for place, _, text in blocks if place.startswith(room)}
    assert list(code) == [f"{room}/config.py", f"{room}/trainer.py"]
    for place, text in code.items():
        module_name = place.removesuffix(".py").replace("/", ".")
        file = tmp_path / "page" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(module_name, file)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, module_name, module)
        spec.loader.exec_module(module)
    (row,) = (text for place, _, text in blocks if place.endswith("/methods.py") and name in text)
    entry = eval("{" + row + "}", {"Method": Method})
    monkeypatch.setattr(registry, "METHODS", registry.METHODS | entry)
    lines = [line for text in (*code.values(), row) for line in text.splitlines() if line.strip()]
    assert len(lines) < 70
    return registry.find(name)


def commands_with(name):
    """The commands of the page that name a method's run."""
    lines = re.findall(r"^python main\.py (.*)$", PAGE, flags=re.MULTILINE)
    return [line.split() for line in lines if name in line]


@pytest.fixture
def method(monkeypatch, tmp_path):
    return of_page("gmmn", "generation", monkeypatch, tmp_path)


@pytest.fixture
def denoiser(monkeypatch, tmp_path):
    return of_page("denoiser", "paired", monkeypatch, tmp_path)


def test_its_commands_work_and_it_learns(method, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments in commands_with("gmmn"):
        status, out, err = command(*arguments)
        assert (status, err) == (0, ""), arguments
        if arguments[0] == "train":
            assert "generator/loss" in out
    generator = keras.saving.load_model("runs/gmmn/models/generator.keras")
    (points,) = render(generator, fixed_latents("normal", 1, 2000, 8))
    ring = Points("ring")
    assert modes_covered(points, ring.centres, ring.sigma) == 10
    for made in ("samples.png", "runs/gmmn/report.html", "models/gmmn/1"):
        assert (tmp_path / made).exists()


def test_resume_is_exact(method, command, tmp_path):
    straight, stopped = tmp_path / "a" / "run", tmp_path / "b" / "run"
    every = [*FAST, "--checkpoint-every", 10]
    assert command("train", "gmmn", *every, "--steps", 20, "--run-dir", straight)[0] == 0
    assert command("train", "gmmn", *every, "--steps", 10, "--run-dir", stopped)[0] == 0
    assert command("train", "--resume", stopped, "--steps", 20)[0] == 0
    assert_same_run(straight, stopped)


def test_its_loss_is_the_discrepancy(method):
    random = np.random.default_rng(0)
    real, fake = ((random.normal(size=(30, 2)) + i).astype(np.float32) for i in range(2))

    def mean(a, b):
        return np.exp(-cdist(a, b, "sqeuclidean") / (2 * 0.7**2)).mean()

    expected = mean(real, real) + mean(fake, fake) - 2 * mean(real, fake)
    trainer = types.SimpleNamespace(config=types.SimpleNamespace(bandwidth=0.7))
    found = method.trainer_class()._mmd(trainer, *(tf.constant(x) for x in (real, fake)))
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_a_method_that_takes_an_image(denoiser, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for arguments in commands_with("denoiser"):
        status, _, err = command(*arguments)
        assert (status, err) == (0, ""), arguments
    saved = SavedRun("runs/denoiser")
    clean = open_source("glyphs", split="test", image_size=32).read(np.arange(64))["image"]
    clean = clean / np.float32(127.5) - 1
    noise = np.random.default_rng(0).normal(0, 0.5, clean.shape).astype(np.float32)
    made = saved.bound("translate").render({"image": clean + noise})["clean"]
    assert ((made - clean) ** 2).mean() < 0.25 * (noise**2).mean()
    pairs = cv2.imread("runs/denoiser/samples/00000300.png")
    assert pairs.std() > 10
    served = tf.saved_model.load("models/denoiser/1").signatures["serving_default"]
    given = served(image=tf.constant(clean[:2] + noise[:2]))["clean"]
    np.testing.assert_allclose(given, made[:2], atol=1e-5)
