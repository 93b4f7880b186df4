"""`docs/own_method.md` is run as it stands."""

import importlib.util
import re
import sys
import types

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.spatial.distance import cdist

from data.drawn.points import Points
from tests.conftest import ROOT
from tests.rendering import render
from tests.tfgan_kit.engine.test_resume import assert_same_run
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.metrics.samples.toy import modes_covered
from trainers import registry

PAGE = (ROOT / "docs" / "own_method.md").read_text()
FAST = ["--batch-size", 256, "--log-every", 500]


@pytest.fixture
def method(monkeypatch, tmp_path):
    """The method of the page, known to the command line."""
    blocks = re.findall(r"```python\n# (\S+?\.py)(.*?)\n(.*?)```", PAGE, flags=re.DOTALL)
    assert [place for place, _, _ in blocks] == [
        "trainers/generation/gmmn/config.py",
        "trainers/generation/gmmn/trainer.py",
        "trainers/registry.py",
    ]
    for place, _, code in blocks[:2]:
        name = place.removesuffix(".py").replace("/", ".")
        file = tmp_path / "page" / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code)
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
    entry = eval("{" + blocks[2][2] + "}", vars(registry))
    monkeypatch.setattr(registry, "METHODS", registry.METHODS | entry)
    lines = [line for _, _, code in blocks for line in code.splitlines() if line.strip()]
    assert len(lines) < 70
    return registry.find("gmmn")


def test_its_commands_work_and_it_learns(method, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = re.search(r"## What it has now\n+```\n(.*?)```", PAGE, flags=re.DOTALL)[1].splitlines()
    for line in lines:
        arguments = line.removeprefix("python main.py ").split()
        status, out, err = command(*arguments)
        assert (status, err) == (0, ""), line
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
