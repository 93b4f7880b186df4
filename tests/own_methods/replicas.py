"""Trains a method of this folder on one and on two logical CPUs; run as a module.

Devices are set up only once in a process.
"""

import os
import subprocess
import sys

import numpy as np
import tensorflow as tf

from tests.conftest import ROOT


def both(row: str, file, **settings) -> dict[str, np.ndarray]:
    """What a few steps give on one and on two devices, by a process of its own.

    Args:
      row: "module:name" of the method's row.
      file: where to put it.
      **settings: of the method.

    Returns:
      "one values", "one weights", "two values" and "two weights".
    """
    given = [f"{name}={value}" for name, value in settings.items()]
    done = subprocess.run(
        [sys.executable, "-m", "tests.own_methods.replicas", file, row, *given],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return dict(np.load(file))


def assert_same_update(found):
    """Whether `both` found the same, but for rounding."""
    for kind, tolerance in (("values", 1e-5), ("weights", 2e-5)):
        one, two = found[f"one {kind}"], found[f"two {kind}"]
        np.testing.assert_allclose(one, two, rtol=tolerance, atol=tolerance)


def _train(method, strategy, settings):
    from data.feeds.open_feed import open_feed
    from tfgan_kit.engine.loop import Loop
    from tfgan_kit.settings.option import make

    feed, config = open_feed(method.feed, make(method.config_class(), settings))
    trainer = method.build(config, feed, strategy)
    window = Loop(trainer, lambda context: feed.dataset(0, context)).run(3)
    weights = [v.numpy().ravel() for n in trainer.models().values() for v in n.weights]
    return {"values": window.values, "weights": np.concatenate(weights)}


def _main(file, row, *given):
    import importlib

    from tfgan_kit.machine.devices import make_strategy

    module, name = row.split(":")
    method = getattr(importlib.import_module(module), name)
    pairs = (text.split("=", 1) for text in given)
    settings = {k: int(v) if v.isdecimal() else v for k, v in pairs}
    if "augment" in settings:
        settings["augment"] = (settings["augment"],)
    two, one = make_strategy("cpu:0,cpu:1"), tf.distribute.get_strategy()
    found = {}
    for count, strategy in (("one", one), ("two", two)):
        for name, values in _train(method, strategy, settings).items():
            found[f"{count} {name}"] = values
    np.savez(file, **found)
    # All is written. A thread that still reads ahead may wait for Python while Python waits for it.
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    _main(*sys.argv[1:])
