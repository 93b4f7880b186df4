"""Requests to TF Serving in both of its formats: protocol buffers and JSON.

The messages are those of tensorflow_serving/apis/predict.proto and prediction_log.proto. Only a few
of their fields are needed, so they are encoded here and need no package other than TensorFlow; a
test reads them with tensorflow-serving-api.
"""

import base64
import json
import os

import numpy as np
import tensorflow as tf


def predict_request(model: str, signature: str, inputs: dict[str, np.ndarray]) -> bytes:
    """A serialised PredictRequest.

    Args:
      model: the name that the model is served under.
      signature: name of the signature.
      inputs: name -> value.
    """
    # PredictRequest: model_spec = 1, map inputs = 2. ModelSpec: name = 1, signature_name = 3.
    request = _field(1, _field(1, os.fsencode(model)) + _field(3, signature.encode()))
    for name, value in sorted(inputs.items()):
        tensor = tf.make_tensor_proto(value).SerializeToString(deterministic=True)
        request += _field(2, _field(1, name.encode()) + _field(2, tensor))
    return request


def prediction_log(request: bytes) -> bytes:
    """A serialised PredictionLog of a PredictRequest, as in warm-up files."""
    # PredictionLog: predict_log = 6. PredictLog: request = 1.
    return _field(6, _field(1, request))


def rest_body(signature: str, inputs: dict[str, np.ndarray]) -> str:
    """The body of a REST request in columnar format: one value per input."""
    values = {name: _plain(value) for name, value in sorted(inputs.items())}
    return json.dumps({"signature_name": signature, "inputs": values})


def _plain(value):
    if np.ndim(value):
        return [_plain(part) for part in value]
    if isinstance(value, bytes):  # As TF Serving's REST interface takes bytes.
        return {"b64": base64.b64encode(value).decode()}
    # The shortest decimal form of a float32 that is read back as the same number.
    return float(str(value)) if np.issubdtype(value.dtype, np.floating) else int(value)


def _field(number, content):
    """A bytes field: its number and type, its length and its content."""
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value):
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _varint(rest) if rest else bytes([low])
