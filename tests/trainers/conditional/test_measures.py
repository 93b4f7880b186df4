"""The measures of images by label, on a generator and a judge that are known."""

import json
from types import SimpleNamespace

import cv2
import keras
import numpy as np
import pytest
import scipy.linalg

from tfgan_kit.evaluation.table import table
from tfgan_kit.fields import attribute_field, class_field, image_field, latent_field
from tfgan_kit.layers import Probabilities
from tfgan_kit.metrics.images.class_diversity import class_diversity
from tfgan_kit.report.measures import about, arrow, parse
from tfgan_kit.uses import generate
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import draw_inputs
from trainers.conditional import examples
from trainers.conditional.measures import LabelMeasures, labelled_samples

SIDE, COUNT, LATENT = 16, 60, 4
CENTRES = np.array([-0.6, 0.0, 0.6])  # The judge goes by the brightest pixel.
NAMES = ("dark", "gray", "light")
IMAGE = image_field((SIDE, SIDE, 1))
BOARD = (np.indices((SIDE, SIDE)).sum(0) % 2)[..., None].astype(np.float32)


class Reader:
    """Reals, as a reader gives them."""

    def __init__(self, images, labels):
        self.images, self.labels = images, labels

    def __len__(self):
        return len(self.images)

    def read(self, indices):
        return {"image": self.images[indices], "label": self.labels[indices]}


def feed_of(reader, label=None, trained_on=None):
    return SimpleNamespace(
        spec={"image": IMAGE, "label": label or class_field(NAMES)},
        held_out=lambda: (reader,),
        readers=(trained_on,),
    )


def make_judge(multi_label=False):
    """Features are the largest and the mean value; the class is that of the nearest centre."""
    image = keras.Input((SIDE, SIDE, 1), name="image")
    parts = [keras.layers.GlobalMaxPooling2D()(image), keras.layers.GlobalAveragePooling2D()(image)]
    features = keras.layers.Concatenate(name="features")(parts)
    logits = keras.layers.Dense(2 if multi_label else 3, name="logits")(features)
    chances = Probabilities(() if multi_label else NAMES, multi_label)(logits)
    outputs = {"features": features, "logits": logits, "probabilities": chances}
    judge = keras.Model(image, outputs)
    kernel = np.stack([20 * CENTRES, 0 * CENTRES])
    weights = [kernel, -10 * CENTRES**2]
    if multi_label:  # "bright": largest above 0.3; "full": mean above 0
        weights = [np.diag([10.0, 10.0]), np.array([-3.0, 0.0])]
    judge.get_layer("logits").set_weights(weights)
    return judge


def make_generator(base, detail, label=None):
    """Images of a base and a chessboard for each class, with a little of the latent in a corner."""
    label = label or class_field(NAMES)
    latent = keras.Input((LATENT,), name="latent")
    given = keras.Input(label.network_shape, name="label")
    level = keras.layers.Dense(SIDE * SIDE, use_bias=False, name="level")
    noise = keras.layers.Dense(SIDE * SIDE, use_bias=False, name="noise")
    image = keras.layers.Add()([level(given), noise(latent)])
    image = keras.layers.Reshape((SIDE, SIDE, 1))(image)
    network = keras.Model({"latent": latent, "label": given}, {"image": image})
    rows = [np.full((SIDE, SIDE, 1), b) + d * BOARD for b, d in zip(base, detail, strict=True)]
    level.set_weights([np.stack(rows).reshape(len(rows), -1)])
    corners = np.zeros((LATENT, SIDE, SIDE))
    for i in range(LATENT):
        corners[i, 4 * i : 4 * i + 4, :8] = 0.05
    noise.set_weights([corners.reshape(LATENT, -1)])
    use = generate({"image": IMAGE}, latent_field(LATENT, "uniform"), label)
    return Bound(use, {"generator": network})


def real_reader(per_class=(30, 25, 40), seed=0):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(3), per_class)
    noise = rng.normal(0, 0.04, (len(labels), SIDE, SIDE, 1))
    values = CENTRES[labels][:, None, None, None] + noise
    # Of wrong brightness in one case of "gray".
    values[per_class[0]] += 0.9
    return Reader(np.rint((values.clip(-1, 1) + 1) * 127.5).astype(np.uint8), labels)


def seen(images):
    """What the judge says, computed anew."""
    return np.abs(images.max((1, 2, 3))[:, None] - CENTRES).argmin(1)


def features_of(images):
    return np.stack([images.max((1, 2, 3)), images.mean((1, 2, 3))], 1).astype(np.float64)


def frechet(a, b):
    root = scipy.linalg.sqrtm(np.cov(a.T) @ np.cov(b.T)).real
    return np.square(a.mean(0) - b.mean(0)).sum() + np.trace(np.cov(a.T) + np.cov(b.T) - 2 * root)


# "light" is a chessboard, which is as bright as it should be; of "dark" there is no trace.
GIVEN = {"base": (0.0, 0.0, -0.6), "detail": (0.0, 0.0, 1.2)}


