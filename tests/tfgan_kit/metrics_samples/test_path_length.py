"""Path lengths where they are known, and of runs."""

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.latent.walks import slerp
from tfgan_kit.metrics.samples.path_length import (
    COARSE_STEP,
    STEP,
    face_of,
    path_length,
    precision_warning,
    squared_speeds,
)
from tfgan_kit.perceptual.distances import Distance

COUNT, LATENT, SIDE = 200, 5, 4
BASIS = np.random.default_rng(0).normal(size=(LATENT, SIDE * SIDE)).astype(np.float32)
# Squared L2: the sum over pixels, not their mean.
SQUARED = Distance(
    name="l2", maps=lambda x: [x], weights=(float(SIDE * SIDE),), protocol="squared L2"
)


def linear(codes, first):
    return tf.reshape(codes @ BASIS, (-1, SIDE, SIDE, 1))


def walks(seed=1):
    rng = np.random.default_rng(seed)
    ends = rng.normal(size=(2, COUNT, LATENT)).astype(np.float32)
    return *ends, rng.uniform(size=COUNT)


def speeds(**changed):
    starts, stops, shares = walks()
    how = {"path": "lerp"} | changed
    shares = how.pop("shares", shares)
    return squared_speeds(how.pop("images_of", linear), SQUARED, starts, stops, shares, **how)


def test_a_linear_generator_is_as_fast_everywhere():
    starts, stops, _ = walks()
    expected = np.square((stops - starts).astype(float) @ BASIS).sum(1)
    full, end = speeds(), speeds(shares=np.zeros(COUNT))
    assert full.mean() == pytest.approx(expected.mean(), rel=1e-2)
    assert end.mean() == pytest.approx(expected.mean(), rel=1e-2)
    np.testing.assert_allclose(full, expected, rtol=0.1)
    # Of one value per layer, too.
    layers = squared_speeds(
        lambda codes, first: linear(codes[:, 1], first),
        SQUARED,
        np.stack([starts] * 3, 1),
        np.stack([stops] * 3, 1),
        walks()[2],
        path="lerp",
    )
    np.testing.assert_allclose(layers, full, rtol=1e-5)


def test_along_a_great_circle():
    starts, stops, shares = walks()
    places = shares[:, None]
    ends = [slerp(starts.astype(float), stops.astype(float), places + e) for e in (-0.01, 0.01)]
    expected = np.square((ends[1] - ends[0]).astype(float) / 0.02 @ BASIS).sum(1)
    np.testing.assert_allclose(speeds(path="slerp").mean(), expected.mean(), rtol=1e-2)


def test_the_step_hardly_matters():
    fine, coarse = (path_length(speeds(step=step)) for step in (STEP, COARSE_STEP))
    assert fine == pytest.approx(coarse, rel=0.05)
    assert precision_warning(fine, coarse) is None

    def abrupt(codes, first):
        return tf.round(5.0 * linear(codes, first))

    jumps = [path_length(speeds(step=step, images_of=abrupt)) for step in (STEP, COARSE_STEP)]
    assert "too abruptly" in precision_warning(*jumps)


def test_extremes_are_left_out():
    values = np.random.default_rng(0).permutation(np.arange(1000.0))
    values[values > 995] = 1e9
    kept = np.sort(values)[9:991]
    assert path_length(values) == pytest.approx(kept.mean(), rel=1e-9)
    assert path_length(np.full(3, 2.0)) == 2.0


def test_images_are_told_which_walks_they_are_of_and_where_they_are_cropped():
    seen, done = [], []

    def images_of(codes, first):
        seen.append((first, len(codes)))
        return linear(codes, first)

    speeds(images_of=images_of, tell=done.append)
    assert seen[:4] == [(0, 16), (0, 16), (16, 16), (16, 16)]
    assert (seen[-1], done[-1]) == ((192, 8), COUNT)
    image = np.arange(64).reshape(1, 8, 8, 1)
    np.testing.assert_array_equal(face_of(image), image[:, 3:7, 2:6])
    # Of 4x4 pixels the four in the middle, in whose mean each counts as 16 / 4.
    starts, stops, _ = walks()
    speed = (stops - starts).astype(float) @ BASIS.reshape(LATENT, SIDE, SIDE)[:, 1:3, 1:3].reshape(
        LATENT, 4
    )
    expected = 4 * np.square(speed).sum(1).mean()
    assert speeds(faces=True).mean() == pytest.approx(expected, rel=1e-2)


