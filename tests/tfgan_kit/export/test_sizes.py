"""Exports translate images of any size, also those that are smaller than the networks take."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.export.conftest import make_run
from tests.tfgan_kit.export.test_other_formats import needed
from tests.tfgan_kit.export.test_png_endpoint import negative
from tfgan_kit.export.export import export
from tfgan_kit.fields import image_field
from tfgan_kit.layers import ReflectionPadding2D
from tfgan_kit.uses import write_uses

SIZES = ((8, 8), (5, 9), (16, 3), (33, 50))


def padding():
    """A network that pads maps of an eighth of the size by reflection, before it averages them."""
    image = keras.Input((None, None, 1), name="input")
    x = ReflectionPadding2D(1)(keras.layers.AveragePooling2D(8)(image))
    x = keras.layers.UpSampling2D(8)(keras.layers.AveragePooling2D(3, 1)(x))
    return keras.Model({"input": image}, {"image": x})


def averaged(images):
    """What that network makes of images that are extended by reflection to 16 pixels or more."""
    size = images.shape[1:3]
    grown = [(0, max(16, -(-side // 8) * 8) - side) for side in size]
    x = np.pad(images, [(0, 0), *grown, (0, 0)], "reflect").astype(np.float64)
    rows, columns = (side // 8 for side in x.shape[1:3])
    x = x.reshape(len(x), rows, 8, columns, 8, 1).mean((2, 4))
    x = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)], "reflect")
    x = sum(x[:, i : i + rows, j : j + columns] for i in range(3) for j in range(3)) / 9
    return x.repeat(8, 1).repeat(8, 2)[:, : size[0], : size[1]]


@pytest.fixture(params=["negatives", "padding by reflection"])
def case(request, tmp_path):
    """A run, and a function from images to what it makes of them."""
    bound = negative(image_field((8, 8, 1)).of_any_size(8))
    network, expected = bound.networks[0], np.negative
    if request.param != "negatives":
        network, expected = padding(), averaged
    run = make_run(tmp_path / "run", {"generator": network}, method="pix2pix")
    write_uses([bound.use], run / "uses.json")
    return run, expected


def images():
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, (2, *size, 1)).astype(np.float32) for size in SIZES]


def test_saved_model(case, tmp_path):
    run, expected = case
    export(run, output=tmp_path / "out")
    serve = tf.saved_model.load(str(tmp_path / "out" / "1")).signatures["translate"]
    for given in images():
        made = serve(input=tf.constant(given))["image"]
        np.testing.assert_allclose(made, expected(given), rtol=0, atol=1e-6)


def test_onnx(case, tmp_path):
    run, expected = case
    needed("tf2onnx")
    onnxruntime = needed("onnxruntime")
    export(run, output=tmp_path / "out", format="onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "out" / "1" / "model.onnx"))
    for given in images():
        (made,) = session.run(["image"], {"input": given})
        np.testing.assert_allclose(made, expected(given), rtol=0, atol=1e-6)


def test_tflite(case, tmp_path):
    run, expected = case
    interpreter = needed("ai_edge_litert.interpreter")
    export(run, output=tmp_path / "out", format="tflite")
    path = str(tmp_path / "out" / "1" / "model.tflite")
    for given in images():
        serve = interpreter.Interpreter(model_path=path).get_signature_runner("serving_default")
        made = serve(input=given)["image"]
        np.testing.assert_allclose(made, expected(given), rtol=0, atol=1e-6)
