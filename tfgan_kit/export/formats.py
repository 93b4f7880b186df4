"""The formats that a generator is exported in, known without importing TensorFlow."""

from tfgan_kit.errors import UserError, suggest

FORMATS = {
    "savedmodel": "a SavedModel in TF Serving's layout, with all signatures",
    "keras": "a .keras file, the generator alone",
    "onnx": "an ONNX graph, the generator alone (needs the extra onnx)",
    "tflite": "a LiteRT flatbuffer, the generator alone (needs the extra tflite)",
}


def check_format(name: str) -> None:
    """Checks that a format exists.

    Raises:
      UserError: naming the nearest one.
    """
    if name not in FORMATS:
        raise UserError(
            f"no export format is called {name!r}{suggest(name, FORMATS)} "
            f"(formats: {', '.join(FORMATS)})"
        )
