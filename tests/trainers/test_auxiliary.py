"""Classifiers that a joint method needs are trained once, kept, and apart from each other."""

import dataclasses
import signal
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from data.open_feed import open_feed
from tests.trainers.small import SMALL, save_classifier, write_mnist
from tfgan_kit.config import make
from tfgan_kit.engine.session import Interrupted, Session
from tfgan_kit.errors import UserError
from trainers import auxiliary
from trainers.configs.scogan import SCoGANConfig
from trainers.joint_measures import JointMeasures


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return str(write_mnist(tmp_path_factory.mktemp("data"), 130, 20))


@pytest.fixture(scope="module")
def judges(tmp_path_factory):
    path = tmp_path_factory.mktemp("judges")
    return tuple(save_classifier(path / f"{name}.keras") for name in "abc")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def settings(data, **changed):
    few = {"dataset": "mnist2edge", "data_dir": data, "classifier_steps": 2}
    return make(
        SCoGANConfig, SMALL, few, {"classifier_width": 0.1, "semantic_weight": 1.0}, changed
    )


def prepare(config):
    feed, config = open_feed(config)
    return auxiliary.prepare(config, feed, open_feed, tf.distribute.get_strategy()), feed


def test_trained_once_and_found_again(data, cache, capsys, monkeypatch):
    config, feed = prepare(settings(data))
    files = [config.classifier, *config.evaluation_classifiers]
    told = capsys.readouterr().out
    for name in ("mnist+mnist-edge", "mnist", "mnist-edge"):
        assert f"classifier for {name}: 2 steps first, into {cache}/classifiers/" in told
    # A judge is another network, of another seed and other data, than the loss' own classifier.
    assert len(set(files)) == 3
    assert all(Path(file).is_relative_to(cache) for file in files)
    kernels = [keras.saving.load_model(f).get_layer("conv_1").get_weights()[0] for f in files]
    assert not np.array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])
    seeds = [Path(f).parent.parent.joinpath("config.json").read_text() for f in files]
    assert ['"seed": 1' in text for text in seeds] == [False, True, True]

    monkeypatch.setattr(auxiliary, "train", lambda *_, **__: pytest.fail("trained again"))
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    assert prepare(settings(data))[0] == config
    told = capsys.readouterr().out
    assert told.count("trained before (accuracy 0.") == 3
    assert before == {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    # A run that is resumed names its classifiers: nothing is left to do.
    assert prepare(config)[0] == config
    assert capsys.readouterr().out == ""
    # They are fit for use.
    found = JointMeasures(config, feed)([feed.reference(8)[k] for k in (0, 1)], [_network()] * 2)
    assert sum(found["class_histogram_a"]) == pytest.approx(1)


def _network():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def test_other_settings_are_another_file(data, cache, monkeypatch):
    for name in ("train", "Classifier"):
        monkeypatch.setattr(auxiliary, name, lambda *_, **__: None)
    first = prepare(settings(data))[0]
    files = {first.classifier, *first.evaluation_classifiers}
    for number, changed in enumerate(
        ({"classifier_steps": 3}, {"classifier_width": 0.2}, {"channels": 3}), start=2
    ):
        config = prepare(settings(data, **changed))[0]
        files |= {config.classifier, *config.evaluation_classifiers}
        assert len(files) == 3 * number
    # The training itself is not among what determines a classifier.
    assert {prepare(settings(data, batch_size=4, seed=3))[0].classifier} <= files


def test_an_interrupted_training_goes_on(data, judges, cache, capsys, monkeypatch):
    events = Session._events

    def and_signal(self, *arguments):
        events(self, *arguments)
        signal.raise_signal(signal.SIGTERM)

    config = settings(data, classifier_steps=3, evaluation_classifiers=judges[:2])
    with monkeypatch.context() as patch:
        patch.setattr(Session, "_events", and_signal)
        with pytest.raises(Interrupted) as caught:
            prepare(config)
    assert caught.value.status == 143
    assert str(caught.value) == "stopped while a classifier was trained; the same command goes on"
    assert "step 0 of 3" in capsys.readouterr().out
    prepared, _ = prepare(config)
    told = capsys.readouterr().out
    assert "step 1 of 3" in told
    assert "finished 3 steps" in told
    assert Path(prepared.classifier).is_file()
    assert prepared.evaluation_classifiers == judges[:2]


def test_what_is_given_or_not_wanted_is_not_trained(data, judges, cache, monkeypatch):
    """Files that are given are found again from anywhere."""
    folder, second = Path(judges[0]).parent, Path(judges[1])
    monkeypatch.chdir(folder)
    given = {"classifier": "c.keras", "content_weight": 1.0, "perceptual_weights": "vgg.npz"}
    config = settings(data, evaluation_classifiers=("a.keras", str(second)), **given)
    prepared, _ = prepare(config)
    assert prepared.classifier == str(folder / "c.keras")
    assert prepared.perceptual_weights == str(folder / "vgg.npz")
    assert prepared.evaluation_classifiers == judges[:2]
    prepared, _ = prepare(settings(data, semantic_weight=0.0, classifier_steps=0))
    assert (prepared.classifier, prepared.evaluation_classifiers) == (None, ())
    assert not cache.exists()


def test_a_semantic_loss_needs_labels_or_a_classifier(tmp_path, cache):
    for name in "ab":
        np.savez(tmp_path / f"{name}.npz", images=np.zeros((9, 32, 32), np.uint8))
    config = settings(None, dataset=f"{tmp_path}/a.npz,{tmp_path}/b.npz")
    with pytest.raises(UserError, match=r"no labels in common .* give --classifier FILE") as caught:
        prepare(config)
    assert "\n" not in str(caught.value)
    with pytest.raises(UserError, match=r"--classifier-steps 0 .* give --classifier FILE"):
        prepare(settings(None, dataset="glyph2edge", classifier_steps=0))
    # Without a term that needs one, there is only less to measure.
    prepared, _ = prepare(dataclasses.replace(config, semantic_weight=0.0))
    assert prepared.evaluation_classifiers == ()
    assert not cache.exists()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"classifier": "a.keras"}, "classifier of the semantic loss cannot judge it"),
        ({"evaluation_classifiers": ("a.keras",)}, "1 files for 2 domains; give one for each"),
        (
            {"evaluation_classifiers": ("a.keras", "none.keras")},
            "--evaluation-classifiers .*none.keras: cannot be loaded",
        ),
        ({"channels": 3}, "--evaluation-classifiers .*a.keras takes images of 32x32x1"),
        ({"classifier": "none.keras"}, "--classifier .*none.keras: cannot be loaded"),
    ],
)
def test_files_that_do_not_fit_are_refused_before_anything_is_trained(
    changed, message, data, judges, cache, monkeypatch
):
    monkeypatch.chdir(Path(judges[0]).parent)
    given = {"classifier": "c.keras", "evaluation_classifiers": judges[:2]} | changed
    with pytest.raises(UserError, match=message) as caught:
        prepare(settings(data, **given))
    assert "\n" not in str(caught.value)
    assert not cache.exists()
