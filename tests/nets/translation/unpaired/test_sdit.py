import numpy as np
import pytest

from nets.translation.unpaired import stargan
from nets.translation.unpaired.sdit import discriminator, generator
from tests.nets.translation.networks import draw, survives_saving, trainable

STYLE = 1_054_976  # 8 -> 256 -> 4096.
BLOCKS = 4 * 2 * 3 * 3 * 256 * 256
ATTENTION = 3 * 3 * 256 + 1


def test_parameters(zero_weights):
    plain = trainable(stargan.generator(3, 5))
    assert trainable(generator(3, 5)) == plain + STYLE + BLOCKS + ATTENTION
    assert trainable(generator(3, 5, attention=False)) == plain + STYLE + BLOCKS
    head = 3 * 3 * 2048 * 8 + 8 + 32 * 8 + 8
    judge = trainable(stargan.discriminator((128, 128, 3), 5))
    assert trainable(discriminator((128, 128, 3), 5)) == judge + head


def small(**settings):
    return generator(3, 4, 5, blocks=1, styled_blocks=2, filters=4, **settings)


def closed(model, bias):
    """Sets the attention to 0 or 1 everywhere."""
    layer = model.get_layer("attention")
    kernel, _ = layer.get_weights()
    layer.set_weights([0 * kernel, np.full(1, bias, "float32")])


def test_the_latent_matters_where_the_attention_is():
    model = small()
    inputs = draw(model, 8)
    other = inputs | {"latent": inputs["latent"][::-1].copy()}
    for bias, matters in ((-200.0, False), (0.0, True), (200.0, True)):
        closed(model, bias)
        change = np.abs(model(inputs)["image"] - model(other)["image"]).max()
        assert (change > 1e-3) == matters
    np.testing.assert_array_equal(model(inputs)["image"], model(inputs)["image"])


def test_attention_mixes_the_maps_before_and_after_the_styled_blocks():
    model = small()
    outputs = {name: value.numpy() for name, value in model(draw(model, 8)).items()}
    before, after, mixed = (outputs[f"features_{k}"] for k in (4, 6, 7))
    share = outputs["attention"]
    assert 0 < share.min() < share.max() < 1
    np.testing.assert_allclose(mixed, (1 - share) * before + share * after, atol=1e-5)


def test_the_style_sets_the_mean_and_deviation_of_a_norm():
    model = small()
    layers = {part: model.get_layer(f"styled_1_2_{part}") for part in ("gamma", "beta")}
    for part, value in (("gamma", 2.0), ("beta", -3.0)):
        kernel, bias = layers[part].get_weights()
        layers[part].set_weights([0 * kernel, 0 * bias + value])
    outputs = model(draw(model, 32))
    added = outputs["features_5"].numpy() - outputs["features_4"].numpy()
    np.testing.assert_allclose(added.mean((1, 2)), -3.0, atol=1e-3)
    np.testing.assert_allclose(added.std((1, 2)), 3.0, rtol=5e-3)


@pytest.mark.parametrize("attention", [True, False])
def test_saving(attention, tmp_path):
    model = small(attention=attention)
    survives_saving(model, draw(model, 8), tmp_path)
    judge = discriminator((8, 8, 3), 4, 5, downs=2, filters=2)
    assert judge(draw(judge, 8))["latent"].shape == (2, 5)
    survives_saving(judge, draw(judge, 8), tmp_path)
