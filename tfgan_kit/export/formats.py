"""The formats that a generator is exported in, known without importing TensorFlow."""

from tfgan_kit.errors import UserError, suggest

FORMATS = {
    "savedmodel": "a SavedModel in TF Serving's layout, with all signatures",
    "keras": "a .keras file, the generator alone",
    "onnx": "an ONNX graph, the generator alone (needs the extra onnx)",
    "tflite": "a LiteRT flatbuffer, the generator alone (needs the extra tflite)",
}

# What a format's converter or runtime cannot have a network compute in.
LACKS = {"onnx": {"bfloat16"}, "tflite": {"bfloat16", "float16"}}


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


def check_precision(name: str, computed_in: set[str]) -> None:
    """Checks that a format can hold a network that computes in these types.

    Raises:
      UserError: naming the type that it cannot hold.
    """
    lacking = sorted(LACKS.get(name, set()) & computed_in)
    if lacking:
        raise UserError(
            f"--format {name} cannot hold networks that compute in {lacking[0]}, as this run's do; "
            "export it as savedmodel or keras, or train with --precision float32"
        )
