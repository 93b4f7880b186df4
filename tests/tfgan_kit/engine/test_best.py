"""The models of the best evaluation: which ones are kept, and that they are always whole."""

import json
import os

import keras
import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.goal import Goal
from tfgan_kit.runs.best import Best


def models(value):
    """Two models with one weight each."""
    made = {}
    for name in ("generator", "discriminator"):
        inputs = keras.Input((1,))
        dense = keras.layers.Dense(1, use_bias=False)
        made[name] = keras.Model(inputs, dense(inputs))
        dense.set_weights([np.full((1, 1), value)])
    return made


def kept(path):
    """The one value that all weights have, and what best.json tells."""
    found = {
        float(keras.saving.load_model(file).get_weights()[0].item())
        for file in (path / "generator.keras", path / "discriminator.keras")
    }
    (value,) = found
    return value, json.loads((path / "best.json").read_text())


FID = Goal("fid", True, ("fid",))


def measured(**values):
    return values | {"protocols": {name: {"words": name} for name in values}}


def test_the_lowest_or_the_highest_is_kept(tmp_path):
    for number, expected in (("fid", 20.0), ("precision", 30.0)):
        path = tmp_path / number
        best = Best(path, Goal(number, number == "fid", (number,)))
        values = {10: 3.0, 20: 1.0, 30: 4.0, 40: 4.0, 50: 1.0}
        said = [
            best.offer(step, measured(**{number: v}), models(float(step)))
            for step, v in values.items()
        ]
        weight, told = kept(path)
        assert weight == told["step"] == expected  # The first of equals stays.
        assert (told["number"], told[number]) == (number, values[expected])
        assert told["protocols"] == {number: {"words": number}}
        assert [s is not None for s in said] == [
            True,
            number == "fid",
            number != "fid",
            False,
            False,
        ]
        assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_of_domains_the_mean_counts(tmp_path):
    best = Best(tmp_path / "best", Goal("fid", True, ("fid_a", "fid_b")))
    best.offer(1, measured(fid_a=1.0, fid_b=5.0), models(1.0))
    best.offer(2, measured(fid_a=4.0, fid_b=4.0), models(2.0))
    best.offer(3, measured(fid_a=3.0, fid_b=2.0), models(3.0))
    best.offer(4, measured(fid_a=float("nan"), fid_b=0.0), models(4.0))
    best.offer(5, measured(fid_a=0.0), models(5.0))  # What could not be measured is not the best.
    weight, told = kept(tmp_path / "best")
    assert (weight, told["value"]) == (3.0, 2.5)


def test_a_new_process_goes_on_from_the_file(tmp_path):
    path = tmp_path / "best"
    Best(path, FID).offer(5, measured(fid=2.0), models(5.0))
    again = Best(path, FID)
    assert again.offer(6, measured(fid=2.5), models(6.0)) is None
    assert again.offer(7, measured(fid=1.5), models(7.0))
    assert kept(path)[0] == 7.0
    (path / "best.json").write_text("{")
    with pytest.raises(UserError, match="missing or damaged"):
        Best(path, FID)


@pytest.mark.parametrize("call", range(1, 10))
def test_killed_at_any_moment_one_whole_set_is_left(call, tmp_path, monkeypatch):
    path = tmp_path / "best"
    best = Best(path, FID)
    best.offer(1, measured(fid=2.0), models(1.0))
    calls = []

    class Killed(BaseException):
        pass

    def dying(function):
        def run(*arguments, **keywords):
            calls.append(function)
            if len(calls) == call:
                raise Killed
            return function(*arguments, **keywords)

        return run

    with monkeypatch.context() as patched:
        patched.setattr(os, "rename", dying(os.rename))
        patched.setattr(keras.Model, "save", dying(keras.Model.save))
        patched.setattr("tfgan_kit.runs.best.write_json", dying(best_module().write_json))
        patched.setattr("tfgan_kit.runs.best.shutil.rmtree", dying(best_module().shutil.rmtree))
        with pytest.raises(Killed):
            best.offer(2, measured(fid=1.0), models(2.0))
        assert len(calls) == call
    again = Best(path, FID)
    weight, told = kept(path)
    assert weight == told["step"]
    # Measured again, the run ends where one that was not killed does.
    again.offer(2, measured(fid=1.0), models(2.0))
    assert kept(path)[0] == 2.0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["best"]


def best_module():
    from tfgan_kit.runs import best

    return best