def test_a_run_is_measured(command, refused, tmp_path, monkeypatch):
    """Also in w, and by the features that there are."""
    import keras

    from tests.trainers.generation.stylegan.test_commands import SMALL

    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    run, network = tmp_path / "styles", tmp_path / "net.keras"
    assert command("train", "stylegan", *SMALL, "--run-dir", run, "--quiet")[0] == 0
    images = keras.Input((16, 16, 1))
    keras.Model(images, keras.layers.Flatten(name="out")(images)).save(network)
    asked = ["--count", 20, "--features", network, "--layer", "out", "--metrics"]
    status, out, err = command("evaluate", run, *asked, "ppl", "--output", tmp_path / "a.json")
    assert (status, err) == (0, "")
    import json

    found = json.loads((tmp_path / "a.json").read_text())
    names = {f"path_length_{space}_{t}[{network}:out]" for space in "zw" for t in ("full", "end")}
    assert names == found["protocols"].keys()
    assert all(found[name] > 0 for name in names)
    assert found["protocols"][min(names)]["features"].startswith("squared distance of features")
    # By hand: pixels are the features, and walks in w are straight.
    from tfgan_kit.latent.latents import latents_of_block
    from tfgan_kit.runs.saved_run import SavedRun

    saved = SavedRun(run)
    ends = [
        saved.bound("map")
        .render({"latent": latents_of_block("normal", 0, f"path length/{end}", 0, 20, 4)})["styles"]
        .astype(np.float64)
        for end in ("start", "stop")
    ]
    places = [ends[0], ends[0] + 1e-3 * (ends[1] - ends[0])]
    made = [saved.bound("synthesize").unlimited({"styles": p})["image"] for p in places]
    expected = np.square((made[1] - made[0]).numpy().astype(float)).sum((1, 2, 3)) / 1e-6
    expected = path_length(expected)
    assert found[f"path_length_w_end[{network}:out]"] == pytest.approx(expected, rel=0.02)
    # Other metrics beside it, each by its name.
    status, out, _ = command("evaluate", run, *asked, "ppl,kid", "--face-crop")
    assert status == 0
    assert "kernel_distance[" in out
    assert "cropped to faces" in out
    line = refused("evaluate", run, "--metrics", "ppl")
    assert "vgg16-lpips needs its weights: pass --weights FILE" in line
    assert "--face-crop is for ppl" in refused("evaluate", run, *asked, "kid", "--face-crop")
    assert "--face-crop needs --metrics ppl" in refused("evaluate", run, "--face-crop")
    folder = ["--fake", tmp_path / "fake.npz", *asked, "ppl"]
    np.savez(tmp_path / "fake.npz", images=np.zeros((20, 16, 16, 1), np.uint8))
    assert "name a run that generates images" in refused("evaluate", *folder)


def test_the_network_of_latents_is_found_and_named(tmp_path, monkeypatch):
    from tests.tfgan_kit.extractors.test_lpips_networks import draw
    from tfgan_kit.evaluation.instruments import Instruments
    from tfgan_kit.metrics.registry import shown_name

    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    np.savez(tmp_path / "vgg.npz", **draw("vgg16-lpips"))
    np.savez(tmp_path / "alex.npz", **draw("alexnet-lpips"))
    own = Instruments(["ppl"], weights=tmp_path / "vgg.npz")
    assert shown_name("ppl", "{}_w_end", own.features_of("ppl")) == "ppl_w_end"
    other = Instruments(["ppl"], features="alexnet-lpips", weights=tmp_path / "alex.npz")
    shown = shown_name("ppl", "{}_w_end", other.features_of("ppl"), "a")
    assert shown == "path_length_w_end_a[alexnet-lpips]"
    assert own.distance.smallest == 16
