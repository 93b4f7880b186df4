"""Adapting a run's network to a user's task, and what is measured of held-out tasks."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tests.trainers.few_shot.small import IMAGES, POINTS, batch_of, built, part_of
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_json
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.settings.option import to_file
from tfgan_kit.uses import write_uses
from trainers.few_shot.adapt import adapt
from trainers.few_shot.measures import curves, over_tasks

NAMES = {"maml": "learner", "reptile": "learner", "metagan": "discriminator"}


def saved(path, method, settings):
    """An untrained run, opened, with a batch of its data."""
    trainer, feed = built(method, settings)
    (path / "models").mkdir()
    write_json(to_file(method, trainer.config), path / "config.json")
    write_uses(trainer.uses(), path / "uses.json")
    for name, network in trainer.models().items():
        network.save(path / "models" / f"{name}.keras")
    return SavedRun(path), batch_of(feed)


def examples_of(batch):
    return {name: values.numpy() for name, values in part_of(batch, "support", 0).items()}


@pytest.mark.parametrize("method", NAMES)
def test_adaptation_gives_a_new_network_and_leaves_the_given_ones(method, tmp_path):
    extra = {"latent_size": 4} if method == "metagan" else {}
    rate = {"inner_learning_rate": 0.05}
    run, batch = saved(tmp_path, method, IMAGES | rate | extra)
    loaded = {name: run.load(name) for name in ("learner", *NAMES.values()) if run.has(name)}
    before = {name: network.get_weights() for name, network in loaded.items()}
    given = examples_of(batch)
    found = adapt(run, given, steps=3, seed=0)
    assert list(found) == [NAMES[method]]
    (clone,) = found.values()
    for name, network in loaded.items():
        for now, then in zip(network.get_weights(), before[name], strict=True):
            np.testing.assert_array_equal(now, then)
    assert any((a != b).any() for a, b in zip(clone.get_weights(), before[clone.name], strict=True))
    # It tells each image by itself.
    images = tf.cast(given["image"], tf.float32) / 127.5 - 1
    logits = clone({"image": images})["logits"].numpy()
    alone = clone({"image": images[2:3]})["logits"].numpy()
    np.testing.assert_allclose(alone[0], logits[2], rtol=1e-4, atol=1e-5)
    if method != "reptile":  # The one that draws examples.
        return
    again = adapt(run, given, steps=3, seed=0)[clone.name].get_weights()
    for one, other in zip(again, clone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_function_is_fitted_to_its_points(tmp_path):
    run, batch = saved(tmp_path, "maml", POINTS | {"inner_learning_rate": 0.02})
    given = examples_of(batch)

    def error(network):
        return np.mean((network({"image": given["image"]})["target"] - given["target"]) ** 2)

    errors = [error(adapt(run, given, steps=n, seed=0)["learner"]) for n in (0, 5, 50)]
    np.testing.assert_allclose(errors[0], error(run.load("learner")), rtol=1e-5)
    assert errors[0] > errors[1] > errors[2]


def test_what_cannot_be_adapted_to_is_one_line(tmp_path):
    run, batch = saved(tmp_path, "maml", IMAGES)
    given = examples_of(batch)
    two = {name: values[given["label"] < 2] for name, values in given.items()}
    with pytest.raises(UserError, match="the task has 2 classes, but the run learns tasks of 3"):
        adapt(run, two, steps=1, seed=0)
    run.settings["inner_learning_rate"] = 1e38
    with pytest.raises(UserError, match=r"adaptation became non-finite at step \d"):
        adapt(run, given, steps=3, seed=0)


def test_an_interval_is_that_of_the_mean():
    values = np.array([0.2, 0.4, 0.9, 0.5])
    deviation = np.sqrt(((values - 0.5) ** 2).sum() / 3)
    found = over_tasks({"accuracy": values})
    assert found == {"accuracy": 0.5, "accuracy_interval": pytest.approx(1.96 * deviation / 2)}


def test_scores_of_held_out_tasks_are_those_of_an_adapted_network(tmp_path):
    settings = IMAGES | {"inner_learning_rate": 0.05, "evaluate_tasks": 3, "evaluate_at": (0, 2)}
    run, _ = saved(tmp_path, "maml", settings)
    trainer, feed = built("maml", settings)
    tasks = feed.held_out_episodes().read(np.arange(3))
    assert (tasks["class"] >= 78).all()  # Digits 8 and 9.
    parts = {name: tasks[name] for name in ("support", "query")}
    found = curves(trainer.inner, parts, (0, 2), 0).numpy()
    measured = trainer.evaluate(feed, 2000)
    assert measured["samples"] == 3
    for k in range(3):
        support, query = (part_of(tasks, part, k) for part in ("support", "query"))
        clone = adapt(run, support, steps=2, seed=0)["learner"]
        images = tf.cast(query["image"], tf.float32) / 127.5 - 1
        # "alone", by the statistics of the support; and by those of all queries.
        for how, training in ((1, False), (0, True)):
            logits = clone({"image": images}, training=training)["logits"].numpy()
            assert found[k, how, 1] == (logits.argmax(1) == query["label"]).mean(dtype="f4")
    own = over_tasks({"task_accuracy_at_2": found[:, 0, 1]})
    assert {name: measured[name] for name in own} == pytest.approx(own)
    np.testing.assert_allclose(measured["task_accuracy_alone_at_0"], found[:, 1, 0].mean())


def test_a_run_on_functions_is_measured_and_exported(command, tmp_path):
    small = ["--units", 4, "--batch-size", 2, "--evaluate-tasks", 2, "--evaluate-at", "0,1"]
    run = ["train", "maml", "--preset", "sinusoids-small", "--steps", 2, *small]
    status, out, err = command(*run, "--run-dir", tmp_path / "run")
    assert (status, err) == (0, "")
    assert "2 updates x 2 tasks x 1 inner step" in out
    (entry,) = json.loads((tmp_path / "run" / "evaluation.json").read_text())
    assert entry["task_error_at_1"] > 0
    status, out, err = command("export", tmp_path / "run", "--output", tmp_path / "model", "--json")
    assert status == 0, err
    assert json.loads(out)["largest_difference"] <= 1e-5
    served = tf.saved_model.load(str(tmp_path / "model" / "1")).signatures["predict"]
    points = np.linspace(-5, 5, 7, dtype="f4")[:, None]
    expected = SavedRun(tmp_path / "run").load("learner")({"image": points})["target"]
    np.testing.assert_allclose(served(image=tf.constant(points))["target"], expected, atol=1e-5)
