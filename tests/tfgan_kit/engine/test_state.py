"""What a trainer carries beside networks and optimisers: saved, restored, watched, and complete."""

import hashlib
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.layers.two_replicas import in_a_process, save_both
from tfgan_kit.engine.loop import Loop
from tfgan_kit.engine.player import Player
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.fields import vector_field
from tfgan_kit.machine.team import Team
from tfgan_kit.models.ema import EMA
from tfgan_kit.models.pool import ImagePool
from tfgan_kit.models.state import state_variable
from tfgan_kit.runs.checkpoints import Checkpoints
from tfgan_kit.settings.train import TrainConfig


def dense(name):
    inputs = keras.Input((2,))
    layer = keras.layers.Dense(1, use_bias=False, name=f"{name}_dense")
    return keras.Model(inputs, layer(inputs), name=name)


class Plain(Trainer):
    """A linear network that is trained on the points that it is shown."""

    def __init__(self, strategy=None):
        strategy = strategy or tf.distribute.get_strategy()
        super().__init__(TrainConfig(batch_size=4), {"image": vector_field(2)}, strategy)

    def build(self):
        self.networks = {"a": dense("a")}
        adam = keras.optimizers.Adam(0.1)
        self.players = {"a": Player("a", [self.networks["a"]], adam)}

    def train_step(self, batch):
        return self.update("a", lambda: [Term("mean", self.mean(batch["image"]))])

    def mean(self, x):
        return tf.reduce_mean(self.networks["a"](x) ** 2)


class Keeper(Plain):
    """Trains on what a pool hands on, divided by a running mean."""

    def build(self):
        super().build()
        self.pool = ImagePool([2], size=3)
        self.scale = state_variable(1.0, combine="mean")
        self.last = state_variable([0.0, 0.0], combine=None)
        self.state = {"pool": self.pool, "means": [self.scale, self.last]}

    def train_step(self, batch):
        x = self.pool.exchange(batch["image"], self.random, "pool")
        self.scale.assign(0.9 * self.scale + 0.1 * tf.reduce_mean(tf.abs(x)))
        self.last.assign(x[-1])
        return self.update("a", lambda: [Term("mean", self.mean(x / self.scale))])


def stream(start, context):
    """Batches for the replicas, from a batch on; every point is another one."""
    replicas = context.num_replicas_in_sync
    rows = 4 // replicas
    points = np.random.default_rng(0).normal(size=(200, rows, 2)).astype(np.float32)
    return tf.data.Dataset.from_tensor_slices(points[start * replicas :]).map(
        lambda x: {"image": x}
    )


def advance(trainer, steps):
    start = int(trainer.step.numpy())
    return Loop(trainer, lambda context: stream(start, context)).run(steps).values


def checkpoints(trainer, folder):
    return Checkpoints(folder, trainer, method="toy", data="points", keep=3)


def everything(trainer, folder):
    """All variables of the trainer, by the checkpoint's groups."""
    groups = checkpoints(trainer, folder)._groups
    return {f"{k}/{i}": v.numpy() for k, group in groups.items() for i, v in enumerate(group)}


def compute(strategy, folder=None):
    import tempfile

    folder = folder or tempfile.mkdtemp()
    straight = Keeper(strategy)
    advance(straight, 6)
    checkpoints(straight, folder).save(6, {})
    rows = advance(straight, 5)
    resumed = Keeper(strategy)
    checkpoints(resumed, folder).restore(print, None)
    assert int(resumed.step.numpy()) == 6
    found = {"straight rows": rows, "resumed rows": advance(resumed, 5)}
    for name, trainer in (("straight", straight), ("resumed", resumed)):
        found |= {f"{name} {k}": v for k, v in everything(trainer, folder).items()}
    return found


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return in_a_process(__file__, tmp_path_factory.mktemp("state") / "found.npz")


@pytest.mark.parametrize("count", ["one", "two"])
def test_resume_is_exact_with_state(found, count):
    names = [k for k in found.files if k.startswith(f"{count}/straight")]
    assert len([name for name in names if "state_" in name]) == {"one": 4, "two": 7}[count]
    for name in names:
        other = found[name.replace("straight", "resumed")]
        np.testing.assert_array_equal(found[name], other, err_msg=name)


def test_state_is_per_replica_or_synchronised_as_declared(found):
    first, second = (found[f"two/straight state_pool/{i}"] for i in (0, 1))
    assert not np.array_equal(first, second)
    # One replica sees the same points as two, and the pools are not yet part of the mean.
    scale = found["two/straight state_means/0"]
    assert scale.shape == ()
    assert abs(float(scale) - 1.0) > 0.01


