"""The commands on joint methods, as their users meet them."""

import csv
import fcntl
import json
import shutil
import signal

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf

from data.reading.open import open_source
from nets.classifiers import classifier
from nets.sharing import domain_model
from tests.conftest import TINY
from tests.trainers.small import build, fit_classifier, save_classifier, write_mnist
from tfgan_kit.engine.player import Player
from tfgan_kit.runs.checkpoints import Checkpoints
from tfgan_kit.runs.run_dir import RunDir, next_name
from trainers.classification.classifier.trainer import predict
from trainers.joint.scogan.config import SCoGANConfig

SIZE = 32 + 2  # an image and the line beside it


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory):
    """A small finished run of CoGAN."""
    import main

    path = tmp_path_factory.mktemp("runs") / "cogan"
    flags = ["--width", "0.05", "--batch-size", "8", "--steps", "2", "--log-every", "1"]
    flags += ["--classifier-steps", "0", "--run-dir", str(path)]
    assert main.main(["train", "cogan", *flags]) == 0
    return path


def write_run(path, method, step=None, **settings):
    """A run as if it had been trained for some steps, or has not been saved yet."""
    trainer, feed = build(method, **settings)
    with RunDir.create(path, method, trainer.config) as run:
        if step is not None:
            for name, network in trainer.models().items():
                network.save(run.models / f"{name}.keras")
            checkpoints = Checkpoints(
                run.checkpoints, trainer, method=method, data=str(feed), keep=1
            )
            checkpoints.save(step, {"rows": []})
    return path


@pytest.fixture(scope="module")
def soft(tmp_path_factory):
    """A run of SCoGAN with an encoder."""
    path = tmp_path_factory.mktemp("runs") / "scogan"
    return write_run(path, "scogan", step=5, cycle_weight=1.0, latent_size=8)


def test_a_run_of_a_joint_method(run_dir):
    names = {p.relative_to(run_dir).as_posix() for p in run_dir.rglob("*")}
    assert {"models/generator.keras", "models/discriminator.keras", "evaluation.json"} <= names
    with open(run_dir / "metrics.csv") as file:
        (*_, row) = csv.DictReader(file)
    for name in ("generator/adversarial_a", "discriminator/adversarial_b", "generator/loss"):
        assert np.isfinite(float(row[name]))
    settings = json.loads((run_dir / "config.json").read_text())["settings"]
    assert settings["dataset"] == "glyph2edge"
    assert settings["evaluation_classifiers"] == []
    grid = cv2.imread(str(run_dir / "samples" / "00000002.png"))
    assert (grid.shape[0] - 2) % (64 + 2) == 0  # two images of a latent touch


def test_saved_generators_share_layers_and_can_be_trained_on(run_dir):
    network = keras.saving.load_model(run_dir / "models" / "generator.keras", compile=False)
    player = Player("generator", [network], keras.optimizers.SGD(0.1))
    assert len({v.path for v in player.variables}) == len(player.variables)
    own = [{id(w) for w in domain_model(network, d).trainable_weights} for d in "ab"]
    shared = own[0] & own[1]
    assert len(shared) >= 4 * 4  # kernels, scales, offsets and slopes of four layers
    latents = tf.random.stateless_uniform([4, 100], [0, 0], -1.0, 1.0)
    before = [v.numpy() for v in player.variables]
    parts = []
    for d in "ab":
        with tf.GradientTape() as tape:
            image = domain_model(network, d)(latents, training=False)["image"]
            value = tf.reduce_mean(tf.square(image - 1.0))
        zero = tf.UnconnectedGradients.ZERO
        parts.append(tape.gradient(value, player.tensors, unconnected_gradients=zero))
    with tf.GradientTape() as tape:
        outputs = network(latents, training=False)
        values = [tf.reduce_mean(tf.square(outputs[f"image_{d}"] - 1.0)) for d in "ab"]
        loss = tf.add_n(values)
    player.apply(tape.gradient(loss, player.tensors))
    for variable, old, a, b in zip(player.variables, before, *parts, strict=True):
        expected = old - 0.1 * (a + b).numpy()
        np.testing.assert_allclose(variable.numpy(), expected, atol=1e-6)
        assert (np.any(a) and np.any(b)) == (id(variable) in shared), variable.path


