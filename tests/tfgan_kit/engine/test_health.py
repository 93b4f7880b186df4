import keras
import numpy as np
import pytest

from tfgan_kit.engine.health import WON_STEPS, Health


@pytest.fixture
def told():
    texts = []
    return Health(texts.append), texts


def test_a_discriminator_that_wins_for_long_is_told_once(told):
    health, texts = told
    for step in range(100, 100 + 3 * WON_STEPS, 100):
        health.losses(step, {"discriminator/adversarial": 0.01}, 1.386)
    assert len(texts) == 1
    assert "has won" in texts[0]
    assert "since step 100" in texts[0]


def test_a_short_lead_or_an_unbounded_loss_is_no_victory(told):
    health, texts = told
    for step in range(0, 5 * WON_STEPS, 100):
        low = step % WON_STEPS != 0
        health.losses(step, {"discriminator/adversarial": 0.01 if low else 0.5}, 1.386)
        health.losses(step, {"discriminator/adversarial": -50.0}, None)
    assert texts == []


def test_collapse_is_told(told):
    health, texts = told
    rng = np.random.default_rng(0)
    real = rng.uniform(-1, 1, (32, 8, 8, 1))
    health.diversity(0, np.zeros_like(real), real)  # has not begun to learn
    health.diversity(1, real[::-1] * 0.5, real)
    assert texts == []
    health.diversity(2, real[:1] + 0.01 * rng.normal(size=real.shape), real)
    health.diversity(3, np.zeros_like(real), real)
    assert len(texts) == 1
    assert "step 2" in texts[0]


def test_samples_that_stay_alike_are_told(told):
    health, texts = told
    real = np.random.default_rng(0).uniform(-1, 1, (32, 8))
    for step in range(0, WON_STEPS, 100):
        health.diversity(step, np.zeros_like(real), real)
    assert texts == []
    health.diversity(WON_STEPS, np.zeros_like(real), real)
    assert len(texts) == 1


def test_batch_norm_over_few_examples_is_told(told):
    health, texts = told
    inputs = keras.Input((4,))
    plain = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    normed = keras.Model(inputs, keras.layers.BatchNormalization()(inputs))
    health.batch_norm({"generator": plain, "discriminator": plain}, 1)
    health.batch_norm({"generator": normed}, 64)
    assert texts == []
    health.batch_norm({"generator": normed, "discriminator": plain}, 4)
    assert len(texts) == 1
    assert "generator" in texts[0]
    assert "discriminator" not in texts[0]
