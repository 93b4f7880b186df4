"""The export formats of a generator, available without importing TensorFlow."""

from tfgan_kit.errors import UserError, suggest

FORMATS = {
    "savedmodel": "a SavedModel in TF Serving's layout, with all signatures",
    "keras": "a .keras file, the generator alone",
    "onnx": "an ONNX graph, the generator alone (needs the extra onnx)",
    "tflite": "a LiteRT flatbuffer, the generator alone (needs the extra tflite)",
}

# The compute dtypes that a format's converter or runtime does not support.
LACKS = {"onnx": {"bfloat16"}, "tflite": {"bfloat16", "float16"}}


def check_format(name: str) -> None:
    """Checks that a format exists.

    Raises:
      UserError: if it does not; the message names the most similar format.
    """
    if name not in FORMATS:
        raise UserError(
            f"no export format is called {name!r}{suggest(name, FORMATS)} "
            f"(formats: {', '.join(FORMATS)})"
        )


def check_precision(name: str, computed_in: set[str]) -> None:
    """Checks that a format supports a network that computes in these dtypes.

    Raises:
      UserError: if it does not; the message names the unsupported dtype.
    """
    lacking = sorted(LACKS.get(name, set()) & computed_in)
    if lacking:
        raise UserError(
            f"--format {name} cannot hold networks that compute in {lacking[0]}, as this run's do; "
            "export it as savedmodel or keras, or train with --precision float32"
        )