def test_samples_and_walks_of_a_run(command, run_dir, tmp_path):
    status, out, err = command("sample", run_dir, "--count", 3, "--output", tmp_path / "s")
    assert (status, err) == (0, "")
    names = sorted(p.relative_to(tmp_path / "s").as_posix() for p in tmp_path.rglob("*.png"))
    assert names == [f"{d}/{i:06d}.png" for d in "ab" for i in range(3)]
    assert "a, b" in out
    flags = ["--rows", 2, "--columns", 3, "--output", tmp_path / "walk.png"]
    assert command("interpolate", run_dir, *flags)[0] == 0
    walk = cv2.imread(str(tmp_path / "walk.png"))
    assert walk.shape == (2 * (SIZE + 32) + 2, 3 * SIZE + 2, 3)


def test_evaluate_prints_a_table_and_replaces_the_entry(command, run_dir, tmp_path):
    run = shutil.copytree(run_dir, tmp_path / "run")
    (old,) = json.loads((run / "evaluation.json").read_text())
    assert old["step"] == 2
    (run / "evaluation.json").write_text(json.dumps([old | {"of_before": 1}]))
    for count in (24, 16):
        status, out, err = command("evaluate", run, "--count", count)
        assert (status, err) == (0, "")
    (new,) = json.loads((run / "evaluation.json").read_text())
    assert new["step"] == 2
    assert new.keys() == old.keys()
    assert new["reference"] == old["reference"]
    assert (old["samples"], new["samples"]) == (2000, 16)
    assert command("report", run)[0] == 0
    assert "Measured, on 16 samples" in (run / "report.html").read_text()
    lines = out.splitlines()
    assert lines.pop(0) == "step 2: measuring 16 samples"
    assert lines[0] == "step 2, 16 samples"
    assert lines[1].split() == ["samples", "true_pairs", "shuffled"]
    table = {line.split()[0]: line.split()[1:] for line in lines[2:]}
    found, true, shuffled = map(float, table["pixel_agreement"])
    assert found == pytest.approx(new["pixel_agreement"], rel=1e-3)
    assert (true, shuffled) == (1.0, pytest.approx(0.7, abs=0.25))
    assert table["weight_distance"][1:] == ["-", "-"]


def test_evaluate_adds_a_step_that_was_not_measured(command, soft, tmp_path):
    run = shutil.copytree(soft, tmp_path / "run")
    (run / "evaluation.json").write_text(json.dumps([{"step": 3, "weight_distance": 1.0}]))
    assert command("evaluate", run, "--count", 8)[0] == 0
    entries = json.loads((run / "evaluation.json").read_text())
    assert [entry["step"] for entry in entries] == [3, 5]
    status, out, _ = command("evaluate", run, "--count", 6)
    assert status == 0
    assert "measures of 8 samples at this step are replaced" in out


def test_what_evaluate_refuses(refused, soft, tmp_path):
    assert "no run directory" in refused("evaluate", tmp_path / "nowhere")
    new = write_run(tmp_path / "new", "scogan")
    assert "has no checkpoint yet; there is nothing to measure" in refused("evaluate", new)
    assert "--count" in refused("evaluate", soft, "--count", 0)
    with RunDir.open(soft) as run:
        run.lock()
        assert "in use" in refused("evaluate", soft)


def write_pictures(folder):
    """Two digits as files of other sizes and depths than the network's."""
    folder.mkdir()
    images = open_source("glyphs", image_size=48).read(np.arange(2))["image"]
    cv2.imwrite(str(folder / "one.png"), images[0].repeat(3, axis=-1))
    cv2.imwrite(str(folder / "two.jpg"), images[1])
    return folder


