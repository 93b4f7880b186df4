import numpy as np

from nets.translation.multiscale import discriminator
from tests.nets.translation.networks import draw, trainable


def test_parameters(zero_weights):
    assert trainable(discriminator(3, 36)) == 3 * 2_801_601


def test_sizes_and_names():
    model = discriminator(3, 36, filters=1)
    shapes = {"image": (1, 256, 256, 3), "input": (1, 256, 256, 36)}
    outputs = model.compute_output_shape(shapes)
    assert [outputs[f"logits_{i}"][1:] for i in (1, 2, 3)] == [
        (35, 35, 1),
        (19, 19, 1),
        (11, 11, 1),
    ]
    features = {f"features_{scale}_{layer}" for scale in (1, 2, 3) for layer in (1, 2, 3, 4)}
    assert set(outputs) == features | {"logits_1", "logits_2", "logits_3"}


def halved(x):
    """Averages 3x3 pixels of even images in numpy, at the border fewer."""
    sides = [(0, 0), (0, 1), (0, 1), (0, 0)]
    padded, counted = np.pad(x, sides), np.pad(np.ones_like(x), sides)
    total, count = (
        sum(a[:, i : i + x.shape[1] : 2, j : j + x.shape[2] : 2] for i, j in np.ndindex(3, 3))
        for a in (padded, counted)
    )
    return total / count


def test_a_scale_judges_a_halving_with_weights_of_its_own():
    model = discriminator(2, 1, scales=3, layers=1, filters=2)
    inputs = draw(model, 32)
    base = model(inputs)
    for name in ("conv_1", "conv_2", "logits"):
        for scale in (2, 3):
            layer = model.get_layer(f"scale_{scale}_{name}")
            layer.set_weights(model.get_layer(f"scale_1_{name}").get_weights())
    same = model(inputs)
    np.testing.assert_array_equal(same["logits_1"], base["logits_1"])
    assert np.abs(same["logits_2"] - base["logits_2"]).max() > 1e-4
    for scale in (2, 3):
        inputs = {name: halved(x) for name, x in inputs.items()}
        np.testing.assert_allclose(model(inputs)["logits_1"], same[f"logits_{scale}"], atol=1e-5)