def test_a_running_mean_is_the_mean_over_the_replicas(found):
    assert found["two/mean of replicas"] == pytest.approx(found["one/mean of replicas"], rel=1e-6)


def test_state_is_watched_for_values_that_are_not_finite(tmp_path):
    trainer = Keeper()
    kept = checkpoints(trainer, tmp_path)
    assert kept.bad_variable() is None
    trainer.scale.assign(np.nan)
    assert "state_means" in kept.bad_variable()


def test_state_of_another_number_of_replicas_is_refused_in_one_line(tmp_path):
    trainer = Keeper()
    checkpoints(trainer, tmp_path).save(1, {})
    manifest = tmp_path / "ckpt-1.json"
    content = json.loads(manifest.read_text())
    content["shapes"]["state_pool"] *= 2
    manifest.write_text(json.dumps(content))
    with pytest.raises(UserError, match="as many as it began with"):
        checkpoints(trainer, tmp_path).restore(print, None)


def test_state_of_replicas_on_several_machines_is_refused(tmp_path, monkeypatch):
    trainer = Keeper()
    monkeypatch.setattr(Team, "__init__", lambda self, strategy: setattr(self, "size", 2))
    with pytest.raises(UserError, match="train it on one machine"):
        checkpoints(trainer, tmp_path)


def test_a_checkpoint_of_before_there_was_state_is_restored(tmp_path):
    """Written here as version 0.1.0 wrote it."""
    trainer = Plain()
    advance(trainer, 3)
    network, optimizer = trainer.networks["a"], trainer.players["a"].optimizer
    groups = {
        "step": [trainer.step],
        "network_a": [v.value for v in network.variables],
        "optimizer_a": [v.value for v in optimizer.variables],
    }
    tf.train.Checkpoint(**groups).write(str(tmp_path / "ckpt-3"))
    files = sorted(tmp_path.glob("ckpt-3.*"))
    manifest = {
        "step": 3,
        "files": {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in files},
        "method": "toy",
        "data": "points",
        "shapes": {k: [list(v.shape) for v in group] for k, group in groups.items()},
        "extra": {"rows": [], "names": [], "pending": False},
    }
    (tmp_path / "ckpt-3.json").write_text(json.dumps(manifest))
    other = Plain()
    assert checkpoints(other, tmp_path).restore(print, None) == manifest
    for name, value in everything(trainer, tmp_path).items():
        np.testing.assert_array_equal(everything(other, tmp_path)[name], value, err_msg=name)


def strays():
    return {
        "a variable": lambda t: tf.Variable(0.0, name="stray"),
        "in a list": lambda t: [tf.Variable(0.0, name="stray")],
        "in a dictionary": lambda t: {"x": tf.Variable(0.0, name="stray")},
        "a pool": lambda t: ImagePool([2]),
        "a network": lambda t: dense("stray"),
        "an average": lambda t: EMA(t.networks["a"], 0.9),
        "a player": lambda t: Player("x", [t.networks["a"]], keras.optimizers.Adam()),
        "a generator": lambda t: tf.random.Generator.from_seed(0),
    }


@pytest.mark.parametrize("kind", strays())
def test_a_variable_that_no_checkpoint_would_hold_is_refused(kind, tmp_path):
    trainer = Plain()
    checkpoints(trainer, tmp_path)
    trainer.own = strays()[kind](trainer)
    with pytest.raises(ValueError, match=r"Plain\.own has variables .* or state"):
        checkpoints(trainer, tmp_path)


def test_what_is_not_trained_or_is_known_may_be_kept(tmp_path):
    trainer = Plain()
    frozen = dense("frozen")
    frozen.trainable = False
    trainer.frozen_network, trainer.same = frozen, [trainer.networks["a"], trainer.step]
    trainer.text, trainer.none, trainer.numbers = "variables", None, np.zeros(3)
    checkpoints(trainer, tmp_path)


def test_an_unknown_way_to_combine_is_named():
    with pytest.raises(ValueError, match="'max', not one of"):
        state_variable(0.0, combine="max")


def of_the_mean(strategy):
    """A running mean after a step in which each replica assigns the mean of its own rows."""
    with strategy.scope():
        mean = state_variable(0.0, combine="mean")
    points = np.arange(8.0, dtype=np.float32)

    def assign():
        context = tf.distribute.get_replica_context()
        rows = 8 // context.num_replicas_in_sync
        start = tf.cast(context.replica_id_in_sync_group, tf.int32) * rows
        mean.assign(tf.reduce_mean(tf.constant(points)[start : start + rows] ** 2))

    tf.function(lambda: strategy.run(assign), autograph=False)()
    return {"mean of replicas": mean.numpy()}


if __name__ == "__main__":
    save_both(lambda strategy: compute(strategy) | of_the_mean(strategy))
