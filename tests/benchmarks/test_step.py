"""The comparison of loops is fair: all of them compute the same thing."""

import keras
import numpy as np
import pytest

from benchmarks import contestants as loops
from benchmarks.step import measure, show, table, take_turns

SETTING = loops.Setting(32, 1, width=1 / 16, batch_size=8)
STEPS = 2


@pytest.fixture(autouse=True)
def _policy():
    yield
    keras.config.set_dtype_policy("float32")


@pytest.fixture(scope="module")
def feed():
    return SETTING.feed()


@pytest.fixture(scope="module")
def trained(feed):
    """The engine's weights before and after training."""
    engine = loops.Engine(SETTING, feed)
    before = engine.weights()
    engine.window(STEPS)
    return before, engine.weights()


def _assert_same(weights, expected, tolerance):
    assert len(weights) == len(expected)
    for ours, theirs in zip(weights, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


@pytest.mark.parametrize("kind", ["bare", "called", "eager", "fit"])
def test_all_loops_train_the_same_weights(kind, feed, trained):
    before, after = trained
    loop = {
        "bare": lambda: loops.Bare(SETTING, feed),
        "called": lambda: loops.Called(SETTING, feed),
        "eager": lambda: loops.Called(SETTING, feed, eager=True),
        "fit": lambda: loops.Fit(SETTING, feed, steps=STEPS),
    }[kind]()
    _assert_same(loop.weights(), before, 0)
    loop.window(STEPS)
    _assert_same(loop.weights(), after, 1e-5)
    if kind == "fit":
        loop.close()


def test_the_tolerance_is_far_below_what_training_changes(trained):
    before, after = trained
    for first, last in zip(before, after, strict=True):
        assert np.abs(last - first).max() > 1e-4


def test_an_error_in_fit_reaches_the_caller(feed):
    loop = loops.Fit(SETTING, feed, steps=1)

    def fails(batch):
        raise RuntimeError("a failing step")

    loop._model.networks.step = fails
    with pytest.raises(RuntimeError, match="a failing step"):
        loop.window(1)


def test_rows_are_paired_by_round():
    class Clock:
        def __init__(self, *seconds):
            self.seconds = iter(seconds)

        def window(self, steps):
            return next(self.seconds)

    times = take_turns({"a": Clock(2, 4, 2), "b": Clock(3, 4, 8)}, {"a": 2, "b": 1}, 3)
    assert [wall for wall, _ in times["a"]] == [1, 2, 1]
    fixed = {name: [(wall, 1.0) for wall, _ in rows] for name, rows in times.items()}
    reference, other = table(fixed, batch_size=12)
    assert reference["ratio"] == [1, 1, 1]
    assert other["ratio"] == [3, 2, 8]
    assert other["images_per_second"] == [3, 1.5, 4]


def test_every_loop_has_a_row():
    rows = measure(SETTING, windows=1, steps=1)
    names = ["engine", "function of n steps", "function of one step", "keras fit", "eager"]
    assert [row["loop"] for row in rows] == names
    assert len(show(rows).splitlines()) == 1 + len(names)
