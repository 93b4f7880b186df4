"""A training in stages: what is carried over, and resume inside each of them and at a boundary."""

import dataclasses
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.engine.test_resume import losses, state
from tfgan_kit.engine.player import Player
from tfgan_kit.engine.session import Session
from tfgan_kit.engine.stages import Stage
from tfgan_kit.engine.train import train
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.fields import Field
from tfgan_kit.models.ema import EMA
from tfgan_kit.models.state import state_variable
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.settings.train import TrainConfig

STEPS = 24
EVERY = {"log_every": 5, "sample_every": 50, "checkpoint_every": 4, "keep_checkpoints": 10}
CONFIG = TrainConfig(steps=STEPS, batch_size=4, image_size=4, **EVERY)


class Data:
    """Rows of noise, as wide as the image size says."""

    def __init__(self, batch_size=4, image_size=4):
        self.size = batch_size, image_size
        self.spec = {"image": Field("vector", (image_size,))}

    def __str__(self):
        return "noise"

    def fingerprint(self):
        return "noise"

    def changed(self, **settings):
        return Data(**{"batch_size": self.size[0], "image_size": self.size[1]} | settings)

    def dataset(self, start_batch, context):
        rows, width = self.size

        def batch(n):
            return {"image": tf.random.stateless_normal([rows, width], [7, n])}

        return tf.data.Dataset.counter(start_batch).map(batch)

    def raise_pending(self):
        pass


class Growing(Trainer):
    """Learns half the mean of its rows: from 2 columns, then from 4 with more layers, then all."""

    traces = 0

    @classmethod
    def stages(cls, config):
        small = {"batch_size": 2, "image_size": 2}
        return (Stage(7, small), Stage(16), Stage(None, {"batch_size": 8}))

    def build(self):
        width = self.image_shape[0]
        inputs = keras.Input((width,))
        x = keras.layers.Dense(3, name=f"from_{width}")(inputs)
        if self.stage:
            x = keras.layers.Dense(3, name="grown")(x)
        network = keras.Model(inputs, keras.layers.Dense(1, name="out")(x), name="net")
        self.networks = {"net": network}
        self.averages = {"net": EMA(network, 0.9)}
        self.mean = state_variable(0.0, combine="mean")
        self.state = {"mean": self.mean}
        # In the first two stages one player, in the third two.
        owned = {"net": [network]}
        if self.stage == 2:
            head = keras.Model(inputs, keras.layers.Dense(1, name="other")(inputs), name="head")
            self.networks["head"] = head
            owned["head"] = [head]
        for name, networks in owned.items():
            self.players[name] = Player(name, networks, keras.optimizers.Adam(0.01))

    def train_step(self, batch):
        type(self).traces += 1
        x = batch["image"]
        self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(x))
        noise = self.random.normal("noise", tf.shape(x))
        found = {}
        for name in self.players:
            found |= self.update(
                name, lambda name=name: [Term("error", self.error(name, x, noise))]
            )
        return found

    def error(self, name, x, noise):
        made = self.networks[name](x + 0.1 * noise, training=True)
        return tf.reduce_mean((made - 0.5 * tf.reduce_mean(x, 1, keepdims=True)) ** 2)


class Killed(BaseException):
    """The process ends and saves nothing."""


def build(kind=Growing):
    stage = kind.stages(CONFIG)[0]
    return kind(CONFIG, Data().changed(**stage.settings).spec, tf.distribute.get_strategy())


def go(path, kind=Growing, *, kill=None, monkeypatch=None):
    """Trains in a new or begun run, killed after what was due at a step."""
    trainer, begun = build(kind), path.exists()
    run = RunDir.open(path) if begun else RunDir.create(path, "growing", CONFIG)
    events = Session._events

    def and_kill(self, recent):
        events(self, recent)
        if self.step == kill:
            raise Killed

    with run:
        if begun:
            run.lock()
        with monkeypatch.context() as patch:
            patch.setattr(Session, "_events", and_kill)
            train(trainer, run, method="growing", feed=Data())
    return trainer


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "straight"
    Growing.traces = 0
    with pytest.MonkeyPatch.context() as patch:
        trainer = go(path, monkeypatch=patch)
    return path, trainer, Growing.traces


# In each stage with and without a checkpoint, at both boundaries, and just behind one.
@pytest.mark.parametrize("step", [4, 5, 7, 8, 15, 16, 20])
def test_killed_and_resumed_equals_straight(step, straight, tmp_path, monkeypatch):
    path = tmp_path / "run"
    with pytest.raises(Killed):
        go(path, kill=step, monkeypatch=monkeypatch)
    assert not (path / "checkpoints" / f"ckpt-{STEPS}.json").exists()
    trainer = go(path, monkeypatch=monkeypatch)
    assert trainer.stage == 2
    ours, theirs = (_tensors(p) for p in (path, straight[0]))
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)
    assert losses(path) == losses(straight[0])


def _tensors(path):
    return {k: v for k, v in state(path).items() if "save_counter" not in k}


def test_manifests_and_records_say_the_stage(straight):
    path, trainer, traces = straight
    manifests = [json.loads(p.read_text()) for p in path.glob("checkpoints/ckpt-*.json")]
    assert {m["step"]: m["stage"] for m in manifests} == {4: 0, 8: 1, 12: 1, 16: 1, 20: 2, 24: 2}
    # Each stage ends with a row of its own metrics, is traced once and has its batch.
    assert [row["step"] for row in losses(path)] == ["5", "7", "10", "15", "16", "20", "24"]
    assert traces == 3
    assert trainer.batch_size == 8
    log = (path / "log.txt").read_text()
    assert "stage 2 of 3 begins at step 7" in log
    assert "  net: 1 of 3 layers, 4 of 31 values" in log
    assert "from_2" in log
    assert "  head begins anew" in log
    assert log.count("optimizer net begins anew") == 1


