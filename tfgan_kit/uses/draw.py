"""Draws inputs of a use: what a seed stands for, in grids, samples and measures."""

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
    """The inputs that a seed stands for; the first n are the same whatever the count.

    Latents are those of `fixed_latents`, labels those of `labels_at`. What cannot be drawn, such as
    images, comes from data.

    Args:
      use: the `Use`.
      seed: which.
      count: how many.
      reference: name of a field -> real values (n, ...), n >= 1; they are repeated if there are
        fewer than `count`.

    Returns:
      Name of each input -> array (count, ...).

    Raises:
      KeyError: if an input has to come from data and `reference` lacks it.
    """
    return {name: _draw(name, f, seed, count, reference) for name, f in use.inputs.items()}


def _draw(name, field: Field, seed, count, reference):
    if field.kind == "latent":
        return fixed_latents(field.distribution, seed, count, field.shape[0])
    if field.is_label:
        return labels_at(field, np.arange(count))
    values = reference[name]
    return values[np.arange(count) % len(values)]


def labels_at(field: Field, indices: np.ndarray) -> np.ndarray:
    """The labels of an endless stream at some places.

    Classes are uniform: place i has class i modulo their number. Attributes go through the rows
    from the data that the field holds.

    Args:
      field: of a class or of attributes.
      indices: places, (n,).

    Returns:
      int64 (n,) or (n, attributes).
    """
    if field.kind == "class":
        return indices % len(field.names)
    return np.array(field.examples, np.int64)[indices % len(field.examples)]


def grid_of_classes(
    use: Use, seed: int, labels: np.ndarray | None = None
) -> tuple[dict[str, np.ndarray], int]:
    """Inputs of a grid with a label in each row, and in each column one latent.

    Args:
      use: one with a label among its inputs.
      seed: of the latents.
      labels: (rows, ...) of these; by default the first `CLASSES` classes, or `GRID` rows of
        attributes from the data.

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
    """Weights of classes on the straight line from one class to another.

    Args:
      field: of the class.
      first, second: numbers of classes, -1 for "unknown".
      columns: number of places, both ends included, which have the weights of the class alone.

    Returns:
      float32 (columns, weights of the field).
    """
    start, stop = to_network(field, np.array([first, second])).numpy()
    shares = np.linspace(0, 1, columns, dtype=np.float32)[:, None]
    return (1 - shares) * start + shares * stop
