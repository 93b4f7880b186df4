"""Requests are what TF Serving's own messages say, and what the signatures take."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.export.conftest import SIZE
from tfgan_kit.export.files.predict_request import predict_request, prediction_log, rest_body

predict_pb2 = pytest.importorskip(
    "tensorflow_serving.apis.predict_pb2", reason="tensorflow-serving-api is not installed"
)
prediction_log_pb2 = pytest.importorskip("tensorflow_serving.apis.prediction_log_pb2")

RUNS = ("single", "joint", "points")


def warmed_up(folder):
    """The PredictRequests of a version's warm-up file."""
    path = folder / "assets.extra" / "tf_serving_warmup_requests"
    for record in tf.data.TFRecordDataset(str(path)):
        log = prediction_log_pb2.PredictionLog.FromString(record.numpy())
        assert log.WhichOneof("log_type") == "predict_log"
        yield log.predict_log.request


def tensors_of(request):
    return {name: tf.constant(tf.make_ndarray(t)) for name, t in request.inputs.items()}


@pytest.mark.parametrize("name", RUNS)
def test_warm_up_requests_run(served, name):
    signatures = tf.saved_model.load(str(served[name])).signatures
    asked = []
    for request in warmed_up(served[name]):
        assert request.model_spec.name == name
        asked.append(request.model_spec.signature_name)
        tensors = tensors_of(request)
        # A server that batches wants one batch size, and a request that fails keeps it from ready.
        assert {len(t) for t in tensors.values()} == {1}
        assert all(np.isfinite(t).all() for t in tensors.values())
        for output in signatures[asked[-1]](**tensors).values():
            assert len(output) == 1
    assert sorted(asked) == sorted(set(signatures) - {"sample_count"})


@pytest.mark.parametrize("name", RUNS)
def test_rest_bodies_fit_the_signatures(served, name):
    signatures = tf.saved_model.load(str(served[name])).signatures
    files = sorted((served[name] / "requests").iterdir())
    assert [f.stem for f in files] == sorted(signatures)
    asked = {r.model_spec.signature_name: tensors_of(r) for r in warmed_up(served[name])}
    for file in files:
        body = json.loads(file.read_text())
        assert body["signature_name"] == file.stem
        _, takes = signatures[file.stem].structured_input_signature
        assert set(body["inputs"]) == set(takes)
        tensors = {k: tf.constant(v, takes[k].dtype) for k, v in body["inputs"].items()}
        signatures[file.stem](**tensors)
        for key, value in asked.get(file.stem, {}).items():
            np.testing.assert_array_equal(tensors[key], value)  # To the last bit.


def test_a_request_is_that_of_the_protocol():
    latent = np.linspace(-1, 1, 40 * SIZE, dtype=np.float32).reshape(40, SIZE)
    inputs = {"seed": np.array([1, 2**40], np.int64), "latent": latent}
    expected = predict_pb2.PredictRequest()
    expected.model_spec.name = "n" * 200
    expected.model_spec.signature_name = "sample"
    for name, value in inputs.items():
        expected.inputs[name].CopyFrom(tf.make_tensor_proto(value))
    given = predict_request("n" * 200, "sample", inputs)
    assert given == expected.SerializeToString(deterministic=True)
    log = prediction_log_pb2.PredictionLog()
    log.predict_log.request.CopyFrom(expected)
    assert prediction_log(given) == log.SerializeToString(deterministic=True)


def test_json_keeps_every_bit():
    latent = np.random.default_rng(0).normal(size=(3, SIZE)).astype(np.float32)
    body = json.loads(rest_body("serving_default", {"latent": latent, "count": np.int32(2)}))
    assert body["inputs"]["count"] == 2
    np.testing.assert_array_equal(np.array(body["inputs"]["latent"], np.float32), latent)
