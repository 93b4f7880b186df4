import keras
import numpy as np
import tensorflow as tf

from nets.translation.labels.condition import drawn_features
from tfgan_kit.layers import DrawnCentres

COUNTS = [2, 0, 3]
CENTRES = np.arange(1, 13, dtype="float32").reshape(3, 2, 2)
CENTRES = np.concatenate([CENTRES, CENTRES[:, :1] + 100], axis=1)  # Three of each class.
CENTRES[1] = 0  # It has none.


def scene(size=6):
    """Class 0 with instance 0, and instances of the other classes in rows of their own."""
    classes, instances = np.zeros((2, size, size), "int32")
    for row in range(1, size):
        classes[row, 1:], instances[row, 1:] = 2 if row < size - 1 else 1, row
    return classes, instances


def draw(layer, classes, instances, seeds):
    rows = len(seeds)
    labels = np.eye(3, dtype="float32")[np.repeat(classes[None], rows, 0)]
    ids = np.repeat(instances[None], rows, 0)
    return layer([labels, ids, tf.constant(seeds, tf.int64)]).numpy()


def filled():
    layer = DrawnCentres(3, 3, 2)
    layer.build([(None, 6, 6, 3), (None, 6, 6), (None,)])
    layer.centres.assign(CENTRES)
    layer.counts.assign(COUNTS)
    return layer


def test_each_instance_gets_one_of_the_centres_of_its_class():
    classes, instances = scene()
    made = draw(filled(), classes, instances, range(40))
    for number in np.unique(instances):
        (own,) = np.unique(classes[instances == number])
        rows = made[:, instances == number]
        np.testing.assert_array_equal(rows, np.repeat(rows[:, :1], rows.shape[1], 1))
        found = {tuple(row) for row in rows[:, 0]}
        known = CENTRES[own, : COUNTS[own]] if COUNTS[own] else np.zeros((1, 2))
        assert found == set(map(tuple, known))  # After 40 draws, each was drawn.


def test_instances_of_one_class_are_drawn_independently():
    classes, instances = scene()
    made = draw(filled(), classes, instances, range(300))
    first, second = made[:, 1, 1, 0], made[:, 2, 1, 0]
    # Of three centres each: 1/3 plus or minus four standard deviations.
    assert abs((first == second).mean() - 1 / 3) < 4 * np.sqrt(2 / 9 / 300)


def test_a_seed_gives_the_same_in_any_batch_and_from_a_file(tmp_path):
    classes, instances = scene()
    network = drawn_features(3, 2)
    layer = network.get_layer("centres")
    layer.centres.assign(np.resize(CENTRES, layer.centres.shape))
    layer.counts.assign([10, 3, 7])
    network.save(tmp_path / "features.keras")
    loaded = keras.saving.load_model(tmp_path / "features.keras")

    def features(model, seeds):
        rows = len(seeds)
        inputs = {
            "input": tf.one_hot(np.repeat(classes[None], rows, 0), 3),
            "instances": tf.constant(np.repeat(instances[None], rows, 0)),
            "seed": tf.constant(seeds, tf.int64),
        }
        return model(inputs)["features"].numpy()

    together = features(network, [7, 8, 7])
    np.testing.assert_array_equal(together[0], together[2])
    np.testing.assert_array_equal(together[1:2], features(loaded, [8]))
    assert (together[0] != together[1]).any()
