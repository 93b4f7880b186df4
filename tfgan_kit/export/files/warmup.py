"""Warm-up requests: what TF Serving runs before it says that a version is ready."""

from pathlib import Path

import tensorflow as tf

from tfgan_kit.export.examples import example
from tfgan_kit.export.files.predict_request import predict_request, prediction_log, rest_body
from tfgan_kit.machine.plain_path import plain_folder


def write_requests(endpoints, folder, model: str, distribution: str) -> None:
    """Writes warm-up requests, and a REST body per signature as requests/SIGNATURE.json.

    A server that batches takes no inputs without a batch dimension, and a warm-up request that
    fails keeps a version from being served: signatures with such inputs are not warmed up.

    Args:
      endpoints: name -> `Endpoint`.
      folder: of the SavedModel.
      model: the name it is served under.
      distribution: that of the latents.
    """
    folder = Path(folder)
    for part in ("assets.extra", "requests"):
        (folder / part).mkdir()
    logs = []
    for name, endpoint in endpoints.items():
        inputs = example(endpoint.inputs, distribution)
        body = rest_body(name, inputs)
        (folder / "requests" / f"{name}.json").write_text(body + "\n", encoding="utf-8")
        if all(spec.shape.rank for spec in endpoint.inputs):
            logs.append(prediction_log(predict_request(model, name, inputs)))
    with (
        plain_folder(folder / "assets.extra") as plain,
        tf.io.TFRecordWriter(f"{plain}/tf_serving_warmup_requests") as writer,
    ):
        for log in logs:
            writer.write(log)