@pytest.fixture(scope="module")
def measured():
    reader = real_reader()
    measures = LabelMeasures(make_judge(), feed_of(reader))
    return measures(make_generator(**GIVEN), COUNT, seed=1), reader


def drawn():
    bound = make_generator(**GIVEN)
    inputs = draw_inputs(bound.use, 1, COUNT)
    return bound.render(inputs)["image"], inputs["label"]


def test_what_was_asked_for_and_what_was_seen(measured):
    found, _ = measured
    images, labels = drawn()
    np.testing.assert_array_equal(np.bincount(labels), [20, 20, 20])
    expected = np.zeros((3, 3))
    for asked, said in zip(labels, seen(images), strict=True):
        expected[asked, said] += 1 / 20
    np.testing.assert_allclose(list(found["confusion"].values()), expected, atol=1e-4)
    assert tuple(found["confusion"]) == NAMES
    assert found["accuracy"] == pytest.approx(np.diag(expected).mean())
    assert found["accuracy_lowest"] == 0.0 < 0.6 < found["accuracy"] < 0.7
    assert found["classes"]["dark"]["accuracy"] == 0.0
    assert found["samples"] == COUNT


def test_detail_that_carries_the_class_is_lost_at_a_lower_resolution(measured):
    images, labels = drawn()
    small = [cv2.resize(image, (8, 8), interpolation=cv2.INTER_LINEAR) for image in images]
    back = [cv2.resize(image, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR) for image in small]
    expected = (seen(np.stack(back)[..., None]) == labels).mean()
    assert measured[0]["accuracy_at_8"] == pytest.approx(expected)
    assert expected == pytest.approx(1 / 3)
    assert [name for name in measured[0] if name.startswith("accuracy_at")] == ["accuracy_at_8"]


def test_reals_are_beside_them_as_many_of_each_class(measured):
    found, reader = measured
    images = reader.images / 127.5 - 1.0
    # 20 of each class, of 30, 25 and 40: the one that is wrong may be among them.
    right = seen(images) == reader.labels
    assert right.sum() < len(right)
    entries = found["classes"].values()
    assert [entry["real"] for entry in entries] == [20, 20, 20]
    shares = [entry["accuracy_real"] for entry in entries]
    assert shares[0] == shares[2] == 1.0
    assert shares[1] in (1.0, 0.95)
    real = found["reference"]["real"]
    assert real["accuracy"] == pytest.approx(np.mean(shares))
    assert real["accuracy_lowest"] == pytest.approx(min(shares))
    assert real["accuracy_at_8"] == pytest.approx(np.mean(shares))  # they have no detail
    # Of three classes, as many of each, one guess is right in a third.
    assert found["reference"]["chance"] == {"accuracy": pytest.approx(1 / 3)}


def test_distances_are_those_of_the_judges_features():
    reader = real_reader((20, 20, 20))  # all of which are taken
    found = LabelMeasures(make_judge(), feed_of(reader))(make_generator(**GIVEN), COUNT, seed=1)
    made, labels = drawn()
    a, b = features_of(reader.images / 127.5 - 1.0), features_of(made)
    each = [frechet(a[reader.labels == c], b[labels == c]) for c in range(3)]
    assert found["classifier_frechet_mean"] == pytest.approx(np.mean(each), rel=1e-3)
    assert found["classifier_frechet"] == pytest.approx(frechet(a, b), rel=1e-3)
    for entry, value in zip(found["classes"].values(), each, strict=True):
        assert entry["classifier_frechet"] == pytest.approx(value, abs=1e-3)
        assert (entry["real"], entry["generated"]) == (20, 20)
    assert found["reference"]["real"]["accuracy"] == pytest.approx((20 + 19 + 20) / 60)
    assert "classifier_frechet" not in found["reference"]["real"]  # no other real images


def test_distances_of_real_images_stand_beside_those_of_samples():
    reader, trained_on = real_reader((20, 20, 20)), real_reader((20, 20, 20), seed=1)
    measures = LabelMeasures(make_judge(), feed_of(reader, trained_on=trained_on))
    found = measures(make_generator(**GIVEN), COUNT, seed=1)
    real = found["reference"]["real"]
    a, b = (features_of(r.images / 127.5 - 1.0) for r in (reader, trained_on))
    each = [frechet(a[reader.labels == c], b[trained_on.labels == c]) for c in range(3)]
    assert real["classifier_frechet_mean"] == pytest.approx(np.mean(each), rel=1e-3)
    assert real["classifier_frechet"] == pytest.approx(frechet(a, b), rel=1e-3)
    assert 0 < real["classifier_frechet"] < found["classifier_frechet"] / 10


def test_diversity_is_told_of_both(measured):
    found, _ = measured
    made, labels = drawn()
    own = class_diversity(made, labels, seed=1)
    assert found["diversity"] == pytest.approx(np.mean(list(own.values())))
    assert [e["diversity"] for e in found["classes"].values()] == pytest.approx(
        list(own.values()), abs=1e-4
    )
    reals = [entry["diversity_real"] for entry in found["classes"].values()]
    assert found["reference"]["real"]["diversity"] == pytest.approx(np.mean(reals), abs=1e-4)
    below = [value < max(reals) for value in own.values()]
    assert found["diverse_classes"] == pytest.approx(np.mean(below))


