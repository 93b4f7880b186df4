import numpy as np

from nets.translation.labels.instance_encoder import encoder
from nets.translation.labels.pix2pixhd import generator, global_generator, of_global
from tests.nets.translation.networks import draw, trainable


def test_parameters(zero_weights):
    assert trainable(global_generator(36, 3)) == 182_546_755
    assert trainable(generator(36, 3)) == 182_857_059
    assert trainable(encoder(3)) == 788_803


def small():
    first = global_generator(3, 2, blocks=2, filters=4)
    whole = generator(3, 2, blocks=2, local_blocks=1, filters=4)
    return first, whole


def test_the_global_generator_becomes_a_part_of_the_whole():
    first, whole = small()
    names = [layer.name for layer in whole.layers if of_global(layer) and layer.weights]
    for name in names:
        whole.get_layer(name).set_weights(first.get_layer(name).get_weights())
    left = [layer.name for layer in first.layers if layer.weights and layer.name not in names]
    assert left == ["global_output"]

    inputs = draw(whole, 64)
    pooled = whole.get_layer("halved")(inputs["input"])
    assert pooled.shape == (2, 32, 32, 3)
    maps, outputs = first({"input": pooled}), whole(inputs)
    for i in range(1, len(maps)):
        np.testing.assert_array_equal(outputs[f"features_{i}"], maps[f"features_{i}"])


def test_the_whole_adds_the_last_global_map():
    _, whole = small()
    inputs = draw(whole, 64)
    features = len(whole.output) - 1
    last, joined = features - 4, features - 2
    down = whole.get_layer("local_down_conv")
    before = whole(inputs)
    for v in down.variables:
        v.assign(0 * v)
    after = whole(inputs)
    np.testing.assert_array_equal(before[f"features_{last}"], after[f"features_{last}"])
    np.testing.assert_array_equal(after[f"features_{joined}"], after[f"features_{last}"])
    assert np.abs(before[f"features_{joined}"] - after[f"features_{joined}"]).max() > 0.1


def test_features_are_means_over_instances():
    model = encoder(3, filters=2)
    inputs = draw(model, 32)
    ids = np.random.default_rng(0).integers(0, 3, (2, 32, 32)) * 1000
    outputs = model({**inputs, "instances": ids})
    each, means = outputs["map"].numpy(), outputs["features"].numpy()
    assert np.std(each) > 0
    for b in range(2):
        for number in np.unique(ids):
            where = ids[b] == number
            expected = np.broadcast_to(each[b][where].mean(0), (where.sum(), 3))
            np.testing.assert_allclose(means[b][where], expected, atol=1e-6)
