"""`main.py train --evaluate-metrics` and `--keep-best`, as their users meet them."""

import json
import os
import shutil
import signal

import keras
import numpy as np
import pytest

from tests.conftest import TINY
from tests.tfgan_kit.engine.test_resume import assert_same_run
from tests.trainers.small import build
from tfgan_kit.evaluation.in_training import TrainingMetrics
from tfgan_kit.extractors import registry
from tfgan_kit.metrics.images import psnr

SMALL = ["--width", 0.05, "--batch-size", 8, "--log-every", 2]
MLP = [*SMALL, "--network", "mlp"]
COUNT = 24


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """A small model whose layer "out" gives features: no weights are needed."""
    keras.utils.set_random_seed(0)
    images = keras.Input((32, 32, 1))
    x = keras.layers.Flatten()(keras.layers.AveragePooling2D(8)(images))
    path = tmp_path_factory.mktemp("network") / "net.keras"
    keras.Model(images, keras.layers.Dense(4, name="out")(x)).save(path)
    return path


def flags(network, metrics, **more):
    """The flags of a training that measures by the small network."""
    given = {"metrics": metrics, "features": network, "layer": "out", "count": COUNT} | more
    return [part for k, v in given.items() for part in (f"--evaluate-{k}", v)]


def entries(run):
    return json.loads((run / "evaluation.json").read_text())


def best(run):
    return json.loads((run / "models" / "best" / "best.json").read_text())


def test_training_measures_what_evaluate_measures(command, network, tmp_path, monkeypatch, cache):
    found, policies = registry.find, []

    def counted(*arguments, **settings):
        policies.append(keras.config.dtype_policy().name)
        return found(*arguments, **settings)

    monkeypatch.setattr(registry, "find", counted)
    run, training = tmp_path / "run", flags(network, "fid,prdc,fid", every=2)
    status, out, err = command(
        "train", "gan", *MLP, *training, "--steps", 4, "--precision", "mixed_bfloat16",
        "--run-dir", run,
    )  # fmt: skip
    assert (status, err) == (0, "")
    # The network is loaded once, in float32; statistics of both splits come from the cache.
    assert policies == ["float32"]
    assert keras.config.dtype_policy().name == "mixed_bfloat16"
    assert len(list((cache / "statistics").iterdir())) == 2
    assert out.count(f"features of {COUNT} images from {cache}") == 1
    assert "metrics   fid, prdc; " in out
    first, last = entries(run)
    name = f"frechet[{network}:out]"
    assert (first["step"], last["step"]) == (2, 4)
    assert first[name] != last[name]
    assert last["protocols"][name]["generated"] == "run, step 4: 24 images of 32x32x1"
    assert f"evaluation at step 2:  {name} {first[name]:.4g}  precision[" in out
    assert f"{name} {first[name]:.4g}" in (run / "log.txt").read_text()
    assert not (run / "models" / "best").exists()
    chosen = ["--features", network, "--layer", "out", "--count", COUNT]
    assert command("evaluate", run, "--metrics", "fid,prdc", *chosen)[0] == 0
    assert entries(run) == [first, last]


def test_metrics_leave_the_training_alone(command, network, tmp_path):
    for name, more in (("with", flags(network, "fid", every=3)), ("without", [])):
        run = ["--steps", 6, *more, "--run-dir", tmp_path / name]
        assert command("train", "gan", *MLP, *run)[0] == 0
    assert_same_run(tmp_path / "with", tmp_path / "without")


def test_the_best_models_are_kept(command, network, tmp_path):
    run = tmp_path / "run"
    # With so high a rate the generator gets worse and better.
    more = [*flags(network, "fid", every=1), "--keep-best", "fid", "--generator-lr", 0.02]
    more += ["--ema-decay", 0]
    status, out, _ = command("train", "gan", *MLP, *more, "--steps", 6, "--run-dir", run)
    assert status == 0
    name = f"frechet[{network}:out]"
    values = {entry["step"]: entry[name] for entry in entries(run)}
    told = best(run)
    assert told["step"] == min(values, key=values.get)
    assert told["value"] == told[name] == values[told["step"]]
    assert told["protocols"][name]["count"] == COUNT
    assert f"fid {told['value']:.4g} is the best so far" in out
    models = sorted(p.name for p in (run / "models" / "best").iterdir())
    assert models == ["best.json", "discriminator.keras", "generator.keras"]
    assert keras.saving.load_model(run / "models" / "best" / "generator.keras").count_params()


