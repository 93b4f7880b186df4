"""`--precision auto` and `--jit auto`: what is chosen, what is said, and no trace of it."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from data.feeds.open_feed import open_feed
from tfgan_kit.engine import trial
from tfgan_kit.engine.loop import Loop
from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers import registry
from trainers.generation.gan.config import GANConfig

POINTS = {"dataset": "ring", "network": "mlp", "width": 0.1, "latent_size": 4, "batch_size": 16}
ONE = tf.distribute.get_strategy()


def settle(monkeypatch, times, strategy=ONE, **settings):
    """What is chosen and said if plain and changed passes take so long."""
    lines, tried = [], []
    monkeypatch.setattr(trial, "_passes", lambda trainer, config: tried.append(config))
    monkeypatch.setattr(trial, "_times", lambda passes: times)
    config = trial.settle(make(GANConfig, settings), lambda c: None, strategy, lines.append)
    return (config.precision, config.jit), lines, [(c.precision, c.jit) for c in tried]


def test_the_faster_precision(monkeypatch):
    chosen, (line,), tried = settle(monkeypatch, (1.0, 1.4), precision="auto")
    assert chosen == ("float32", False)
    assert line == "precision float32: with mixed_bfloat16, passes take 1.40 times as long here"
    assert tried == [("float32", False), ("mixed_bfloat16", False)]
    chosen, (line,), _ = settle(monkeypatch, (1.0, 0.7), precision="auto", jit=True)
    assert chosen == ("mixed_bfloat16", True)
    assert line.startswith("precision mixed_bfloat16: ")
    assert settle(monkeypatch, (1.0, 0.97), precision="auto")[0] == ("float32", False)


def test_xla_only_where_it_wins(monkeypatch):
    chosen, (line,), tried = settle(monkeypatch, (1.0, 1.2), jit="auto")
    assert chosen == ("float32", False)
    assert line == "jit off: with XLA, passes take 1.20 times as long here"
    assert tried == [("float32", False), ("float32", True)]
    assert settle(monkeypatch, (1.0, 0.5), jit="auto")[0] == ("float32", True)
    both, lines, tried = settle(monkeypatch, (1.0, 0.5), precision="auto", jit="auto")
    assert both == ("mixed_bfloat16", True)
    assert len(lines) == 2
    assert tried[2:] == [("mixed_bfloat16", False), ("mixed_bfloat16", True)]


def test_no_xla_on_several_devices(monkeypatch):
    two = type("Two", (), {"num_replicas_in_sync": 2})
    chosen, (line,), tried = settle(monkeypatch, (1.0, 0.5), two, jit="auto")
    assert chosen == ("float32", False)
    assert "one device" in line
    assert not tried


def test_a_precision_that_the_device_lacks(monkeypatch):
    conv2d = tf.nn.conv2d

    def lacks(image, *rest):
        if image.dtype != tf.float32:
            raise tf.errors.UnimplementedError(None, None, "no kernel")
        return conv2d(image, *rest)

    monkeypatch.setattr(tf.nn, "conv2d", lacks)
    with pytest.raises(UserError, match="--precision mixed_float16: this device does not compute"):
        settle(monkeypatch, (1.0, 0.5), precision="mixed_float16")
    chosen, (line,), _ = settle(monkeypatch, (1.0, 0.5), precision="auto")
    assert chosen == ("float32", False)
    assert "do not support mixed_bfloat16" in line


def test_a_real_trial_leaves_no_trace(monkeypatch):
    monkeypatch.setattr(trial, "_SECONDS", 0.0)
    method = registry.find("gan")
    feed, config = open_feed("set", make(GANConfig, POINTS, {"precision": "auto"}))
    found = trial.settle(config, lambda c: method.build(c, feed, ONE), ONE, lambda line: None)
    assert found.precision in ("float32", "mixed_bfloat16")
    after = method.build(found, feed, ONE)
    keras.utils.clear_session()
    alone = method.build(found, feed, ONE)
    for name, network in after.networks.items():
        assert [v.path for v in network.variables] == [
            v.path for v in alone.networks[name].variables
        ]
        for a, b in zip(network.get_weights(), alone.networks[name].get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_player_of_another_name_than_its_network(monkeypatch):
    monkeypatch.setattr(trial, "_SECONDS", 0.0)
    feed, config = open_feed("set", make(GANConfig, POINTS, {"jit": "auto"}))

    def build(config):
        trainer = registry.find("gan").build(config, feed, ONE)
        trainer.players["critic"] = trainer.players.pop("discriminator")
        return trainer

    assert trial.settle(config, build, ONE, lambda line: None).jit in (False, True)


def test_losses_do_not_depend_on_the_precision_beyond_three_percent():
    method, losses = registry.find("gan"), []
    for precision in ("float32", "mixed_bfloat16"):
        feed, config = open_feed("set", make(GANConfig, POINTS, {"precision": precision}))
        loop = Loop(method.build(config, feed, ONE), lambda c, feed=feed: feed.dataset(0, c))
        losses.append(loop.run(20).values)
    assert np.abs(losses[0][0] - losses[0][-1]).max() > 0.01  # They are not at rest.
    np.testing.assert_allclose(*losses, rtol=0.03)
