"""The comparison of the joint methods' loops is fair: they compute what they say."""

import keras
import numpy as np
import pytest

from benchmarks import joint_contestants as loops
from benchmarks import joint_step
from benchmarks.joint_updates import JointUpdates, SeparateUpdates
from benchmarks.turns import show

LEARNING_RATE = 2e-4


@pytest.fixture(autouse=True)
def _policy():
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    return loops.write_classifier(tmp_path_factory.mktemp("classifier"))


@pytest.fixture(scope="module", params=joint_step.METHODS)
def setting(request, classifier):
    return loops.JointSetting(request.param, 1 / 32, 1 / 4, 8, classifier)


@pytest.fixture(scope="module")
def feed(setting):
    return setting.feed()


@pytest.fixture(scope="module")
def trained(setting, feed):
    """The engine's weights before training, after one step and after two."""
    engine = loops.Engine(setting, feed)
    weights = [engine.weights()]
    for _ in range(2):
        engine.window(1)
        weights.append(engine.weights())
    return weights


def _assert_same(weights, expected, tolerance):
    assert weights.keys() == expected.keys()
    for name, value in weights.items():
        np.testing.assert_allclose(value, expected[name], rtol=0, atol=tolerance, err_msg=name)


def test_the_hand_written_loop_trains_the_engines_weights(setting, feed, trained):
    loop = loops.Function(JointUpdates(setting), feed)
    _assert_same(loop.weights(), trained[0], 0)
    loop.window(2)
    _assert_same(loop.weights(), trained[2], 1e-6)


def test_run_eagerly_it_does_the_same_step(setting, feed, trained):
    # One only: eager operations round otherwise, and in later steps, where weights differ in the
    # last bits, a maximum or a slope may turn out the other way.
    loop = loops.Eager(JointUpdates(setting), feed)
    _assert_same(loop.weights(), trained[0], 0)
    loop.window(1)
    _assert_same(loop.weights(), trained[1], 1e-5)


def test_the_tolerance_is_far_below_what_training_changes(trained):
    for name, first in trained[0].items():
        assert np.abs(trained[2][name] - first).max() > 1e-4, name


def test_separate_updates_minimise_the_same_losses(setting, feed, trained):
    loop = loops.Eager(SeparateUpdates(setting), feed)
    _assert_same(loop.weights(), trained[0], 0)
    loop.window(1)
    weights = loop.weights()
    # The first Adam step is as long as the learning rate.
    steps = {n: np.abs(w - trained[0][n]).max() / LEARNING_RATE for n, w in weights.items()}
    if setting.method == "cogan":
        assert steps["generator/dense_1/kernel"] == pytest.approx(2, abs=0.2)
        assert steps["generator/output_a/kernel"] == pytest.approx(1, abs=0.2)
        return
    # Nothing is shared: the discriminators and the generator that comes first see what they do in
    # the joint order. Batch statistics move with each forward pass, of which there are more.
    alike = [
        name
        for name in weights
        if name.startswith("discriminator") or ("_a/" in name and "moving" not in name)
    ]
    alike = [name for name in alike if "counter" not in name]
    assert any(name.startswith("generator") for name in alike)
    _assert_same({n: weights[n] for n in alike}, {n: trained[1][n] for n in alike}, 1e-5)
    assert all(steps[n] > 0.5 for n in weights if n.startswith("encoder"))


def test_every_loop_has_a_row(classifier):
    setting = loops.JointSetting("cogan", 1 / 32, 1 / 4, 4, classifier)
    rows = joint_step.measure_loops(setting, windows=1, steps=1)
    names = ["engine", "function of n steps", "naive order", "eager"]
    assert [row["loop"] for row in rows] == names
    assert {row["method"] for row in rows} == {"cogan"}
    assert len(show(rows).splitlines()) == 1 + len(names)


def test_every_loss_has_a_row(classifier, monkeypatch):
    setting = loops.JointSetting("cogan", 1 / 32, 1 / 4, 4, classifier)
    for changes in joint_step.LOSSES.values():
        setting.config(**changes)  # Raises if a field or a value is unknown.
    fewer = dict(list(joint_step.LOSSES.items())[::2])  # Tracing five critic steps takes long.
    monkeypatch.setattr(joint_step, "LOSSES", fewer)
    rows = joint_step.measure_losses(setting, windows=1, steps=1)
    assert [row["loop"] for row in rows] == ["non_saturating, k=1", "wgan_gp, k=1"]
