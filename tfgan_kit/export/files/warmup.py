"""Warm-up requests, which TF Serving runs before it reports a version as ready."""

from pathlib import Path

import tensorflow as tf

from tfgan_kit.export.examples import example
from tfgan_kit.export.files.predict_request import predict_request, prediction_log, rest_body
from tfgan_kit.machine.plain_path import plain_folder


def write_requests(endpoints, folder, model: str, distribution: str) -> None:
    """Writes warm-up requests, and a REST body per signature as requests/SIGNATURE.json.

    A server with batching rejects inputs without a batch dimension, and a failing warm-up request
    prevents a version from being served, so signatures with such inputs are not warmed up.

    Args:
      endpoints: name -> `Endpoint`.
      folder: folder of the SavedModel.
      model: the name that the model is served under.
      distribution: distribution of the latents.
    """
    folder = Path(folder)
    for part in ("assets.extra", "requests"):
        (folder / part).mkdir()
    logs = []
    for name, endpoint in endpoints.items():
        inputs = example(endpoint, distribution)
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
