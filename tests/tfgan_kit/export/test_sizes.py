"""Files of other formats translate images of any size, like the run."""

import numpy as np
import pytest

from tests.tfgan_kit.export.conftest import make_run
from tests.tfgan_kit.export.test_other_formats import needed
from tests.tfgan_kit.export.test_png_endpoint import negative
from tfgan_kit.export.export import export
from tfgan_kit.fields import image_field
from tfgan_kit.uses import write_uses

SIZES = ((8, 8), (5, 9), (16, 3), (33, 50))


@pytest.fixture
def run(tmp_path):
    bound = negative(image_field((8, 8, 1)).of_any_size(8))
    run = make_run(tmp_path / "run", {"generator": bound.networks[0]}, method="pix2pix")
    write_uses([bound.use], run / "uses.json")
    return run


def images():
    rng = np.random.default_rng(0)
    return [rng.uniform(-1, 1, (2, *size, 1)).astype(np.float32) for size in SIZES]


def test_onnx(run, tmp_path):
    needed("tf2onnx")
    onnxruntime = needed("onnxruntime")
    export(run, output=tmp_path / "out", format="onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "out" / "1" / "model.onnx"))
    for given in images():
        (made,) = session.run(["image"], {"input": given})
        np.testing.assert_allclose(made, -given, rtol=0, atol=1e-6)


def test_tflite(run, tmp_path):
    interpreter = needed("ai_edge_litert.interpreter")
    export(run, output=tmp_path / "out", format="tflite")
    path = str(tmp_path / "out" / "1" / "model.tflite")
    for given in images():
        serve = interpreter.Interpreter(model_path=path).get_signature_runner("serving_default")
        np.testing.assert_allclose(serve(input=given)["image"], -given, rtol=0, atol=1e-6)
