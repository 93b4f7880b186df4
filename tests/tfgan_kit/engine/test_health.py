import keras
import pytest

from tfgan_kit.engine.health import Health


@pytest.fixture
def told():
    texts = []
    return Health(texts.append), texts


def test_each_sign_is_told_once(told):
    health, texts = told
    for kind in ("one", "two", "one"):
        health.tell(kind, f"{kind} of {len(texts)}")
    assert texts == ["warning: one of 0", "warning: two of 1"]


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
