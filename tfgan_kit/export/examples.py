"""An example request for each signature, for parity checks and for clients to copy."""

import numpy as np

from tfgan_kit.fields import Field
from tfgan_kit.latent.latents import fixed_latents


def example(endpoint, distribution: str, rows: int = 1) -> dict[str, np.ndarray]:
    """Input values for a signature.

    Args:
      endpoint: the `Endpoint`.
      distribution: distribution of the latents.
      rows: number of latents, seeds or images.

    Returns:
      Name of the input -> its value.
    """
    found = {}
    for spec in endpoint.inputs:
        made = endpoint.samples.get(spec.name)
        found[spec.name] = made(rows) if made else _value(spec, distribution, rows)
    return found


def distribution_of(bound) -> str:
    """The distribution of a use's latents, "normal" if it takes none."""
    latent = bound.use.find("latent")
    return bound.use.inputs[latent].distribution if latent else "normal"


def _value(spec, distribution, rows):
    if spec.name == "latent":
        return fixed_latents(distribution, 0, rows, spec.shape[1])
    if spec.name == "seed":
        return np.arange(1, rows + 1, dtype=np.int64)
    if spec.name == "count":
        return np.int32(rows)
    if spec.name == "label_weights":
        return np.full((rows, spec.shape[1]), 1 / spec.shape[1], np.float32)
    shape = (rows, *spec.shape[1:])
    if spec.dtype.is_integer:
        # 0 and 1 in turn: numbers of classes, or whether an attribute applies.
        return (np.indices(shape).sum(0) % 2).astype(spec.dtype.as_numpy_dtype)
    return random_values(shape[1:], rows)


def values_of(field: Field, rows: int) -> np.ndarray:
    """Random values of a field, as clients send them.

    Args:
      field: an image, sent as float32 in [-1, 1], features, a depth, ids, a mask, or a vector with
        a range.
      rows: number of rows; see `random_values`.
    """
    if field.kind == "image" or (field.kind, field.dtype) == ("features", "float32"):
        return random_values(field.shape, rows)
    if field.kind == "vector":
        low, high = field.range
        return np.float32(low + (high - low) * (1 + random_values(field.shape, rows)) / 2)
    if field.kind == "depth":
        return np.float32(field.range[1]) * (1 + random_values(field.shape, rows) / 2)
    kind, below = (np.uint8, 2) if field.kind == "mask" else (np.int32, len(field.names) or 4)
    return np.random.default_rng(0).integers(below, size=(rows, *field.shape), dtype=kind)


def random_values(shape, rows: int) -> np.ndarray:
    """Random float32 values (rows, *shape) in [-1, 1]; the first n are the same for any count."""
    values = np.random.default_rng(0).uniform(-1, 1, (rows, *shape))
    return values.round(2).astype(np.float32)
