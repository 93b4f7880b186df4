"""The other formats, and runtimes that are not TensorFlow: they all compute the same."""

import importlib
import json
import sys

import keras
import numpy as np
import pytest

from nets import dcgan
from tests.tfgan_kit.export.conftest import SIZE, make_run
from tfgan_kit.errors import UserError
from tfgan_kit.export.export import export

LATENTS = np.random.default_rng(7).normal(size=(3, SIZE)).astype(np.float32)
RUNS = ("single", "joint", "points")


def needed(module):
    """A module of an extra; skips the test where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        pytest.skip(f"{module} is not installed")


def assert_same(given, expected):
    assert given
    for name, images in given.items():
        np.testing.assert_allclose(images, expected[name], rtol=1e-5, atol=1e-5)


@pytest.fixture
def run(request):
    """A run by its name."""
    return lambda name: request.getfixturevalue(name)


@pytest.mark.parametrize("name", RUNS)
def test_openvino_reads_the_savedmodel(served, loaded, name):
    openvino = needed("openvino")
    model = openvino.Core().read_model(str(served[name]))
    compiled = openvino.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    for rows in (3, 1):
        outputs = compiled({"latent": LATENTS[:rows]}).items()
        given = {tensor.get_any_name(): value for tensor, value in outputs}
        expected = loaded[name](LATENTS[:rows], training=False)
        assert_same(given, expected)


@pytest.mark.parametrize("name", RUNS)
def test_keras(run, loaded, tmp_path, name):
    line = export(run(name), output=tmp_path / "out", format="keras")
    assert "out/1 (keras" in line
    network = keras.saving.load_model(tmp_path / "out" / "1" / "model.keras", compile=False)
    given = network(LATENTS, training=False)
    assert set(given) == {o for o in loaded[name].output if o.startswith("image")}
    assert_same(given, loaded[name](LATENTS, training=False))
    told = json.loads((tmp_path / "out" / "1" / "metadata.json").read_text())
    assert told["format"] == "keras"
    assert "signatures" not in told
    assert "`model.keras` takes `latent`" in (tmp_path / "out" / "1" / "MODEL_CARD.md").read_text()


@pytest.mark.parametrize("name", RUNS)
def test_onnx(run, loaded, tmp_path, name):
    needed("tf2onnx")
    onnxruntime = needed("onnxruntime")
    export(run(name), output=tmp_path / "out", format="onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "out" / "1" / "model.onnx"))
    names = [output.name for output in session.get_outputs()]
    for rows in (3, 1):
        values = session.run(names, {"latent": LATENTS[:rows]})
        given = dict(zip(names, values, strict=True))
        assert_same(given, loaded[name](LATENTS[:rows], training=False))


@pytest.mark.parametrize("name", RUNS)
def test_tflite(run, loaded, tmp_path, name):
    interpreter = needed("ai_edge_litert.interpreter")
    export(run(name), output=tmp_path / "out", format="tflite")
    path = str(tmp_path / "out" / "1" / "model.tflite")
    serve = interpreter.Interpreter(model_path=path).get_signature_runner("serving_default")
    for rows in (3, 1):
        given = serve(latent=LATENTS[:rows])
        assert_same(given, loaded[name](LATENTS[:rows], training=False))


@pytest.mark.parametrize(
    ("format", "module"), [("onnx", "tf2onnx"), ("tflite", "ai_edge_litert.interpreter")]
)
def test_a_missing_extra_is_named(points, tmp_path, monkeypatch, format, module):
    monkeypatch.setitem(sys.modules, "onnxruntime", sys)  # The other one is there.
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(UserError, match=rf"pip install -e '\.\[{format}\]'"):
        export(points, output=tmp_path / "out", format=format)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("precision", "format", "holds"),
    [
        ("mixed_bfloat16", "savedmodel", True),
        ("mixed_bfloat16", "keras", True),
        ("mixed_bfloat16", "onnx", False),
        ("mixed_bfloat16", "tflite", False),
        ("mixed_float16", "onnx", True),
        ("mixed_float16", "tflite", False),
    ],
)
def test_half_precision(tmp_path, precision, format, holds):
    for module in {"onnx": ("tf2onnx", "onnxruntime"), "tflite": ("ai_edge_litert",)}.get(
        format, ()
    ):
        needed(module)
    keras.config.set_dtype_policy(precision)
    network = dcgan.generator((32, 32, 1), SIZE, width=0.02)
    run, out = make_run(tmp_path / "run", {"generator": network}), tmp_path / "out"
    if holds:
        export(run, output=out, format=format)
        assert (out / "1" / "metadata.json").exists()
    else:
        with pytest.raises(UserError, match=f"--format {format} cannot hold .* b?float16"):
            export(run, output=out, format=format)
        assert not out.exists()
