"""`Trainer.update`: whose variables move, how far, and how often."""

import dataclasses
import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.engine.loop import Loop
from tfgan_kit.engine.player import Player, make_optimizer
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.fields import vector_field
from tfgan_kit.settings.train import TrainConfig

POINTS = {"image": vector_field(2)}


def dense(name, units=1, **keywords):
    inputs = keras.Input((2,))
    layer = keras.layers.Dense(units, use_bias=False, name=f"{name}_dense", **keywords)
    return keras.Model(inputs, layer(inputs), name=name)


class Toy(Trainer):
    """Two linear networks; what one step does is passed in."""

    def __init__(self, step, config=None, **players):
        self.do, self.settings = step, players
        super().__init__(config or TrainConfig(), POINTS, tf.distribute.get_strategy())

    def build(self):
        a, b = dense("a"), dense("b")
        self.networks = {"a": a, "b": b}
        for name, network in self.networks.items():
            sgd = keras.optimizers.SGD(0.1)
            self.players[name] = Player(name, [network], sgd, **self.settings)

    def train_step(self, batch):
        return self.do(self, batch["image"])

    def sample(self, seed, count):
        raise AssertionError


X = np.array([[1.0, 2.0], [3.0, -1.0]], np.float32)


def run(trainer, steps=1):
    data = tf.data.Dataset.from_tensors({"image": X, "label": [0, 0]}).repeat()
    return Loop(trainer, lambda context: data).run(steps)


def mean_terms(trainer, x):
    return [Term("mean", tf.reduce_mean(trainer.networks["a"](x, training=True)), 2.0)]


def weights(trainer):
    return {name: network.get_weights()[0] for name, network in trainer.networks.items()}


def test_only_the_named_player_moves_by_the_weighted_gradient():
    trainer = Toy(lambda t, x: t.update("a", lambda: mean_terms(t, x)))
    before = weights(trainer)
    window = run(trainer)
    after = weights(trainer)
    gradient = 2.0 * X.mean(0)[:, None]
    np.testing.assert_allclose(after["a"], before["a"] - 0.1 * gradient, rtol=1e-6)
    np.testing.assert_array_equal(after["b"], before["b"])
    value = (X @ before["a"]).mean()
    np.testing.assert_allclose(window.values, [[2 * value, value]], rtol=1e-5)


def test_weight_decay_is_a_term():
    trainer = Toy(lambda t, x: t.update("a", lambda: mean_terms(t, x)), weight_decay=0.5)
    before = weights(trainer)["a"]
    run(trainer)
    gradient = 2.0 * X.mean(0)[:, None] + 0.5 * before
    np.testing.assert_allclose(weights(trainer)["a"], before - 0.1 * gradient, rtol=1e-5)


def test_two_players_share_one_forward_pass():
    passes = []

    def step(trainer, x):
        def terms():
            passes.append(1)
            product = trainer.networks["a"](x) * trainer.networks["b"](x)
            return [Term("product", tf.reduce_mean(product))]

        return trainer.update(["a", "b"], terms)

    trainer = Toy(step)
    before = weights(trainer)
    run(trainer)
    after = weights(trainer)
    for mine, other in (("a", "b"), ("b", "a")):
        gradient = (X * (X @ before[other])).mean(0)[:, None]
        np.testing.assert_allclose(after[mine], before[mine] - 0.1 * gradient, rtol=1e-5)
    assert len(passes) == 1


def test_a_shared_variable_is_stepped_once_from_both_gradients():
    def step(trainer, x):
        return trainer.update("both", lambda: [Term("sum", tf.add_n(trainer.twice(x)))])

    class Shared(Toy):
        def build(self):
            super().build()
            shared = self.networks["a"].layers[-1]
            inputs = keras.Input((2,))
            c = keras.Model(inputs, 3.0 * shared(inputs), name="c")
            networks = [self.networks["a"], c]
            self.twice = lambda x: [tf.reduce_mean(n(x)) for n in networks]
            self.players["both"] = Player("both", networks, keras.optimizers.SGD(0.1))

    trainer = Shared(step)
    before = weights(trainer)["a"]
    run(trainer)
    gradient = 4.0 * X.mean(0)[:, None]
    np.testing.assert_allclose(weights(trainer)["a"], before - 0.1 * gradient, rtol=1e-5)


def test_mistakes_of_a_method_are_named():
    with pytest.raises(ValueError, match="does not depend on"):
        run(Toy(lambda t, x: t.update("b", lambda: mean_terms(t, x))))

    def doubled(trainer, x):
        trainer.players["b"].variables = trainer.players["a"].variables
        return trainer.update(["a", "b"], lambda: mean_terms(trainer, x))

    with pytest.raises(ValueError, match="stepped twice"):
        run(Toy(doubled))