def test_killed_and_resumed_it_keeps_what_a_straight_run_keeps(command, network, tmp_path):
    more = [*flags(network, "fid", every=2), "--keep-best", "fid", "--checkpoint-every", 3]
    straight, killed = tmp_path / "straight" / "run", tmp_path / "killed" / "run"
    assert command("train", "gan", *MLP, *more, "--steps", 6, "--run-dir", straight)[0] == 0
    shutil.copytree(straight, killed)
    # As `kill -9` after the evaluation at step 4 leaves it: the best may be of a later step.
    (killed / "checkpoints" / "ckpt-6.json").unlink()
    status, out, _ = command("train", "--resume", killed)
    assert status == 0
    assert "step 3 of 6" in out
    assert_same_run(straight, killed)
    assert entries(killed) == entries(straight)
    assert best(killed) == best(straight)


def test_a_stop_does_not_wait_for_an_evaluation(command, network, tmp_path, monkeypatch):
    more = [*flags(network, "fid", every=2), "--keep-best", "fid", "--steps", 4]
    straight, stopped = tmp_path / "straight" / "run", tmp_path / "stopped" / "run"
    assert command("train", "gan", *MLP, *more, "--run-dir", straight)[0] == 0
    measure = TrainingMetrics.measure

    def stop(self, trainer, *rest):
        os.kill(os.getpid(), signal.SIGTERM)
        found = measure(self, trainer, *rest)
        raise AssertionError(f"it was measured to the end: {found}")

    with monkeypatch.context() as patched:
        patched.setattr(TrainingMetrics, "measure", stop)
        status, _, err = command("train", "gan", *MLP, *more, "--run-dir", stopped)
    assert status == 143
    assert "stopped at step 2, everything is saved" in err
    assert f"train --resume {stopped}" in err
    assert not (stopped / "evaluation.json").exists()
    assert command("train", "--resume", stopped)[0] == 0
    assert_same_run(straight, stopped)
    assert entries(stopped) == entries(straight)
    assert best(stopped) == best(straight)


def test_a_joint_run(command, network, tmp_path):
    run = tmp_path / "run"
    more = [*flags(network, "fid,psnr", every=1), "--classifier-steps", 0, "--steps", 2]
    status, _, err = command(
        "train", "cogan", *SMALL, *more, "--keep-best", "fid", "--run-dir", run
    )
    assert (status, err) == (0, "")
    names = [f"frechet_{d}[{network}:out]" for d in "ab"]
    _, last = entries(run)
    assert {*names, "psnr_ab", "weight_distance"} <= last.keys()
    means = {entry["step"]: np.mean([entry[n] for n in names]) for entry in entries(run)}
    assert best(run)["step"] == min(means, key=means.get)
    assert best(run)["value"] == pytest.approx(min(means.values()))
    chosen = ["--features", network, "--layer", "out", "--count", COUNT]
    assert command("evaluate", run, "--metrics", "fid,psnr", *chosen)[0] == 0
    assert entries(run)[-1] == last


@pytest.mark.parametrize(
    ("number", "lower", "names"),
    [
        ("fid_b", True, ["frechet_b[{}:out]"]),
        ("coverage", False, ["coverage_a[{}:out]", "coverage_b[{}:out]"]),
        ("psnr", False, ["psnr_ab"]),
        ("psnr_ab", False, ["psnr_ab"]),
        ("swd_mean_a", True, ["swd_mean_a"]),
    ],
)
def test_what_is_best_of_a_joint_run(number, lower, names, network):
    trainer, feed = build(
        "cogan",
        evaluate_metrics=("fid", "prdc", "psnr", "swd"),
        evaluate_features=str(network),
        evaluate_layer="out",
        evaluate_count=COUNT,
        evaluate_every=1,
        keep_best=number,
    )
    goal = trainer.metrics(feed).goal
    assert goal.lower == lower
    assert list(goal.names) == [name.format(network) for name in names]


def test_what_cannot_be_measured_does_not_end_a_training(command, tmp_path, monkeypatch):
    """As when the generators of both domains have collapsed to one image."""
    monkeypatch.setattr(psnr, "psnr", lambda a, b: np.full(len(a), np.inf))
    same = ["--classifier-steps", 0]
    metrics = ["--evaluate-metrics", "psnr", "--evaluate-every", 1, "--keep-best", "psnr"]
    run = ["--steps", 2, "--run-dir", tmp_path / "run"]
    status, out, _ = command("train", "cogan", *SMALL, *same, *metrics, *run)
    assert status == 0
    assert "warning: not measured: domain ab: --metrics psnr: all pairs are equal" in out
    assert not (tmp_path / "run" / "models" / "best").exists()


def test_what_is_best_may_be_a_measure_of_the_method(command, tmp_path):
    run, by = tmp_path / "run", ["--evaluate-every", 1, "--keep-best"]
    status, out, err = command(
        "train", "gan", *TINY, "--dataset", "ring", *by, "high_quality", "--steps", 4,
        "--run-dir", run,
    )  # fmt: skip
    assert (status, err) == (0, "")
    values = {entry["step"]: entry["high_quality"] for entry in entries(run)}
    assert best(run)["step"] == max(values, key=values.get)
    assert best(run)["value"] == best(run)["high_quality"] == max(values.values())
    assert "metrics  " not in out


