"""An example request for each signature, for parity checks and for clients to copy."""

import numpy as np

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
    return _values(spec.shape[1:], spec.dtype, rows)


def of_field(field, dtype, rows: int) -> np.ndarray:
    """Values (rows, *field.shape) of a field of any size, in the size that it was trained on."""
    return _values(field.shape, dtype, rows)


def _values(shape, dtype, rows):
    if dtype.is_integer:
        # 0 and 1 in turn: numbers of classes, whether an attribute applies, or holes.
        return (np.indices((rows, *shape)).sum(0) % 2).astype(dtype.as_numpy_dtype)
    return random_values(shape, rows)


def random_values(shape, rows: int) -> np.ndarray:
    """Random float32 values (rows, *shape) in [-1, 1]; the first n are the same for any count."""
    values = np.random.default_rng(0).uniform(-1, 1, (rows, *shape))
    return values.round(2).astype(np.float32)
