"""The generator as a .keras file."""

from pathlib import Path

from tfgan_kit.export.files.parity import compare
from tfgan_kit.models.saved_models import load_keras


def write_keras(network, latents, folder, tolerance: float) -> float:
    """Writes model.keras and compares what it gives for latents with the network.

    Returns:
      The largest difference.

    Raises:
      UserError: if they differ by more than the tolerance.
    """
    path = Path(folder) / "model.keras"
    network.save(path)
    loaded = load_keras(path)
    given, expected = (n(latents, training=False) for n in (loaded, network))
    return compare(path.name, given, expected, tolerance)