def test_goals_of_pairs():
    def named(name, **more):
        trainer, feed = build("cogan", **more)
        found = trainer.goals(feed)
        assert all(key == goal.name for key, goal in found.items())
        return {n for goal in found.values() for n in goal.names if goal.lower == (name == "lower")}

    judged = {"semantic_agreement", "agreement_beyond_chance"}
    assert named("higher", classifier_steps=1) == judged | {"pixel_agreement"}
    frechet = {"classifier_frechet_a", "classifier_frechet_b"}
    assert named("lower", classifier_steps=1) == frechet
    assert named("higher") == {"pixel_agreement"}
    assert named("lower") == set()


def test_a_dry_run_names_the_metrics(command, network):
    status, out, _ = command("train", "gan", *MLP, *flags(network, "kid"), "--dry-run")
    assert status == 0
    assert f"metrics   kid; {network}:out: layer out" in out
    assert "evaluate_count = 24" in out


def test_ranking_by_too_few_images_for_a_covariance_is_warned_of(command, network):
    """The small network has 4 features."""

    def warned(metrics, goal, count):
        given = [*flags(network, metrics, count=count, every=2), "--keep-best", goal, "--dry-run"]
        status, out, _ = command("train", "gan", *MLP, *given)
        assert status == 0
        return f"warning: --keep-best {goal} would rank by {count} images of 4 features" in out

    assert warned("fid,kid", "fid", 4)
    assert not warned("fid,kid", "fid", 5)
    assert not warned("fid,kid", "kid", 4)


def test_what_is_refused_before_anything_is_trained(refused, network, tmp_path, cache):
    run = ["--run-dir", tmp_path / "run"]

    def said(*arguments, method="gan"):
        arguments = ["train", method, *(MLP if method == "gan" else SMALL), *arguments, *run]
        line = refused(*arguments)
        assert line == refused(*arguments, "--dry-run")
        assert not (tmp_path / "run").exists()
        return line

    some = flags(network, "fid")
    assert "does not know 'fidd'; did you mean 'fid'" in said("--evaluate-metrics", "fidd")
    assert "--evaluate-layer needs --evaluate-metrics" in said("--evaluate-layer", "x")
    fid = ["--evaluate-every", 2, "--keep-best", "fid"]
    assert "--keep-best fid needs fid in --evaluate-metrics" in said(*fid)
    assert "give --evaluate-every" in said(*some, "--keep-best", "fid")
    assert "did you mean 'fid'" in said(*some, "--evaluate-every", 2, "--keep-best", "fie")
    every = [*some, "--evaluate-every", 2]
    assert "choose from fid, kid" in said(*every, "--keep-best", "lpips_diversity")
    one = said(*some, "--evaluate-every", 2, "--keep-best", "fid_a")
    assert "--keep-best fid_a: numbers of this run end in no letter" in one
    assert "pass --evaluate-weights FILE" in said("--evaluate-metrics", "fid")
    assert "add --evaluate-layer NAME" in said(*some[:4])
    assert "--evaluate-resize x" in said(*flags(network, "fid", resize="x"))
    assert "--evaluate-metrics is: " in said(*flags(network, "is"))
    assert "has no labels" in said(*flags(network, "class_wise_fid"))
    assert "only a joint run makes" in said(*flags(network, "fid,psnr"))
    few = said(*flags(network, "prdc", count=4))
    assert "--evaluate-metrics prdc needs at least 6 images" in few
    odd = said(*flags(network, "fid,swd"), "--image-size", 24)
    assert "power of two as their side, glyphs (train) is 24x24x1" in odd
    gray = said(*some, "--dataset", "glyphs-color")
    assert "takes gray images, glyphs-color (train) is 32x32x3; choose other --evaluate-f" in gray
    line = refused("train", "gan", *TINY, *some, *run)
    assert "generates no images, which --evaluate-metrics measure" in line
    third = said(*some, "--evaluate-every", 2, "--keep-best", "fid_c", method="cogan")
    assert "numbers of this run end in _a, _b" in third
    # A classifier that a joint method needs is not trained first, either.
    assert "has no labels" in said(*flags(network, "class_wise_fid"), method="cogan")
    assert not cache.exists()


def test_a_path_is_found_from_everywhere(network, monkeypatch):
    from tfgan_kit.settings.option import make
    from trainers.generation.gan.config import GANConfig

    monkeypatch.chdir(network.parent)
    for given, expected in (
        ("net.keras", str(network)),
        ("classifier:net.keras", f"classifier:{network}"),
        ("keras:ResNet50", "keras:ResNet50"),
        ("inception-2015", "inception-2015"),
    ):
        settings = {"evaluate_metrics": ("fid",), "evaluate_features": given}
        config = make(GANConfig, settings | {"evaluate_weights": "w"})
        assert config.evaluate_features == expected
        assert config.evaluate_weights == str(network.parent / "w")
