"""The judge of a run by label is trained on its data, with the labels as they are."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.small import SMALL, save_classifier, write_mnist
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers.conditional.cgan.config import CGANConfig
from trainers.conditional.judge import prepare
from trainers.conditional.measures import goals_of_labels, load_judge


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return str(write_mnist(tmp_path_factory.mktemp("data"), 130, 20))


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def look(data, **changed):
    """What is there, what is missing, and the data."""
    few = {"dataset": "mnist", "data_dir": data, "classifier_steps": 2, "classifier_width": 0.1}
    feed, config = open_feed("labelled", make(CGANConfig, SMALL, few, changed))
    return *prepare(config, feed, open_feed, tf.distribute.get_strategy()), feed


def test_it_is_trained_once_and_found_again(data, cache, capsys):
    config, (part,), feed = look(data)
    assert config.evaluation_classifier is None
    part.train()
    found, missing, _ = look(data, seed=5)
    assert (found.evaluation_classifier, missing) == (part.path, [])
    assert Path(part.path).is_relative_to(cache)
    assert "trained before (accuracy 0." in capsys.readouterr().out
    assert load_judge(found, feed).output["logits"].shape == (None, 10)
    # A run that is resumed names it: nothing is left to do, and what was lost is trained again.
    again, missing, _ = look(data, evaluation_classifier=part.path)
    assert (again.evaluation_classifier, missing) == (part.path, [])
    shutil.rmtree(cache)
    lost, (same,), _ = look(data, evaluation_classifier=part.path, seed=1)
    assert lost.evaluation_classifier is None
    assert same.path == part.path


def test_it_sees_true_labels_whatever_the_run_sees(data):
    _, (plain,), feed = look(data)
    truth = feed.reader.source.labels()
    for changed in (
        {"labelled_per_class": 2},
        {"label_noise": 0.5},
        {"balanced_real": True},
        {"labelled_per_class": 2, "balanced_real": True},
    ):
        _, (part,), _ = look(data, **changed)
        assert part.path == plain.path
        seen = part._feed.reader.read(np.arange(130))["label"]
        np.testing.assert_array_equal(seen, truth)


def test_its_batch_is_that_of_the_data_and_not_of_a_view(tmp_path):
    """A balanced view of 40 examples has 60."""
    labels = np.array([0] * 30 + [1] * 10, np.uint8)
    images = np.zeros((40, 28, 28), np.uint8)
    np.savez(tmp_path / "two.npz", images=images, labels=labels)
    settings = {"dataset": str(tmp_path / "two.npz"), "balanced_real": True}
    _, (part,), feed = look(None, **settings)
    assert len(feed.reader) == 60
    assert part._config.batch_size == 40


def test_what_is_given_or_not_wanted_is_not_trained(data, cache, tmp_path, monkeypatch):
    save_classifier(tmp_path / "own.keras")
    monkeypatch.chdir(tmp_path)
    found, missing, _ = look(data, evaluation_classifier="own.keras")
    assert (found.evaluation_classifier, missing) == (str(tmp_path / "own.keras"), [])
    found, missing, feed = look(data, classifier_steps=0)
    assert (found.evaluation_classifier, missing) == (None, [])
    assert load_judge(found, feed) is None
    assert goals_of_labels(found, feed) == {}
    for path, text in (
        ("none.keras", "--evaluation-classifier .*none.keras: cannot be loaded"),
        (save_classifier(tmp_path / "b.keras", classes=9), "9 classes apart, the data has 10"),
        (save_classifier(tmp_path / "c.keras", shape=(32, 32, 3)), "takes images of 32x32x3"),
    ):
        with pytest.raises(UserError, match=text):
            look(data, evaluation_classifier=path)
    assert not cache.exists()


def test_goals_are_those_that_can_be_measured(data, tmp_path):
    config, _, feed = look(data)
    found = goals_of_labels(config, feed)
    assert {name for name, goal in found.items() if goal.lower} == {
        "classifier_frechet",
        "classifier_frechet_mean",
    }
    assert {name for name, goal in found.items() if not goal.lower} == {
        "accuracy",
        "accuracy_lowest",
    }
    alone = tmp_path / "alone.npz"
    np.savez(alone, images=np.zeros((40, 28, 28), np.uint8), labels=np.arange(40) % 2)
    config, _, feed = look(None, dataset=str(alone))
    assert feed.held_out() == (None,)
    assert set(goals_of_labels(config, feed)) == {"accuracy", "accuracy_lowest"}
