"""Endpoints as a SavedModel, checked against the model in memory."""

import keras
import tensorflow as tf

from tfgan_kit.export.endpoints import Endpoint
from tfgan_kit.export.examples import distribution_of, example
from tfgan_kit.export.files.parity import compare
from tfgan_kit.machine.plain_path import plain_folder

ROWS = (3, 1)  # Batch sizes of the parity checks.


def write_savedmodel(endpoints: dict[str, Endpoint], folder) -> None:
    """Writes a SavedModel with one signature per endpoint, and with only their variables."""
    archive = keras.export.ExportArchive()
    for name, endpoint in endpoints.items():
        archive.add_endpoint(name, endpoint.call, input_signature=list(endpoint.inputs))
    with plain_folder(folder) as plain:
        archive.write_out(plain, verbose=False)


def load_savedmodel(folder):
    """The SavedModel in a folder, as TensorFlow loads it."""
    with plain_folder(folder) as plain:
        return tf.saved_model.load(plain)


def check_savedmodel(model, endpoints, bound, tolerance: float) -> dict[str, float]:
    """Compares each signature of a SavedModel with the networks in memory.

    The default signature is compared with the kit's own output, and an image in a batch with the
    same image alone: it must not depend on the rest of the batch, as it does in training with batch
    normalization.

    Args:
      model: what `load_savedmodel` gave.
      endpoints: the endpoints that it was made from.
      bound: a `tfgan_kit.uses.apply.Bound` of the use that is served by default.
      tolerance: see `compare`.

    Returns:
      Name of the signature -> largest difference of its floats.

    Raises:
      UserError: if a signature differs.
    """
    signatures, found, distribution = model.signatures, {}, distribution_of(bound)
    for name, endpoint in endpoints.items():
        for rows in ROWS:
            inputs = example(endpoint, distribution, rows)
            tensors = {k: tf.constant(v) for k, v in inputs.items()}
            exported = signatures[name](**tensors)
            expected = endpoint.call(*(tensors[spec.name] for spec in endpoint.inputs))
            difference = compare(name, exported, expected, tolerance)
            found[name] = max(found.get(name, 0.0), difference)
        if name == "serving_default":
            compare(name, exported, bound.render(inputs), tolerance)
            several = example(endpoint, distribution, max(ROWS))
            batch = signatures[name](**{k: tf.constant(v) for k, v in several.items()})
            compare(name, exported, {k: v[:1] for k, v in batch.items()}, tolerance)
    return found


def signatures_of(model, endpoints) -> dict:
    """The signatures of a SavedModel: name -> {"inputs", "outputs"} -> tensors.

    A tensor is {"dtype", "shape"}, where unknown sizes are None. Further information on a tensor is
    under "about".

    Args:
      model: what `load_savedmodel` gave.
      endpoints: the endpoints that it was made from.
    """
    return {
        name: {
            "inputs": _described(function.structured_input_signature[1].items()),
            "outputs": _described(function.structured_outputs.items()),
        }
        | ({"about": endpoints[name].about} if endpoints[name].about else {})
        for name, function in sorted(model.signatures.items())
    }


def _described(tensors):
    return {name: {"dtype": t.dtype.name, "shape": t.shape.as_list()} for name, t in tensors}