def test_numbers_have_a_protocol_and_words(measured):
    found, _ = measured
    json.dumps(found)
    numbers = {k for k, v in found.items() if isinstance(v, float)}
    assert set(found["protocols"]) == numbers
    for name in numbers:
        told = found["protocols"][name]
        assert (told["seed"], told["count"], told["real_count"]) == (1, COUNT, 60)
        assert about(parse(name, False)), name
    assert "windows 11, 8, 4, 2, 1" in found["protocols"]["diversity"]["words"]
    assert arrow(parse("accuracy_lowest", False)) == "↑ more is better"
    assert arrow(parse("classifier_frechet_mean", False)) == "↓ less is better"
    assert arrow(parse("accuracy_at_8", False)) is None
    lines = "\n".join(table(found))
    assert "accuracy_at_8" in lines
    assert "seed: 1" in lines


def test_the_same_reals_are_judged_once(monkeypatch):
    reader = real_reader()
    measures = LabelMeasures(make_judge(), feed_of(reader))
    first = measures(make_generator(**GIVEN), COUNT, seed=1)
    monkeypatch.setattr(reader, "read", lambda indices: pytest.fail("read again"))
    assert measures(make_generator(**GIVEN), COUNT, seed=1) == first


@pytest.mark.parametrize("reader", [None, real_reader((30, 1, 30))])
def test_without_held_out_reals_of_every_class_there_are_fewer_numbers(reader):
    found = LabelMeasures(make_judge(), feed_of(reader))(make_generator(**GIVEN), COUNT, seed=1)
    assert {k for k, v in found.items() if isinstance(v, float)} == {
        "accuracy",
        "accuracy_lowest",
        "accuracy_at_8",
        "diversity",
    }


def test_without_a_judge_there_is_diversity():
    found = LabelMeasures(None, feed_of(real_reader()))(make_generator(**GIVEN), COUNT, seed=1)
    assert {k for k, v in found.items() if isinstance(v, float)} == {
        "diversity",
        "diverse_classes",
    }
    assert found["reference"].keys() == {"real"}
    assert found["reference"]["real"].keys() == {"diversity"}


def test_classes_come_equally_often_whatever_the_count():
    for count, rows in ((2, 6), (7, 6), (20, 18), (60, 60)):
        images, labels = labelled_samples(make_generator(**GIVEN), count, 0)
        assert len(images) == len(labels) == rows
        assert len(set(np.bincount(labels, minlength=3))) == 1


def test_attributes_are_judged_one_by_one():
    rows = ((0, 0), (1, 0), (1, 1), (0, 1))
    label = attribute_field(("bright", "full"))
    label = label.from_json(label.to_json() | {"examples": [list(row) for row in rows]})
    # "bright" adds to all that is there, so that a bright image always is a full one.
    generator = make_generator((0.5, 0.2), (0.0, 0.0), label)
    rng = np.random.default_rng(0)
    reals = rng.integers(0, 256, (90, SIDE, SIDE, 1)).astype(np.uint8)
    truth = rng.integers(0, 2, (90, 2))
    truth[0] = -1  # One whose attributes are not known.
    measures = LabelMeasures(make_judge(multi_label=True), feed_of(Reader(reals, truth), label))
    found = measures(generator, 40, seed=0)
    inputs = draw_inputs(generator.use, 0, 40)
    images, asked = generator.render(inputs)["image"], inputs["label"]
    said = np.stack([images.max((1, 2, 3)) > 0.3, images.mean((1, 2, 3)) > 0], 1)
    expected = (said == asked).mean(0)
    assert found["accuracy"] == pytest.approx(expected.mean())
    assert found["accuracy_lowest"] == pytest.approx(expected.min())
    assert 0 < expected.min() < 1
    each = [found["attributes"][name]["accuracy"] for name in label.names]
    assert each == pytest.approx(expected.tolist(), abs=1e-4)
    assert "accuracy_real" in found["attributes"]["full"]
    counts = [np.bincount(column) for column in asked.T]
    guessed = np.mean([max(count) / 40 for count in counts])
    assert found["reference"]["chance"] == {"accuracy": pytest.approx(guessed)}
    assert found["protocols"]["accuracy"]["real_count"] == 40
    assert not {"confusion", "classifier_frechet_mean", "diversity"} & set(found)
    assert found["classifier_frechet"] > 0


def test_reals_are_as_many_of_each_class_however_they_are_read(monkeypatch):
    monkeypatch.setattr(examples, "_CHUNK", 16)  # of 95 examples
    found = examples.examples_of_each(real_reader(), class_field(NAMES), COUNT)
    np.testing.assert_array_equal(np.bincount(found["label"]), [20, 20, 20])
    assert len(np.unique(found["image"], axis=0)) == 60  # none of them twice