def transform(run, images, output, source="a", target="b"):
    where = ["--images", images, "--from", source, "--to", target, "--output", output]
    return ["transform", run, *where, "--starts", 2, "--steps", 3]


def test_transform_of_a_folder_and_of_a_file(command, run_dir, soft, tmp_path, monkeypatch):
    load, loaded = keras.saving.load_model, []
    monkeypatch.setattr(
        keras.saving, "load_model", lambda path, **k: loaded.append(path.name) or load(path, **k)
    )
    folder = write_pictures(tmp_path / "given")
    status, out, err = command(*transform(run_dir, folder, tmp_path / "out"))
    assert (status, err) == (0, "")
    assert loaded == ["generator.keras"]
    assert "one.png: error 0." in out
    assert "wrote 2 images of a in b" in out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"one.png", "two.png", "transform.png", "transform.json"}
    assert cv2.imread(str(tmp_path / "out" / "one.png")).shape == (SIZE + 2, 3 * SIZE + 2, 3)
    # From the other side, and from where the encoder says.
    one = transform(soft, folder / "one.png", tmp_path / "one", "b", "a")
    status, out, err = command(*one)
    assert (status, err) == (0, "")
    assert "and from that of the encoder" in out
    found = json.loads((tmp_path / "one" / "transform.json").read_text())
    assert (found["source"], found["target"]) == ("b", "a")
    assert [image["file"] for image in found["images"]] == ["one.png"]
    assert len(found["images"][0]["latent"]) == 8


def test_what_transform_refuses(command, refused, soft, tmp_path):
    folder, out = write_pictures(tmp_path / "given"), tmp_path / "out"
    assert "no domain 'c', only a, b" in refused(*transform(soft, folder, out, "a", "c"))
    assert "domain a; give another one" in refused(*transform(soft, folder, out, "a", "a"))
    assert "no such file or folder" in refused(*transform(soft, tmp_path / "none", out))
    (tmp_path / "empty").mkdir()
    assert "empty" in refused(*transform(soft, tmp_path / "empty", out))
    (folder / "broken.png").write_bytes(b"not a picture")
    assert "broken.png" in refused(*transform(soft, folder, out))
    for method, settings in (("gan", {}), ("gan", {"dataset": "ring", "network": "mlp"})):
        run = write_run(tmp_path / f"{method}-{len(settings)}", method, step=1, **settings)
        assert "single domain" in refused(*transform(run, folder / "one.png", out))
    assert not out.exists()
    (folder / "broken.png").unlink()
    out.mkdir()
    (out / "mine.txt").write_text("x")
    assert "exists already" in refused(*transform(soft, folder, out))
    assert [path.name for path in out.iterdir()] == ["mine.txt"]


def test_prune_keeps_what_a_trained_classifier_is_sure_of(command, refused, tmp_path):
    judge = fit_classifier(tmp_path / "judge.keras", "glyphs")
    batch = open_source("glyphs", image_size=32).read(np.arange(60))
    images = np.where(np.arange(60)[:, None, None, None] % 3, batch["image"], 128)
    np.savez(tmp_path / "all.npz", images=images[..., 0].astype(np.uint8), labels=batch["label"])
    chances = predict(keras.saving.load_model(judge), images.astype(np.uint8))["probabilities"]
    threshold = float(np.median(chances.max(1)))
    sure = chances.max(1) > threshold
    flags = ["--classifier", judge, "--threshold", threshold, "--output", tmp_path / "sure.npz"]
    status, out, err = command("data", "prune", tmp_path / "all.npz", *flags)
    assert status == 0, err
    assert f"kept {sure.sum()} of 60 examples, dropped {(~sure).sum()}" in out
    kept = open_source(str(tmp_path / "sure.npz")).read(np.arange(sure.sum()))
    np.testing.assert_array_equal(kept["image"], images[sure])
    np.testing.assert_array_equal(kept["label"], batch["label"][sure])
    assert "exists" in refused("data", "prune", tmp_path / "all.npz", *flags)
    flags[-1] = tmp_path / "other.npz"
    flags[1] = tmp_path / "other.keras"
    save_classifier(flags[1], classes=7)
    assert "7 classes apart, the data has 10" in refused("data", "prune", "glyphs", *flags)
    classifier((32, 32, 1), 10, width=0.1, multi_label=True).save(flags[1])
    assert "other.keras tells attributes" in refused("data", "prune", "glyphs", *flags)
    assert not (tmp_path / "other.npz").exists()


