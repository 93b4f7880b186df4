"""Classifiers that a joint method needs are trained once, kept, and apart from each other."""

import dataclasses
import re
import shutil
import signal
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.small import SMALL, save_classifier, write_mnist
from tfgan_kit.engine.session import Interrupted, Session
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers.core import cached_classifier
from trainers.core import domain_judges as auxiliary
from trainers.joint.measures import JointMeasures
from trainers.joint.scogan.config import SCoGANConfig


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


def look(config):
    """What is there, what is missing, and the data."""
    feed, config = open_feed("domains", config)
    return *auxiliary.prepare(config, feed, open_feed, tf.distribute.get_strategy()), feed


def prepare(config):
    """As the command line does: looks, trains what is missing, and looks again."""
    config, missing, _ = look(config)
    for part in missing:
        part.train()
    config, missing, feed = look(config)
    assert missing == []
    return config, feed


def test_trained_once_and_found_again(data, cache, capsys, monkeypatch):
    config, feed = prepare(settings(data))
    files = [config.classifier, *config.evaluation_classifiers]
    told = capsys.readouterr().out
    for name in ("mnist+mnist-edge", "mnist", "mnist-edge"):
        assert f"classifier for {name}: 2 steps, into {cache}/classifiers/" in told
        assert f"classifier for {name}: {cache}/classifiers/" in told
    # A judge is another network, of another seed and other data, than the loss' own classifier.
    assert len(set(files)) == 3
    assert all(Path(file).is_relative_to(cache) for file in files)
    kernels = [keras.saving.load_model(f).get_layer("conv_1").get_weights()[0] for f in files]
    assert not np.array_equal(kernels[0], kernels[1])
    assert not np.array_equal(kernels[0], kernels[2])
    seeds = [Path(f).parent.parent.joinpath("config.json").read_text() for f in files]
    assert ['"seed": 1' in text for text in seeds] == [False, True, True]

    monkeypatch.setattr(cached_classifier, "train", lambda *_, **__: pytest.fail("trained again"))
    before = {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    assert prepare(settings(data))[0] == config
    told = capsys.readouterr().out
    assert told.count("trained before (accuracy 0.") == 3
    poor = [float(a) < 0.8 for a in re.findall(r"\(accuracy (.*?)\)", told)]
    assert told.count("so its word on generated ones means little") == sum(poor) > 0
    assert before == {path: path.stat().st_mtime_ns for path in cache.rglob("*")}
    # A run that is resumed names its classifiers: nothing is left to do.
    assert prepare(config)[0] == config
    assert capsys.readouterr().out == ""
    # They are fit for use.
    found = JointMeasures(config, feed)([feed.reference(8)[k] for k in (0, 1)], [_network()] * 2)
    assert sum(found["class_histogram_a"]) == pytest.approx(1)


def _network():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def paths(data, **changed):
    return {part.path for part in look(settings(data, **changed))[1]}


def test_other_settings_are_another_file(data, cache, monkeypatch):
    monkeypatch.setattr(cached_classifier, "Classifier", lambda *_, **__: None)
    files = paths(data)
    for number, changed in enumerate(
        ({"classifier_steps": 3}, {"classifier_width": 0.2}, {"channels": 3}), start=2
    ):
        files |= paths(data, **changed)
        assert len(files) == 3 * number
    # The training itself is not among what determines a classifier.
    assert paths(data, batch_size=4, seed=3) <= files
    assert not cache.exists()


def test_what_the_cache_has_lost_is_trained_again(data, judges, cache, monkeypatch):
    config, _ = prepare(settings(data, evaluation_classifiers=judges[:2]))
    kernel = keras.saving.load_model(config.classifier).get_layer("conv_1").get_weights()[0]
    shutil.rmtree(cache)
    again, (part,), _ = look(config)
    assert again == dataclasses.replace(config, classifier=None)
    assert part.path == config.classifier
    assert prepare(config)[0] == config
    found = keras.saving.load_model(config.classifier).get_layer("conv_1").get_weights()[0]
    np.testing.assert_array_equal(found, kernel)


def test_a_batch_is_what_the_data_has_and_the_devices_share(data, cache):
    _, missing, _ = look(settings(data))  # parts of 65
    assert {part._config.batch_size for part in missing} == {65}
    for examples, replicas, size in ((65, 1, 65), (65, 2, 64), (150, 1, 128), (150, 3, 126)):
        strategy = SimpleNamespace(num_replicas_in_sync=replicas)
        found = cached_classifier.settings(settings(data), "mnist", examples, strategy, 0)
        assert found.batch_size == size


def test_it_learns_from_the_split_that_the_run_learns_from(data, cache):
    _, missing, _ = look(settings(data, split="test"))
    assert {part._config.split for part in missing} == {"test"}


def wait_for(condition):
    for _ in range(3000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not happen")


@pytest.mark.parametrize("dies", [False, True])
def test_a_second_process_waits_for_the_first(dies, data, judges, cache, capsys, monkeypatch):
    """Two locks of one file are as good as two processes; signals are for the main thread."""
    config = settings(data, evaluation_classifiers=judges[:2])
    (first,), (second,) = (look(config)[1] for _ in range(2))
    other = threading.Thread(target=second.train)
    training, runs = cached_classifier.train, []

    def train(trainer, run, **keywords):
        runs.append(run.path)
        if threading.current_thread() is other:
            return
        capsys.readouterr()
        other.start()
        told = []
        wait_for(lambda: told.append(capsys.readouterr().out) or "\n" in "".join(told))
        waits = "classifier for mnist+mnist-edge: waiting for the process that trains it, in"
        assert "".join(told) == f"{waits} {run.path}\n"
        if dies:
            raise KeyboardInterrupt
        training(trainer, run, **keywords)

    monkeypatch.setattr(cached_classifier, "train", train)
    try:
        first.train()
    except KeyboardInterrupt:
        assert dies
    other.join(60)
    assert not other.is_alive()
    assert runs == [Path(first.path).parent.parent] * (2 if dies else 1)
    assert second.trained == (not dies)


def test_what_a_killed_process_left_behind_is_no_obstacle(data, judges, cache):
    """It had made the folders of the run, and not yet written what it is."""
    config = settings(data, evaluation_classifiers=judges[:2])
    _, (part,), _ = look(config)
    Path(part.path).parent.mkdir(parents=True)
    part.train()
    assert part.trained


def test_a_cache_that_cannot_be_written_is_one_line(data, judges, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "file"))
    _, (part,), _ = look(settings(data, evaluation_classifiers=judges[:2]))
    with pytest.raises(UserError, match=r"cannot keep classifiers here .* in TFGAN_KIT_CACHE"):
        part.train()


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
    assert str(caught.value) == "stopped while a classifier was trained; the same command continues"
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
        ({"classifier": "a.keras"}, "classifier of a loss cannot judge"),
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


def test_a_classifier_sees_images_as_the_run_does():
    read = {"fit": "pad", "depth": "16", "value_range": "0,4095", "pages": "channels"}
    size = {"image_size": 16, "channels": 3, "data_dir": "somewhere", "max_bad_files": 3}
    config = make(SCoGANConfig, SMALL, read, size)
    found = cached_classifier.settings(config, "set", 100, tf.distribute.get_strategy(), 1)
    for name in (*read, *size, "split"):
        assert getattr(found, name) == getattr(config, name), name
