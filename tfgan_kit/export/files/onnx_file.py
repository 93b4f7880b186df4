"""The generator as an ONNX graph."""

from pathlib import Path

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.export.files.parity import compare

OPSET = 17


def import_converter():
    """The converter and the runtime that its result is checked in.

    Raises:
      UserError: if one is not installed.
    """
    try:
        import onnxruntime
        import tf2onnx
    except ImportError as error:
        raise UserError(
            f"--format onnx needs {error.name}; install it with `pip install -e '.[onnx]'`"
        ) from None
    return tf2onnx, onnxruntime


def write_onnx(endpoint, latents, folder, tolerance: float) -> float:
    """Writes model.onnx and compares what ONNX Runtime makes of latents with the network.

    Args:
      endpoint: the `Endpoint` from the latent to the images.
      latents: float32 (n, latent_size).
      folder: where to.
      tolerance: see `compare`.

    Returns:
      The largest difference.

    Raises:
      UserError: if the extra is not installed, or they differ by more than the tolerance.
    """
    tf2onnx, onnxruntime = import_converter()

    def named(latent):
        return {name: tf.identity(v, name=name) for name, v in endpoint.call(latent).items()}

    path = Path(folder) / "model.onnx"
    function = tf.function(named, input_signature=list(endpoint.inputs), autograph=False)
    tf2onnx.convert.from_function(
        function, input_signature=endpoint.inputs, opset=OPSET, output_path=str(path)
    )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    given = dict(zip(names, session.run(names, {"latent": latents}), strict=True))
    return compare(path.name, given, endpoint.call(tf.constant(latents)), tolerance)
