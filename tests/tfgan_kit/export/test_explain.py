"""The signature that shows what speaks for a class is Grad-CAM of the network in memory."""

import json

import keras
import numpy as np
import tensorflow as tf

from nets.classifiers import classifier
from tests.tfgan_kit.export.conftest import filled, make_run
from tfgan_kit.attention.methods import grad_cam
from tfgan_kit.attention.opened import Opened
from tfgan_kit.export.export import export
from tfgan_kit.fields import Field, image_field
from tfgan_kit.uses import Call, Use, write_uses

SHAPE, NAMES = (32, 32, 1), ("cat", "dog", "fox")


def test_maps_of_classes_are_served(tmp_path):
    network = filled(classifier(SHAPE, NAMES, width=1 / 8, pooling="mean"), 6)
    run = make_run(tmp_path / "run", {"classifier": network}, method="classifier")
    call = Call("classifier", {"image": "image"}, {"logits": "logits"})
    fields = {"image": image_field(SHAPE)}, {"logits": Field("vector", (3,), names=NAMES)}
    write_uses([Use("classify", (call,), *fields)], run / "uses.json")
    told = export(run, output=tmp_path / "out")
    assert told.values["largest_difference"] <= 1e-5
    folder = tmp_path / "out" / "1"
    signatures = tf.saved_model.load(str(folder)).signatures
    assert set(signatures) == {"classify", "serving_default", "explain"}
    images = np.random.default_rng(1).uniform(-1, 1, (3, *SHAPE)).astype(np.float32)
    classes = np.array([2, 0, 1], np.int32)
    loaded = keras.saving.load_model(run / "models" / "classifier.keras", compile=False)
    _, expected = grad_cam(Opened(loaded, "net", output="logits"), images, classes)
    given = signatures["explain"](image=tf.constant(images), label=tf.constant(classes))["map"]
    np.testing.assert_allclose(given, expected, rtol=1e-4, atol=1e-5)
    assert given.shape == (3, 8, 8)
    assert np.ptp(given) > 0
    about = json.loads((folder / "metadata.json").read_text())["signatures"]["explain"]["about"]
    assert about == "label: 0 cat, 1 dog, 2 fox"
