"""What travels with an exported model: where it comes from, and how good it measured."""

import datetime
import os

import keras
import tensorflow as tf

from tfgan_kit import __version__
from tfgan_kit.report.evaluation_file import read_entries


def metadata(source, *, name: str, version: int, format: str, parity: dict, tolerance: float):
    """The content of metadata.json, without the signatures.

    Args:
      source: the `FinishedRun`.
      name, version, format: of the export.
      parity: signature or file -> largest difference from the model in memory.
      tolerance: the difference that was allowed.
    """
    generator = source.generator
    points = len(generator.image_shape) == 1
    return {
        "name": name,
        "version": version,
        "format": format,
        "exported": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "made_with": {
            "tfgan-kit": __version__,
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
        },
        "method": source.method,
        "data": source.data,
        "steps": source.step,
        "averaged_weights": bool(source.settings.get("ema_decay")),
        "parameters": generator.network.count_params(),
        "weights_sha256": source.sha256,
        "latent": {"size": generator.latent_size, "distribution": generator.distribution},
        "image": {
            "shape": list(generator.image_shape),
            "range": None if points else [-1, 1],
            "domains": list(generator.letters),
        },
        "parity": {"tolerance": tolerance, "largest_difference": parity},
        "evaluation": _last_evaluation(source),
        "settings": {k: _portable(v) for k, v in source.settings.items()},
    }


def _last_evaluation(source):
    """What was measured of the weights that are exported, None if nothing was."""
    entries = [e for e in read_entries(source.run.evaluation, []) if e["step"] == source.step]
    return entries[-1] if entries else None


def _portable(value):
    """A setting without the folders of the machine that trained."""
    if isinstance(value, list):
        return [_portable(part) for part in value]
    if isinstance(value, str) and os.path.isabs(value):
        return os.path.basename(value)
    return value
