"""Endpoints as a SavedModel, checked against the model in memory."""

from pathlib import Path

import keras
import tensorflow as tf

from tfgan_kit.export.endpoints import Endpoint
from tfgan_kit.export.examples import example
from tfgan_kit.export.files.parity import compare

ROWS = (3, 1)  # Batch sizes that parity is checked with.


def write_savedmodel(endpoints: dict[str, Endpoint], folder) -> None:
    """Writes a SavedModel with one signature per endpoint, and with their variables only."""
    archive = keras.export.ExportArchive()
    for name, endpoint in endpoints.items():
        archive.add_endpoint(name, endpoint.call, input_signature=list(endpoint.inputs))
    archive.write_out(str(folder), verbose=False)


def check_savedmodel(folder, endpoints, generator, tolerance: float) -> dict[str, float]:
    """Compares each signature of a SavedModel with the networks in memory.

    The generator's are compared with what the kit itself samples, and an image of a batch with the
    same image alone: it must not depend on its neighbours, as in training with batch normalization.

    Args:
      folder: of the SavedModel.
      endpoints: what it was made of.
      generator: the `SavedGenerator`.
      tolerance: see `compare`.

    Returns:
      Name of the signature -> largest difference of its floats.

    Raises:
      UserError: if one differs.
    """
    signatures = tf.saved_model.load(str(folder)).signatures
    found = {}
    for name, endpoint in endpoints.items():
        for rows in ROWS:
            inputs = example(endpoint.inputs, generator.latent.distribution, rows)
            tensors = {k: tf.constant(v) for k, v in inputs.items()}
            exported = signatures[name](**tensors)
            expected = endpoint.call(*(tensors[spec.name] for spec in endpoint.inputs))
            difference = compare(name, exported, expected, tolerance)
            found[name] = max(found.get(name, 0.0), difference)
        if name == "serving_default":
            _compare_with_kit(exported, generator, inputs, tolerance)
            several = example(endpoint.inputs, generator.latent.distribution, max(ROWS))
            batch = signatures[name](**{k: tf.constant(v) for k, v in several.items()})
            compare(name, exported, {k: v[:1] for k, v in batch.items()}, tolerance)
    return found


def _compare_with_kit(exported, generator, inputs, tolerance):
    compare("serving_default", exported, generator.bound.render(inputs), tolerance)


def signatures_of(folder) -> dict:
    """What the signatures of a SavedModel take and give: name -> {"inputs", "outputs"} -> tensors.

    A tensor is {"dtype", "shape"}; a size that is free is None.
    """
    found = tf.saved_model.load(str(Path(folder))).signatures
    return {
        name: {
            "inputs": _described(function.structured_input_signature[1].items()),
            "outputs": _described(function.structured_outputs.items()),
        }
        for name, function in sorted(found.items())
    }


def _described(tensors):
    return {name: {"dtype": t.dtype.name, "shape": t.shape.as_list()} for name, t in tensors}
