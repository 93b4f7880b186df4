"""The generator as a .keras file."""

from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.export.files.parity import compare
from tfgan_kit.fields.network import to_network
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.uses.apply import call_network


def write_keras(bound, inputs, folder, tolerance: float) -> float:
    """Writes model.keras and compares its outputs with those of the use.

    The file's network takes a label as weights of its classes or attributes.

    Args:
      bound: a `tfgan_kit.uses.apply.Bound` of one network.
      inputs: name of each input of the use -> example values.
      folder: the folder to write to.
      tolerance: see `compare`.

    Returns:
      The largest difference.

    Raises:
      UserError: if the use has several networks, or they differ by more than the tolerance.
    """
    path = Path(folder) / "model.keras"
    if len(bound.networks) > 1:
        names = ", ".join(call.network for call in bound.use.calls)
        raise UserError(
            f"--format keras holds one network, but this run has {names}; its models/ has each as "
            "a .keras file, and the other formats hold all"
        )
    (network,) = bound.networks
    network.save(path)
    tensors = {n: to_network(field, inputs[n]) for n, field in bound.use.inputs.items()}
    given = call_network(load_keras(path), tensors, training=False)
    return compare(path.name, given, bound(inputs), tolerance)