def test_lists_name_pairs_and_methods(command):
    for what, names in {
        "pairs": ["glyph2edge", "mnist2svhn", "celeba-smiling"],
        "methods": ["cogan", "scogan", "classifier"],
    }.items():
        status, out, _ = command("list", what)
        assert status == 0
        for name in names:
            assert name in [line.split()[0] for line in out.splitlines() if line]


@pytest.mark.parametrize(
    ("weights", "tag"),
    [
        ({}, ""),
        ({"feature_weight": 1.0, "semantic_weight": 1.0}, "-slfr"),
        ({"cycle_weight": 1.0, "feature_weight": 1.0}, "-frcc"),
        ({"style_weight": 1.0}, "-pl"),
        ({"semantic_weight": 1.0, "cycle_weight": 1.0, "content_weight": 1.0}, "-slccpl"),
    ],
)
def test_the_name_of_a_run_tells_its_terms(weights, tag, tmp_path):
    config = SCoGANConfig(dataset="glyph2street", **weights)
    name = next_name(tmp_path, "scogan", config, {"seed": 1, **weights}).name
    assert name == f"00000-scogan-glyph2street{tag}-seed1"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_a_dry_run_trains_nothing_and_says_what_would_be(command, cache, tmp_path):
    flags = ["--width", "0.05", "--semantic-weight", 1, "--classifier-steps", 7, "--dry-run"]
    status, out, err = command("train", "scogan", *flags)
    assert (status, err) == (0, "")
    _, first, *_ = out.split("\n\n")
    heading, *lines = first.splitlines()
    assert heading == "trained first"
    names = ["glyphs+glyphs-edge", "glyphs", "glyphs-edge"]
    starts = [f"  classifier for {name}: 7 steps, into {cache}/classifiers/" for name in names]
    assert [line[: len(s)] for line, s in zip(lines, starts, strict=True)] == starts
    assert not list(tmp_path.iterdir())


def test_classifiers_are_trained_once_for_all_runs(command, cache, tmp_path):
    """The run that trained them is the same as one that finds them."""
    data = write_mnist(tmp_path / "data", 130, 20)
    flags = ["--dataset", "mnist2edge", "--data-dir", data, "--width", "0.05", "--batch-size", 4]
    flags += ["--semantic-weight", 1, "--classifier-steps", 2, "--steps", 2]
    judges = [save_classifier(tmp_path / f"{name}.keras") for name in "ab"]
    flags += ["--evaluation-classifiers", ",".join(judges)]
    losses, told = [], []
    for name in "ab":
        status, out, err = command("train", "scogan", *flags, "--run-dir", tmp_path / name)
        assert (status, err) == (0, "")
        told.append(out)
        with open(tmp_path / name / "metrics.csv") as file:
            (row,) = csv.DictReader(file)
        losses.append({k: v for k, v in row.items() if "/" in k})
    assert losses[0] == losses[1]
    assert "generator/semantic" in losses[0]
    assert told[0].count("classifier/loss") == 1
    assert "classifier/loss" not in told[1]
    settings = json.loads((tmp_path / "a" / "config.json").read_text())["settings"]
    assert settings["classifier"].startswith(str(cache))


