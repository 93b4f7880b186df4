"""Checks that an exported model computes the same as the model in memory."""

import numpy as np
import tensorflow as tf

from tfgan_kit.errors import UserError

TOLERANCE = 1e-5
# Half precision has 8 or 11 bits: a different summation order shows in the second digit.
TOLERANCE_OF_HALF = 0.05


def computed_in(networks) -> set[str]:
    """The dtypes that the layers of networks compute in."""
    return {layer.compute_dtype for each in networks for layer in each._flatten_layers()}


def tolerance_of(networks) -> float:
    """The largest difference that counts as equal, given the networks' compute precision."""
    return TOLERANCE if computed_in(networks) <= {"float32"} else TOLERANCE_OF_HALF


def compare(name: str, exported: dict, expected: dict, tolerance: float) -> float:
    """Compares outputs by name.

    Args:
      name: name of the signature or file, for the error.
      exported: name -> output of the exported model: floats, uint8 or PNG files as strings.
      expected: the same for the model in memory.
      tolerance: tolerance of floats, absolute below 1 and relative above. Bytes, including those of
        PNG files, may differ by the corresponding amount, plus one for rounding.

    Returns:
      The largest difference of floats, 0.0 without floats.

    Raises:
      UserError: if names or shapes differ, or values differ by more than the tolerance.
    """
    if set(exported) != set(expected):
        _fail(name, f"has the outputs {sorted(exported)}, not {sorted(expected)}")
    largest = 0.0
    for output, value in expected.items():
        ours, theirs = _array(value), _array(exported[output])
        if ours.shape != theirs.shape:
            _fail(name, f"gives {output} of shape {theirs.shape}, not {ours.shape}")
        away = np.abs(ours - theirs) / np.maximum(1.0, np.abs(ours))
        of_bytes = tf.as_dtype(value.dtype) in (tf.uint8, tf.string)
        worst = float(np.abs(ours - theirs).max() if of_bytes else away.max())
        allowed = max(1.0, tolerance * 127.5) if of_bytes else tolerance
        if not worst <= allowed:
            _fail(name, f"differs in {output} by {worst:.2g}, more than {allowed:.2g}")
        largest = largest if of_bytes else max(largest, worst)
    return largest


def _array(value):
    value = tf.convert_to_tensor(value)
    if value.dtype == tf.string:
        value = tf.stack([tf.io.decode_png(file) for file in value])
    return value.numpy().astype(np.float64)


def _fail(name, what):
    raise UserError(
        f"the exported model is not the model of the run: {name} {what}; nothing was written. "
        "This is a defect, please report it"
    )