def test_the_loop_stops_at_the_first_value_that_is_not_finite():
    def step(trainer, x):
        bad = tf.where(trainer.step == 3, np.nan, 1.0)
        return {"good": tf.constant(1.0), "bad": tf.cast(bad, tf.float32)}

    trainer = Toy(step)
    window = run(trainer, steps=10)
    assert window.values.shape == (4, 2)
    assert np.isnan(window.values[-1]).tolist() == [True, False]
    assert np.isfinite(window.values[:-1]).all()
    assert trainer.step.numpy() == 4


def test_windows_do_not_retrace_and_steps_are_counted():
    traces = []

    def step(trainer, x):
        traces.append(1)
        return {"step": tf.cast(trainer.step, tf.float32)}

    trainer = Toy(step)
    data = tf.data.Dataset.from_tensors({"image": X, "label": [0, 0]}).repeat()
    loop = Loop(trainer, lambda context: data)
    rows = [value for n in (1, 5, 2) for (value,) in loop.run(n).values]
    assert rows == list(range(8))
    assert len(traces) == 1


def test_a_closed_loop_reads_no_further():
    read = []

    def slowly(n):
        time.sleep(0.02)
        read.append(n)
        return X

    def element(n):
        image = tf.numpy_function(slowly, [n], tf.float32, stateful=False)
        return {"image": tf.ensure_shape(image, X.shape)}

    data = tf.data.Dataset.counter().map(element).prefetch(10_000)
    loop = Loop(Toy(lambda trainer, x: {"x": x[0, 0]}), lambda context: data)
    loop.run(1)
    before = len(read)
    time.sleep(0.5)
    assert len(read) > before, "it does not read ahead"
    loop.close()
    count = len(read)
    time.sleep(0.5)
    assert len(read) <= count + 1  # The one that was being read.


def test_gradient_clipping_by_global_norm():
    def player(clip):
        keywords = {"beta_1": 0.0, "beta_2": 0.0, "precision": "float32", "replicas": 1}
        optimizer = make_optimizer("sgd", 1.0, clip_norm=clip, **keywords)
        return Player("p", [dense("p", kernel_initializer="zeros")], optimizer)

    for clip, expected in [(0.0, [[3.0], [4.0]]), (1.0, [[0.6], [0.8]]), (9.0, [[3.0], [4.0]])]:
        subject = player(clip)
        subject.apply([tf.constant([[-3.0], [-4.0]])])
        np.testing.assert_allclose(subject.variables[0].numpy(), expected, rtol=1e-5)


def test_float16_overflow_skips_the_step_and_lowers_the_scale():
    config = dataclasses.replace(TrainConfig(), precision="mixed_float16")
    trainer = Toy(lambda t, x: t.update("a", lambda: mean_terms(t, x)), config)
    keywords = {"beta_1": 0.0, "beta_2": 0.0, "precision": "mixed_float16", "replicas": 1}
    optimizer = make_optimizer("sgd", 0.1, clip_norm=0.0, **keywords)
    trainer.players["a"] = Player("a", [trainer.networks["a"]], optimizer)
    before = weights(trainer)["a"]
    optimizer.dynamic_scale.assign(1e38)
    run(trainer)
    np.testing.assert_array_equal(weights(trainer)["a"], before)
    assert float(optimizer.dynamic_scale.numpy()) < 1e38
    optimizer.dynamic_scale.assign(1024.0)
    run(trainer)
    gradient = 2.0 * X.mean(0)[:, None]
    np.testing.assert_allclose(weights(trainer)["a"], before - 0.1 * gradient, rtol=1e-2)


def turns(critic, step, count):
    """A trainer with so many critic turns."""
    trainer = Toy(lambda t, x: step)
    trainer.critic_step = lambda batch: critic(trainer)
    trainer.batches_per_step = count
    return trainer


@pytest.mark.parametrize("count", [1, 3])
def test_a_metric_that_both_steps_name_is_refused(count):
    one = {"p/loss": tf.constant(1.0), "p/a": tf.constant(2.0)}
    with pytest.raises(ValueError, match=r"critic_step and train_step both give \['p/loss'\]"):
        run(turns(lambda t: one, {"p/loss": tf.constant(3.0)}, count))
    trainer = turns(lambda t: one, {"q/loss": tf.constant(3.0)}, count)
    np.testing.assert_array_equal(run(trainer).values, [[2, 1, 3]])


def test_two_terms_of_one_name_are_refused():
    for twice in (["mean", "mean"], ["loss"]):
        terms = [Term(name, 0.0) for name in twice]
        with pytest.raises(ValueError, match=f"two terms of the name '{twice[0]}'"):
            run(Toy(lambda t, x, terms=terms: t.update("a", lambda: mean_terms(t, x) + terms)))


