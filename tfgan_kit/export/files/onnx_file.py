"""The generator as an ONNX graph."""

from pathlib import Path

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.export.files.parity import compare

OPSET = 17


def import_converter():
    """The converter, and the runtime that its result is checked with.

    Raises:
      UserError: if either is not installed.
    """
    try:
        import onnxruntime
        import tf2onnx
    except ImportError as error:
        raise UserError(
            f"--format onnx needs {error.name}; install it with `pip install -e '.[onnx]'`"
        ) from None
    return tf2onnx, onnxruntime


def write_onnx(endpoint, inputs, folder, tolerance: float) -> float:
    """Writes model.onnx and compares ONNX Runtime's outputs with the network's.

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
    tf2onnx, onnxruntime = import_converter()

    def named(*values):
        return {name: tf.identity(v, name=name) for name, v in endpoint.call(*values).items()}

    path = Path(folder) / "model.onnx"
    function = tf.function(named, input_signature=list(endpoint.inputs), autograph=False)
    graph, _ = tf2onnx.convert.from_function(function, input_signature=endpoint.inputs, opset=OPSET)
    path.write_bytes(graph.SerializeToString())
    session = onnxruntime.InferenceSession(path.read_bytes(), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    given = dict(zip(names, session.run(names, inputs), strict=True))
    return compare(path.name, given, endpoint.call(*map(tf.constant, inputs.values())), tolerance)
