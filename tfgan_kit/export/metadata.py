"""Metadata of an exported model: its origin and its measured quality."""

import datetime
import os
import re

import keras
import tensorflow as tf

from tfgan_kit import __version__
from tfgan_kit.report.evaluation_file import read_entries

# A path alone, or after a separator that joins it to the name of a source, a network or another
# path.
_PATH = re.compile(r"(?:(?<![^:,+\[])|(?<=[:,] ))/[^:,+\]]+")


def metadata(source, *, name: str, version: int, format: str, parity: dict, tolerance: float):
    """The content of metadata.json, without the signatures.

    Args:
      source: the `FinishedRun`.
      name, version, format: those of the export.
      parity: signature or file -> largest difference from the model in memory.
      tolerance: the difference that was allowed.
    """
    use, generator = source.bound.use, source.generator
    networks = [source.saved.load(call.network) for call in use.calls]
    made = [name for name in use.examples if generator or use.outputs[name].kind == "image"]
    given = use.find("image") or next(iter(use.inputs))  # A point, where there is no image.
    image = use.outputs[made[0]] if made else use.inputs[given]
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
        "data": _portable(source.data),
        "steps": source.step,
        "averaged_weights": bool(source.settings.get("ema_decay")),
        "parameters": sum(network.count_params() for network in networks),
        "weights_sha256": source.sha256,
        "use": use.name,
        "takes": list(use.inputs),
        "latent": _latent(use.inputs.get(use.find("latent"))),
        "label": _label(use.inputs.get(use.label)),
        "tells": list(dict.fromkeys(n for field in use.outputs.values() for n in field.names)),
        "image": {
            "shape": list(image.shape),
            "range": None if len(image.shape) == 1 else [-1, 1],
            "domains": [] if generator is None else list(generator.letters),
        },
        "parity": {"tolerance": tolerance, "largest_difference": parity},
        "evaluation": _portable(_last_evaluation(source)),
        "settings": _portable(source.settings),
        **({"adapted": _portable(source.adapted)} if source.adapted else {}),
    }


def _latent(field):
    """The latent that a use takes, or None if it takes none."""
    return field and {"size": field.shape[0], "distribution": field.distribution}


def _label(field):
    """The label that a use takes, or None if it takes none."""
    if field is None:
        return None
    told = {"kind": field.kind, "names": list(field.names), "unknown": field.unknown}
    return told | ({"size": field.shape[0]} if field.kind == "vector" else {})


def _last_evaluation(source):
    """The measures of the exported weights, or None if there are none."""
    entries = [e for e in read_entries(source.run.evaluation, []) if e["step"] == source.step]
    return entries[-1] if entries else None


def _portable(value):
    """A JSON value in which only the last part of each path is kept, without its folders."""
    if isinstance(value, dict):
        return {_portable(name): _portable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_portable(part) for part in value]
    if isinstance(value, str):
        return _PATH.sub(lambda found: os.path.basename(found[0].rstrip("/")), value)
    return value