def test_ctrl_c_ends_the_wait_for_another_process(start_process, cache, tmp_path):
    data = write_mnist(tmp_path / "data", 130, 20)
    flags = ["--dataset", "mnist2edge", "--data-dir", data, "--classifier-steps", 2]
    flags += ["--width", "0.05", "--batch-size", 4]
    (cache / "classifiers").mkdir(parents=True)
    process = start_process("train", "cogan", *flags, "--dry-run")
    plan = next(line for line in process.stdout.readlines() if "into" in line)
    with open(f"{plan.split()[-1]}.lock", "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        process = start_process("train", "cogan", *flags, "--run-dir", tmp_path / "run")
        line = process.stdout.readline()
        assert line.startswith("classifier for mnist: waiting for the process that trains it, in")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (130, "", "interrupted\n")
    assert not (tmp_path / "run").exists()


def test_dry_run_of_a_joint_method(command, tmp_path):
    flags = ["--width", "0.05", "--classifier-steps", 0, "--cycle-weight", 1, "--dry-run"]
    status, out, _ = command("train", "scogan", *flags, "--run-dir", tmp_path / "run")
    assert status == 0
    for text in ("cycle_weight = 1.0", "generator", "encoder", "glyphs-edge"):
        assert text in out
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["cogan", "--dataset", "glyphs"], ["at least two domains", "'glyphs'"]),
        (["cogan", "--dataset", "glyph2egde"], ["'glyph2egde'", "'glyph2edge'"]),
        (["cogan", "--dataset-a", "glyphs"], ["--dataset-a needs --dataset-b"]),
        (["scogan", "--dataset-b", "glyphs"], ["--dataset-b needs --dataset-a"]),
        (["cogan", "--dataset", "glyphs,ring"], ["ring"]),
        (["cogan", "--image-size", "48"], ["48"]),
        (["cogan", "--shared-generator-layers", "5"], ["--shared-generator-layers 5", "0 to 4"]),
        (["cogan", "--shared-discriminator-layers", "-1"], ["at least 0"]),
        (
            ["cogan", "--dataset", "a.npz,b.npz", "--adapt"],
            ["--adapt needs labels of the first"],
        ),
        (["cogan", "--adapt", "--critic-steps", "2"], ["--adapt", "--critic-steps 1"]),
        (["cogan", "--evaluation-classifiers", "a.npz"], ["1 files for 2 domains"]),
        (["cogan", "--evaluation-classifiers", "a.npz,b.npz"], ["a.npz: cannot be loaded"]),
        (["scogan", "--feature-weight", "1", "--feature-layers", "9"], ["--feature-layers 9"]),
        (
            ["scogan", "--semantic-weight", "1", "--feature-weight", "1", "--feature-layers", "9"],
            ["--feature-layers 9"],
        ),
        (["cogan", "--run-dir", "a.npz"], ["a.npz is a file; --run-dir needs"]),
        (
            ["scogan", "--dataset", "a.npz,b.npz", "--semantic-weight", "1"],
            ["no labels", "--classifier FILE"],
        ),
        (["scogan", "--semantic-weight", "1", "--classifier", "a.npz"], ["a.npz: cannot be"]),
        (["scogan", "--content-weight", "1", "--perceptual-weights", "c.npz"], ["c.npz: no such"]),
        (["scogan", "--cycle-norm", "l3"], ["'l3'", "l2"]),
        (["classifier", "--dataset", "a.npz"], ["no labels"]),
        (["classifier", "--dataset", "glyph2edge"], ["'glyph2edge'"]),
    ],
)
def test_bad_input_is_one_line(refused, arguments, parts, tmp_path, monkeypatch):
    """And nothing is trained before it is refused."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    for name in "ab":
        np.savez(tmp_path / f"{name}.npz", images=np.zeros((9, 32, 32), np.uint8))
    message = refused("train", *arguments, "--width", "0.05", "--batch-size", "4")
    for part in parts:
        assert part in message
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.npz", "b.npz"]


def test_a_gan_cannot_be_told_of_domains(refused):
    assert "--dataset-a" in refused("train", "gan", *TINY, "--dataset-a", "ring")