@pytest.mark.parametrize("bad", [0, 1, 2])
def test_a_value_of_any_turn_that_is_not_finite_is_seen(bad):
    def critic(trainer):
        turn = trainer.random._turn
        return {"turn": tf.where(turn == bad, np.nan, tf.cast(turn, tf.float32))}

    window = run(turns(critic, {}, 3), steps=5)
    assert window.values.shape == (1, 1)
    assert np.isnan(window.values).all()
    good = run(turns(lambda t: {"turn": tf.cast(t.random._turn, tf.float32)}, {}, 3), steps=2)
    np.testing.assert_array_equal(good.values, [[2], [2]])


@pytest.mark.parametrize("precision", ["float32", "mixed_float16"])
@pytest.mark.parametrize("name", ["adam", "rmsprop"])
def test_what_may_be_unused_stays_with_its_slots(name, precision):
    def both(trainer, x):
        def terms():
            total = trainer.networks["a"](x) + trainer.networks["b"](x)
            return [Term("sum", tf.reduce_mean(total))]

        return trainer.update("both", terms)

    config = dataclasses.replace(TrainConfig(), precision=precision)
    trainer = Toy(both, config)
    keywords = {"beta_1": 0.9, "beta_2": 0.9, "momentum": 0.9, "clip_norm": 1.0, "replicas": 1}
    optimizer = make_optimizer(name, 0.1, precision=precision, **keywords)
    networks = list(trainer.networks.values())
    trainer.players["both"] = Player("both", networks, optimizer)
    run(trainer)  # Now the optimiser has momentum for both.
    inner = getattr(optimizer, "inner_optimizer", optimizer)
    slots = [v for v in inner.variables if v.path.rsplit("/", 1)[-1].startswith("b_dense")]
    assert slots
    before, kept = weights(trainer), [v.numpy() for v in slots]
    unused = [trainer.networks["b"]]
    trainer.do = lambda t, x: t.update("both", lambda: mean_terms(t, x), may_be_unused=unused)
    run(trainer, steps=3)
    after = weights(trainer)
    assert (after["a"] != before["a"]).all()
    np.testing.assert_array_equal(after["b"], before["b"])
    for slot, value in zip(slots, kept, strict=True):
        np.testing.assert_array_equal(slot.numpy(), value)


def test_what_is_unused_must_be_named_and_cannot_be_all():
    def with_both(unused):
        def step(trainer, x):
            layers = [trainer.networks[name] for name in unused]
            return trainer.update("both", lambda: mean_terms(trainer, x), may_be_unused=layers)

        trainer = Toy(step)
        networks = list(trainer.networks.values())
        trainer.players["both"] = Player("both", networks, keras.optimizers.SGD(0.1))
        return trainer

    with pytest.raises(ValueError, match=r"both does not depend on \['b_dense/kernel'\]"):
        run(with_both("a"))
    run(with_both("b"))
    trainer = Toy(lambda t, x: t.update("b", lambda: mean_terms(t, x), may_be_unused=[b]))
    b = trainer.networks["b"]
    with pytest.raises(ValueError, match="b does not depend on any of its variables"):
        run(trainer)


def rms_of_torch(gradients, rate, rho, epsilon, momentum):
    """What `torch.optim.RMSprop` does: epsilon beside the root."""
    mean = velocity = moved = 0.0
    for g in gradients:
        mean = rho * mean + (1 - rho) * g**2
        velocity = momentum * velocity + g / (np.sqrt(mean) + epsilon)
        moved = moved - rate * velocity
    return moved


@pytest.mark.parametrize("momentum", [0.0, 0.5])
def test_rmsprop_of_the_presets_is_that_of_their_authors(momentum):
    """1e-16 under the root is 1e-8 beside it, for all but gradients of that size."""
    gradients = np.random.default_rng(0).uniform(0.5, 1.5, (20, 2, 1)) * [[-1e-3], [3.0]]
    common = {"beta_1": 0.0, "beta_2": 0.0, "clip_norm": 0.0, "precision": "float32"}
    keywords = {"rho": 0.99, "epsilon": 1e-16, "momentum": momentum, "replicas": 1}
    player = Player(
        "p",
        [dense("p", kernel_initializer="zeros")],
        make_optimizer("rmsprop", 1e-2, **common, **keywords),
    )
    for gradient in gradients:
        player.apply([tf.constant(gradient, tf.float32)])
    expected = rms_of_torch(gradients, 1e-2, 0.99, 1e-8, momentum)
    np.testing.assert_allclose(player.variables[0].numpy(), expected, rtol=1e-3)
