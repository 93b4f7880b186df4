"""The generator as a LiteRT (TensorFlow Lite) flatbuffer."""

import tempfile
from pathlib import Path

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.export.files.parity import compare
from tfgan_kit.export.files.savedmodel import write_savedmodel


def import_interpreter():
    """The runtime that the flatbuffer is checked with.

    Raises:
      UserError: if it is not installed.
    """
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        raise UserError(
            "--format tflite needs ai-edge-litert; install it with `pip install -e '.[tflite]'`"
        ) from None
    return Interpreter


def write_tflite(endpoint, inputs, folder, tolerance: float) -> float:
    """Writes model.tflite and compares LiteRT's outputs with the network's.

    Args:
      endpoint: the `Endpoint` from the latent to the images.
      inputs: name -> example values.
      folder: the folder to write to.
      tolerance: see `compare`.

    Returns:
      The largest difference.

    Raises:
      UserError: if the extra is not installed, or they differ by more than the tolerance.
    """
    interpreter_class = import_interpreter()
    path = Path(folder) / "model.tflite"
    with tempfile.TemporaryDirectory() as saved:
        write_savedmodel({"serving_default": endpoint}, saved)
        path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(saved).convert())
    runner = interpreter_class(model_content=path.read_bytes()).get_signature_runner()
    given, expected = runner(**inputs), endpoint.call(*map(tf.constant, inputs.values()))
    return compare(path.name, given, expected, tolerance)
