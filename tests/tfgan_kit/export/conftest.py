"""Finished runs without a training: networks with random weights in a run's layout."""

import json

import keras
import numpy as np
import pytest

from nets import cogan, dcgan, mlp
from nets.encoder import encoder
from tfgan_kit.export.export import export

SIZE = 5  # Of the latents.
DATA = "generated:/home/someone/runs/digits: 60,000 examples of 32x32x1, 10 classes"

KID = {"count": 200, "weights": None, "real": "/home/someone/digits, 200 images"}


def filled(network, seed):
    """Gives every weight random values, so that nothing is what a layer starts from."""
    draw = np.random.default_rng(seed)
    for weight in network.weights:
        if weight.dtype == "float32":
            least = 0.5 if "variance" in weight.path else -0.3
            weight.assign(draw.uniform(least, 0.6, weight.shape))
    return network


def make_run(path, networks, *, method="gan", planned=4, done=4, **settings):
    """Lays out a run directory."""
    for folder in ("models", "checkpoints"):
        (path / folder).mkdir(parents=True)
    given = {"seed": 3, "latent": "normal", "latent_size": SIZE, "steps": planned}
    given |= {"dataset": "/home/someone/a,folder:/home/someone/b c", "ema_decay": 0.999}
    given |= {"evaluate_features": "classifier:/home/someone/judge.keras", "image_size": [32, 32]}
    content = {"method": method, "settings": given | settings}
    (path / "config.json").write_text(json.dumps(content))
    for name, network in networks.items():
        network.save(path / "models" / f"{name}.keras")
    manifest = {"step": done, "data": DATA}
    (path / "checkpoints" / f"ckpt-{done}.json").write_text(json.dumps(manifest))
    return path


@pytest.fixture(scope="session")
def single(tmp_path_factory):
    """The run of a DCGAN with batch normalization and a spectrally normalised discriminator."""
    shape = (32, 32, 1)
    networks = {
        "generator": filled(dcgan.generator(shape, SIZE, width=0.02), 0),
        "discriminator": dcgan.discriminator(shape, width=0.02, norm="none", spectral_norm=True),
    }
    path = make_run(tmp_path_factory.mktemp("runs") / "single", networks)
    entries = [
        {"step": 2, "kid": 0.9},
        {"step": 4, "kid": 0.25, "protocols": {"kid": KID}},
    ]
    (path / "evaluation.json").write_text(json.dumps(entries))
    return path


@pytest.fixture(scope="session")
def joint(tmp_path_factory):
    """A run of shared layers and a mixture of latents, with dropout, and with an encoder."""
    shapes = [(32, 32, 3)] * 2
    networks = {
        "generator": filled(
            cogan.generator(shapes, SIZE, width=0.02, shared_layers=2, components=3), 1
        ),
        "discriminator": filled(cogan.discriminator(shapes, width=0.1, shared_layers=2), 2),
        "encoder": filled(encoder(shapes[0], SIZE, width=0.02), 3),
    }
    path = tmp_path_factory.mktemp("runs") / "joint"
    return make_run(path, networks, method="scogan", latent="uniform", dataset_a=None)


@pytest.fixture(scope="session")
def points(tmp_path_factory):
    """The run of a generator of points."""
    networks = {"generator": filled(mlp.generator((2,), SIZE, width=0.1), 4)}
    return make_run(tmp_path_factory.mktemp("runs") / "points", networks, dataset="ring")


@pytest.fixture(scope="session")
def served(single, joint, points, tmp_path_factory):
    """Name -> folder of version 1 of each run, as a SavedModel with scores where there are any."""
    root = tmp_path_factory.mktemp("models")
    for run in (single, joint, points):
        export(run, output=root / run.name, score=run is not points)
    return {run.name: root / run.name / "1" for run in (single, joint, points)}


@pytest.fixture(scope="session")
def loaded(single, joint, points):
    """Name of a run -> its generator in memory."""
    return {
        run.name: keras.saving.load_model(run / "models" / "generator.keras", compile=False)
        for run in (single, joint, points)
    }
