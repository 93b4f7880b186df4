"""Draws the inputs of a use from a seed, for grids, samples and measures."""

from collections.abc import Mapping

import numpy as np

from tfgan_kit.fields import Field
from tfgan_kit.fields.network import to_network
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.uses.labels import CLASSES
from tfgan_kit.uses.use import Use

GRID = 8  # Columns of a grid with a row per label, and rows where there are attributes.


def draw_inputs(
    use: Use, seed: int, count: int, reference: Mapping[str, np.ndarray] | None = None
) -> dict[str, np.ndarray]:
    """The inputs for a seed; the first n are the same whatever the count.

    Latents come from `fixed_latents`, labels from `labels_at`, and an input of kind "seed" is
    `seed` in all rows. Inputs that cannot be drawn, such as images, come from data; those with a
    default are left out.

    Args:
      use: the `Use`.
      seed: seed of the draws.
      count: number of rows.
      reference: name of a field -> real values (n, ...), n >= 1; they are repeated if there are
        fewer than `count`.

    Returns:
      Name of each input -> array (count, ...).

    Raises:
      KeyError: if an input has to come from data and `reference` lacks it.
    """
    fields = {name: field for name, field in use.inputs.items() if field.default is None}
    return {name: _draw(name, f, seed, count, reference) for name, f in fields.items()}


def _draw(name, field: Field, seed, count, reference):
    if field.kind == "latent":
        return fixed_latents(field.distribution, seed, count, field.shape[0])
    if field.kind == "seed":
        return np.full(count, seed, np.int64)
    if field.is_label:
        return labels_at(field, np.arange(count))
    values = reference[name]
    return values[np.arange(count) % len(values)]


def labels_at(field: Field, indices: np.ndarray) -> np.ndarray:
    """The labels of an endless stream at the given positions.

    Classes are uniform: position i has class i modulo the number of classes. Attributes and vectors
    cycle through the field's `examples`, rows from the data.

    Args:
      field: the field of a label.
      indices: positions, (n,).

    Returns:
      int64 (n,) or (n, attributes), or float32 (n, length of the vector).
    """
    if field.kind == "class":
        return indices % len(field.names)
    return np.array(field.examples, field.dtype)[indices % len(field.examples)]


def grid_of_classes(
    use: Use, seed: int, labels: np.ndarray | None = None
) -> tuple[dict[str, np.ndarray], int]:
    """Inputs of a grid with one label per row and one latent per column.

    Args:
      use: a use with a label among its inputs.
      seed: seed of the latents.
      labels: the labels, (rows, ...); by default the first `CLASSES` classes, or `GRID` rows of
        attributes or vectors from the data.

    Returns:
      The inputs, row by row, and the number of columns.
    """
    name, latent = use.label, use.find("latent")
    field, latent_field = use.inputs[name], use.inputs[latent]
    if labels is None:
        rows = min(len(field.names), CLASSES) if field.kind == "class" else GRID
        labels = labels_at(field, np.arange(rows))
    latents = fixed_latents(latent_field.distribution, seed, GRID, latent_field.shape[0])
    tiled = np.tile(latents, (len(labels), 1))
    return {latent: tiled, name: np.repeat(labels, GRID, axis=0)}, GRID


def between_classes(field: Field, first: int, second: int, columns: int) -> np.ndarray:
    """Class weights on the straight line from one class to another.

    Args:
      field: the field of the class.
      first, second: numbers of classes, -1 for "unknown".
      columns: number of points, including both ends, which are pure classes.

    Returns:
      float32 (columns, number of the field's weights).
    """
    return between(*to_network(field, np.array([first, second])).numpy(), columns)


def between(start: np.ndarray, stop: np.ndarray, columns: int) -> np.ndarray:
    """Points on the straight line from one vector (n,) to another, float32 (columns, n)."""
    shares = np.linspace(0, 1, columns, dtype=np.float32)[:, None]
    return (1 - shares) * start + shares * stop
