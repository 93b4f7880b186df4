"""The requests in docs/serving.md are the protocols', and get what they ask for.

A server of the standard library and one of gRPC stand for TF Serving: they take requests apart with
its own messages and run the signatures of an exported model.
"""

import base64
import http.server
import json
import re
import shutil
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import tensorflow as tf

from tests.conftest import ROOT
from tfgan_kit.export.files.predict_request import predict_request, rest_body

PAGE = (ROOT / "docs" / "serving.md").read_text()
BODY = rest_body("sample_png", {"seed": tf.constant([1], tf.int64).numpy()})
PATH = "/v1/models/digits:predict"


def block(language, containing):
    """The one block of code on the page in a language that has a certain text."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    (found,) = [code for of, code in blocks if of == language and containing in code]
    return found


@pytest.fixture(scope="module")
def model(served):
    return tf.saved_model.load(str(served["single"]))


@pytest.fixture(scope="module")
def png(model):
    return model.signatures["sample_png"](seed=tf.constant([1], tf.int64))["image_bytes"][0].numpy()


@pytest.fixture
def rest(model):
    """Address of a server that answers in columns, as TF Serving does a model with one output."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.path == PATH
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            signature = model.signatures[body["signature_name"]]
            _, takes = signature.structured_input_signature
            given = signature(
                **{k: tf.constant(v, takes[k].dtype) for k, v in body["inputs"].items()}
            )
            ((name, value),) = given.items()
            assert name.endswith("_bytes")
            answer = {"outputs": [{"b64": base64.b64encode(f).decode()} for f in value.numpy()]}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_bodies_are_those_of_the_signature():
    assert BODY == '{"signature_name": "sample_png", "inputs": {"seed": [1]}}'
    for language, text in (("sh", "sample_png"), ("python", "urlopen"), ("js", "fetch")):
        assert f"'{BODY}'" in block(language, text)


def test_rest_from_python(rest, png):
    code, found = block("python", "urlopen").replace("localhost:8501", rest), {}
    exec(code, found)
    assert found["png"] == png
    assert png.startswith(b"\x89PNG")


def test_rest_from_javascript(rest, png):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    code = "const image = {}; const document = {querySelector: () => image};\n"
    code += block("js", "fetch").replace("localhost:8501", rest) + "console.log(image.src);\n"
    command = [node, "--input-type=module", "-e", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "data:image/png;base64," + base64.b64encode(png).decode()


def test_rest_from_the_shell(rest, png):
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    code = block("sh", "sample_png").replace("localhost:8501", rest)
    done = subprocess.run(["sh", "-c", code], capture_output=True, timeout=60)
    assert base64.b64decode(json.loads(done.stdout)["outputs"][0]["b64"]) == png


def test_grpc_from_python(model, png):
    service = pytest.importorskip(
        "tensorflow_serving.apis.prediction_service_pb2_grpc",
        reason="tensorflow-serving-api is not installed",
    )
    import grpc
    from tensorflow_serving.apis import predict_pb2

    seen = []

    class Servicer(service.PredictionServiceServicer):
        def Predict(self, request, context):
            seen.append(request.SerializeToString(deterministic=True))
            inputs = {k: tf.constant(tf.make_ndarray(t)) for k, t in request.inputs.items()}
            response = predict_pb2.PredictResponse()
            for name, value in model.signatures[request.model_spec.signature_name](
                **inputs
            ).items():
                response.outputs[name].CopyFrom(tf.make_tensor_proto(value))
            return response

    server = grpc.server(ThreadPoolExecutor(1))
    service.add_PredictionServiceServicer_to_server(Servicer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        code, found = block("python", "grpc"), {}
        exec(code.replace("localhost:8500", f"127.0.0.1:{port}"), found)
    finally:
        server.stop(None).wait()
    assert found["png"] == png
    inputs = {"seed": tf.constant([1], tf.int64).numpy()}
    assert seen == [predict_request("digits", "sample_png", inputs)]


def test_without_a_server(served):
    code, found = block("python", "saved_model.load"), {}
    exec(code.replace("MODELS/digits/1", str(served["single"])), found)
    assert found["images"].shape == (2, 32, 32, 1)
    assert found["images"].dtype == tf.uint8


def test_the_configuration_of_versions_is_the_servers():
    config = pytest.importorskip(
        "tensorflow_serving.config.model_server_config_pb2",
        reason="tensorflow-serving-api is not installed",
    )
    from google.protobuf import text_format

    (model,) = text_format.Parse(
        block("", "model_config_list"), config.ModelServerConfig()
    ).model_config_list.config
    assert dict(model.version_labels) == {"stable": 1, "canary": 2}
    assert list(model.model_version_policy.specific.versions) == [1, 2]


def test_the_page_names_every_signature(served):
    for name in ("single", "joint"):
        for signature in tf.saved_model.load(str(served[name])).signatures:
            assert f"`{signature}`" in PAGE
