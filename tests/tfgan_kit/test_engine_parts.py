"""The small parts that training rests on: schedules, averages, randomness, latents, pictures."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.engine.schedules import Schedule
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.layers import SpectralConv2D, SpectralDense, spectral_layers
from tfgan_kit.models.ema import EMA
from tfgan_kit.pictures import images
from tfgan_kit.randomness import Random, seed_of


def rates(shape, updates, **keywords):
    schedule = Schedule(2.0, shape, 100, **keywords)
    return [float(schedule(tf.constant(u))) for u in updates]


def test_schedules():
    assert rates("constant", [0, 50, 99, 500]) == [2.0] * 4
    np.testing.assert_allclose(rates("linear", [0, 25, 50, 100, 150]), [2, 1.5, 1, 0, 0])
    np.testing.assert_allclose(rates("cosine", [0, 50, 100]), [2, 1, 0], atol=1e-6)
    expected = [2 * 0.5 * (1 + np.cos(np.pi * t)) for t in (0.1, 0.7)]
    np.testing.assert_allclose(rates("cosine", [10, 70]), expected, rtol=1e-5)


def test_warm_up_then_decay_from_a_step():
    found = rates("linear", [0, 4, 9, 20, 60, 80, 100], warmup_steps=9, decay_start=60)
    np.testing.assert_allclose(found, [0.2, 1.0, 2.0, 2.0, 2.0, 1.0, 0.0], rtol=1e-6)


def test_schedules_count_steps_and_not_updates():
    assert rates("linear", [0, 4, 5, 250], updates_per_step=5) == pytest.approx([2, 2, 1.98, 1])


def test_rates_drop_at_steps_of_their_stage():
    found = rates("constant", [0, 4, 5, 9, 10, 99], drops=(5, 10), drop_factor=0.1)
    np.testing.assert_allclose(found, [2, 2, 0.2, 0.2, 0.02, 0.02], rtol=1e-5)
    # A decay goes by the steps of the training, and drops by those of the stage.
    found = rates("linear", [0, 9, 10], first_step=50, drops=(10,))
    np.testing.assert_allclose(found, [1, 0.82, 0.4], rtol=1e-5)
    assert rates("constant", [19, 20], drops=(10,), updates_per_step=2) == [2, 1]


def test_ema_ramps_up_and_averages_buffers():
    inputs = keras.Input((2,))
    x = keras.layers.Dense(2, use_bias=False)(inputs)
    network = keras.Model(inputs, keras.layers.BatchNormalization()(x))
    average = EMA(network, 0.5)
    start = [w.copy() for w in average.network.get_weights()]
    network.set_weights([w + 1.0 for w in network.get_weights()])
    expected = start
    for step in range(12):
        average.update(tf.distribute.get_strategy(), tf.constant(step, tf.int64))
        decay = min(0.5, (1 + step) / (10 + step))
        now = network.get_weights()
        expected = [decay * e + (1 - decay) * w for e, w in zip(expected, now, strict=True)]
        for found, wanted in zip(average.network.get_weights(), expected, strict=True):
            np.testing.assert_allclose(found, wanted, rtol=1e-5, atol=1e-6)
    assert len(start) == 5  # kernel, gamma, beta, moving mean, moving variance


def test_randomness_is_a_function_of_seed_step_and_purpose():
    def draw(seed, step, purpose):
        return Random(seed, tf.constant(step, tf.int64)).normal(purpose, [4]).numpy()

    first = draw(1, 2, "a")
    np.testing.assert_array_equal(first, draw(1, 2, "a"))
    for other in (draw(2, 2, "a"), draw(1, 3, "a"), draw(1, 2, "b")):
        assert not np.intersect1d(first, other).size
    assert seed_of(1, "a") != seed_of(1, "b")


def test_uniform_range():
    values = Random(0, tf.constant(0)).uniform("u", [10_000], -1.0, 1.0).numpy()
    assert -1 <= values.min() < -0.99
    assert 0.99 < values.max() < 1


@pytest.mark.parametrize("distribution", ["normal", "uniform"])
def test_fixed_latents_are_nested(distribution):
    few, many = (fixed_latents(distribution, 3, n, 5) for n in (2, 50))
    np.testing.assert_array_equal(few, many[:2])
    assert len(np.unique(many)) == many.size
    assert np.abs(many).max() > 1 if distribution == "normal" else np.abs(many).max() <= 1


def test_ranges_meet():
    bytes_ = np.arange(256, dtype=np.uint8).reshape(1, 16, 16, 1)
    floats = images.to_model_range(tf.constant(bytes_)).numpy()
    assert floats.min() == -1
    assert floats.max() == 1
    np.testing.assert_array_equal(images.to_uint8(floats), bytes_)
    np.testing.assert_array_equal(images.to_uint8([[-3.0, 3.0]]), [[0, 255]])


def test_grid_places_images_row_by_row():
    batch = np.arange(5, dtype=np.uint8)[:, None, None, None] * np.ones((1, 4, 6, 1), np.uint8)
    picture = images.grid(batch, columns=3)
    assert picture.shape == (2 * 6 + 2, 3 * 8 + 2, 1)
    assert (picture[8:12, 10:16] == 4).all()
    assert (picture[8:12, 18:24] == 96).all()


def test_colours_survive_writing(tmp_path):
    import cv2

    picture = np.zeros((2, 2, 3), np.uint8)
    picture[..., 0] = 200
    images.write_image(picture, tmp_path / "red.png")
    assert cv2.imread(str(tmp_path / "red.png"))[0, 0].tolist() == [0, 0, 200]
    assert [p.name for p in tmp_path.iterdir()] == ["red.png"]


def test_turns_draw_from_purposes_of_their_own():
    drawn = Random(0, tf.constant(7))
    whole = [drawn.normal(f"critic{turn}/latent", [2, 3]) for turn in range(3)]
    for turn, expected in enumerate(whole):
        for given in (turn, tf.constant(turn)):
            drawn.take_turn(given, 3)
            np.testing.assert_array_equal(drawn.normal("critic{turn}/latent", [2, 3]), expected)
    assert len({float(values[0, 0]) for values in whole}) == 3


def test_the_turn_belongs_to_every_purpose():
    drawn, found = Random(0, tf.constant(7)), []
    for turn in range(3):
        for given in (turn, tf.constant(turn)):
            drawn.take_turn(given, 3)
            found.append(drawn.normal("noise", [2]).numpy())
    drawn.take_turn(None, 3)
    after = drawn.normal("noise", [2])
    for number, tensor in zip(found[::2], found[1::2], strict=True):
        np.testing.assert_array_equal(number, tensor)
    assert len({float(values[0]) for values in found}) == 3
    # A run with one turn, and what follows the turns, draw as ever.
    before = tf.random.stateless_normal([2], [seed_of(0, "noise"), 7 * 65536], alg="philox")
    np.testing.assert_array_equal(found[0], before)
    np.testing.assert_array_equal(after, before)


@pytest.mark.parametrize("turn", [0, 2, tf.constant(1), None])
def test_a_purpose_is_drawn_for_once_per_step(turn):
    drawn = Random(0, tf.constant(7))
    for _ in range(2):  # A second trace begins anew.
        with drawn.one_step():
            drawn.take_turn(turn, 3)
            drawn.normal("noise", [2])
            drawn.seed("other")
            with pytest.raises(ValueError, match="twice for the purpose 'noise"):
                drawn.uniform("noise", [2])


def test_turns_and_what_follows_them_draw_for_purposes_of_their_own():
    drawn = Random(0, tf.constant(7))
    with drawn.one_step():
        for turn in range(3):
            drawn.take_turn(turn, 3)
            drawn.seed("noise")
            drawn.seed("critic{turn}")
        drawn.take_turn(None, 3)
        drawn.seed("generator")
        for purpose in ("noise", "critic{turn}"):
            with pytest.raises(ValueError, match="twice"):
                drawn.seed(purpose)


def spectral_network():
    inputs = keras.Input((6, 6, 2))
    x = SpectralConv2D(5, 3)(inputs)
    return keras.Model(inputs, SpectralDense(4)(keras.layers.Flatten()(x)))


def test_the_average_of_a_spectral_network_has_the_norms_of_its_own_kernels():
    network, rng = spectral_network(), np.random.default_rng(0)
    average = EMA(network, 0.9)
    for step in range(60):
        for layer in spectral_layers(network):
            layer.kernel.assign_add(0.3 * rng.normal(size=layer.kernel.shape))
            layer.power_iteration()
        average.update(tf.distribute.get_strategy(), tf.constant(step, tf.int64))
    for layer in spectral_layers(average.network):
        kernel = layer.kernel.numpy()
        exact = np.linalg.svd(kernel.reshape(-1, kernel.shape[-1]), compute_uv=False)[0]
        np.testing.assert_allclose(layer.sigma(), exact, rtol=0.02)
        np.testing.assert_allclose(np.linalg.norm(layer.u), 1.0, rtol=1e-5)