def test_weights_averages_and_state_are_carried_over_by_name():
    trainer = build()
    old = trainer.networks["net"].get_layer("out").get_weights()
    average = trainer.averages["net"].network.get_layer("out")
    average.set_weights([w + 1 for w in old])
    trainer.mean.assign(5.0)
    stage = trainer.stages(CONFIG)[1]
    trainer.enter(1, Data().changed(**stage.settings).spec)
    network, averaged = trainer.networks["net"], trainer.averages["net"].network
    for new, before in zip(network.get_layer("out").get_weights(), old, strict=True):
        np.testing.assert_array_equal(new, before)
    for new, before in zip(averaged.get_layer("out").get_weights(), old, strict=True):
        np.testing.assert_array_equal(new, before + 1)
    # What is new begins alike in both.
    for model in (network, averaged):
        np.testing.assert_array_equal(
            model.get_layer("grown").get_weights()[0], network.get_layer("grown").get_weights()[0]
        )
    assert float(trainer.mean) == 5.0
    assert network.get_layer("from_4").get_weights()[0].shape == (4, 3)


def test_an_optimiser_goes_on_if_its_variables_are_the_same():
    trainer = build()
    trainer.enter(1, Data().spec)
    optimizer = trainer.players["net"].optimizer
    for variable in optimizer.variables:
        variable.assign(np.ones(variable.shape) * 3)
    assert any("other" in line for line in trainer.enter(2, Data().spec)) is False
    after = trainer.players["net"].optimizer
    assert after is not optimizer
    rate = after.learning_rate
    others = [v for v in after.variables if v is not rate]
    assert len(others) == 1 + 2 * 6
    assert all((np.array(v) == 3).all() for v in others)
    assert float(rate) == pytest.approx(0.01)
    fresh = trainer.players["head"].optimizer
    assert int(fresh.iterations) == 0


def test_a_stage_can_want_new_optimisers_and_networks_that_begin_as_others():
    class Kept(Growing):
        @classmethod
        def stages(cls, config):
            return (Stage(7), Stage(new_optimizers=True))

        def build(self):
            super().build()
            if self.stage:
                self.begins_as = {"start": "net"}
                self.networks["start"] = EMA(self.networks["net"], 0.9).network

    trainer = build(Kept)
    average = trainer.averages["net"].network.get_layer("out")
    average.set_weights([w + 1 for w in average.get_weights()])
    expected = average.get_weights()
    for variable in trainer.players["net"].optimizer.variables:
        variable.assign(np.ones(variable.shape) * 3)
    lines = trainer.enter(1, Data().spec)
    assert any(line.startswith("  start: ") and line.endswith(", as net") for line in lines)
    assert "  optimizer net begins anew" in lines
    assert int(trainer.players["net"].optimizer.iterations) == 0
    kept = trainer.networks["start"].get_layer("out")
    for new, before in zip(kept.get_weights(), expected, strict=True):
        np.testing.assert_array_equal(new, before)


def test_new_layers_do_not_depend_on_what_was_drawn_before():
    one, two = build(), build()
    tf.random.normal([5])
    keras.initializers.GlorotUniform()([3, 3])
    for trainer in (one, two):
        trainer.enter(1, Data().spec, carry=trainer is one)
    for name in ("grown", "from_4"):
        first, second = (t.networks["net"].get_layer(name).get_weights()[0] for t in (one, two))
        np.testing.assert_array_equal(first, second)


def test_stages_must_follow_each_other():
    for ends in ([None, 3], [5, 3, None], [3, 3, None], [3, 5], []):

        class Wrong(Growing):
            @classmethod
            def stages(cls, config, ends=ends):
                return tuple(Stage(end) for end in ends)

        with pytest.raises(ValueError, match="each must end later"):
            Wrong(CONFIG, Data().spec, tf.distribute.get_strategy())


def test_a_stage_whose_batch_cannot_be_split_is_refused_at_the_start(monkeypatch):
    from tfgan_kit.errors import UserError

    class Two:
        num_replicas_in_sync = 4

    with pytest.raises(UserError, match="--batch-size 2 cannot be split over 4 devices"):
        Growing(CONFIG, Data().spec, Two())


def test_pictures_and_measures_can_be_of_the_runs_data(tmp_path, monkeypatch):
    seen = []

    class Shows(Growing):
        @classmethod
        def stages(cls, config):
            small = {"batch_size": 2, "image_size": 2}
            return (Stage(2, small), Stage(4, small, shows_run_data=True), Stage())

        def draw(self, step, feed, path):
            seen.append((step, "drawn", feed.size))
            return {}

        def evaluate(self, feed, count):
            seen.append((int(self.step), "measured", feed.size))
            return {}

    config = dataclasses.replace(CONFIG, steps=6, sample_every=1, evaluate_every=2)
    feed = Data()
    stage = Shows.stages(config)[0]
    trainer = Shows(config, feed.changed(**stage.settings).spec, tf.distribute.get_strategy())
    with RunDir.create(tmp_path / "run", "growing", config) as run:
        train(trainer, run, method="growing", feed=feed)
    sizes = {(step, kind): size for step, kind, size in seen}
    for step in range(7):
        assert sizes[step, "drawn"] == ((2, 2) if step <= 2 else (4, 4))
    assert [sizes[step, "measured"] for step in (2, 4, 6)] == [(2, 2), (4, 4), (4, 4)]
