"""What is measured of held-out tasks, and by whom."""

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tests.trainers.few_shot.figr.small import figr
from tfgan_kit.engine.loop import Loop
from trainers.core.cached_classifier import CachedClassifier
from trainers.few_shot.figr import measures as measured
from trainers.few_shot.figr.judge import prepare


@pytest.fixture(scope="module")
def small():
    """A trainer and its feed."""
    return figr(evaluate_tasks=3)


class Curve:
    """Adapts to the mean of a task, by a tenth of the way for each step."""

    def curve(self, images, number, steps):
        image = images[:1] / np.float32(127.5) - 1
        return [np.repeat(min(k / 10, 1) * image, 5, axis=0) for k in steps]


def test_distances_and_shares_are_means_over_tasks_with_intervals(small, monkeypatch):
    trainer, feed = small
    batch = feed.held_out_episodes().read(np.arange(3))
    # The second task is always recognised, the others never.
    answers = iter(np.repeat([-1, batch["class"][1, 0], -1], len(trainer.config.evaluate_at)))

    def predict(judge, samples):
        said = np.zeros((len(samples), 96))
        said[:, next(answers)] = 1
        return {"probabilities": said}

    monkeypatch.setattr(measured, "predict", predict)
    found = measured.measures(Curve(), feed, "judge", trainer.config)
    images = batch["support"]["image"].astype(np.float64) / 127.5 - 1
    for k in trainer.config.evaluate_at:
        made = min(k / 10, 1) * images[:, 0]
        own = np.sqrt(((made - images.mean(1)) ** 2).mean((1, 2, 3)))
        np.testing.assert_allclose(found[f"task_distance_at_{k}"], own.mean(), rtol=1e-5)
        half = 1.96 * own.std(ddof=1) / np.sqrt(3)
        np.testing.assert_allclose(found[f"task_distance_at_{k}_interval"], half, rtol=1e-4)
        np.testing.assert_allclose(found[f"recognised_at_{k}"], 1 / 3)
    assert found["samples"] == 3 * measured.SAMPLES


def test_without_held_out_classes_nothing_is_measured():
    trainer, feed = figr(held_out_classes=())
    assert trainer.evaluate(feed, 10) == {}
    assert trainer.goals(feed) == {}


def test_a_classifier_of_all_classes_is_trained_first_if_it_has_something_to_judge(small):
    strategy = tf.distribute.get_strategy()

    def missing(trainer, feed, **settings):
        config = dataclasses.replace(trainer.config, classifier_steps=10, **settings)
        return prepare(config, feed, open_feed, strategy)[1]

    large, feed = figr(image_size=16)
    (wanted,) = missing(large, feed)
    assert isinstance(wanted, CachedClassifier)
    assert "10 steps" in wanted.plan
    assert not missing(*small)  # Too small to be classified.
    assert not missing(*figr(image_size=16, held_out_classes=()))


@pytest.mark.long
def test_adapted_samples_are_nearer_to_a_task_than_the_start_and_than_those_from_scratch():
    """Eighty outer steps; ratios were 0.53 to 0.66 and 0.69 to 0.78 with the seeds 0 to 3."""
    rates = {"inner_learning_rate": 5e-3, "learning_rate": 1e-3}
    trainer, feed = figr(width=0.1, shots=4, inner_steps=10, batch_size=1, **rates)
    tasks = feed.held_out_episodes().read(np.arange(4))["support"]["image"]

    def distances():
        found = []
        for number, images in enumerate(tasks):
            mean = (images / 127.5 - 1).mean(0)
            curve = trainer.tasks.curve(images, number, (0, 10))
            found.append([np.sqrt(((samples.mean(0) - mean) ** 2).mean()) for samples in curve])
        return np.mean(found, axis=0)

    _, from_scratch = distances()
    Loop(trainer, lambda context: feed.dataset(0, context)).run(80)
    start, adapted = distances()
    assert adapted < 0.8 * start
    assert adapted < 0.9 * from_scratch
