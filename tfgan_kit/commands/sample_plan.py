"""What `main.py sample` draws: how many samples, their labels, and their places in a picture."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.draw import labels_at
from tfgan_kit.uses.labels import attributes_of, check_kind, classes_of, with_attributes
from tfgan_kit.uses.vectors import vectors_of

COUNT = 64
MOST_IN_A_PICTURE = 10_000


class Plan(NamedTuple):
    """Samples to draw.

    Attributes:
      inputs: inputs of the generator, name -> (count, ...).
      columns: columns of the picture; None for about square.
      places: number of the sample at each position of the picture, row by row, -1 for none; None if
        they are in order.
    """

    inputs: dict[str, np.ndarray]
    columns: int | None = None
    places: np.ndarray | None = None

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(next(iter(self.inputs.values())))


def check_size(count: int | None, grid) -> None:
    """Raises UserError if more samples are requested than fit into one picture."""
    if isinstance(grid, tuple):
        count, what = grid[0] * grid[1], f"--grid {grid[0]}x{grid[1]}"
    else:
        what = f"--grid {grid}" if grid else f"--count {count}"
    if count is not None and count > MOST_IN_A_PICTURE:
        raise UserError(f"{what}: at most {MOST_IN_A_PICTURE} go into one picture")


def plan(
    generator: SavedGenerator,
    run_dir,
    *,
    picture: bool,
    count: int | None,
    grid: tuple[int, int] | str | None,
    seed: int | None,
    truncation: float | None,
    label: str | None,
    attributes: str | None,
    vector: Sequence[str] | None,
) -> Plan:
    """Decides what to draw.

    Args:
      generator: the run's generator.
      run_dir: the run, for errors.
      picture: whether to draw one picture instead of a folder of files.
      **others: see `tfgan_kit.commands.sample.sample`.

    Raises:
      UserError: if the run does not take such labels, a label does not exist, or there are too few
        samples or rows for the labels.
    """
    field, how = generator.label, {"truncation": truncation}
    if label is not None:
        check_kind(run_dir, field, "class", "--label")
    if attributes is not None:
        check_kind(run_dir, field, "attributes", "--attributes")
    if vector is not None:
        check_kind(run_dir, field, "vector", "--vector")
    if grid == "classes":
        check_kind(run_dir, field, "class", "--grid classes")
    named = None if label is None else classes_of(field, label)
    if vector is not None:
        named = vectors_of(field, vector)
    plain = picture and field is not None and len(generator.image_shape) == 3
    plain = plain and all(given is None for given in (count, grid, named, attributes))
    if plain or grid == "classes":
        inputs, columns = generator.grid(seed, labels=named, **how)
        drawn = Plan(inputs, columns)
        check_size(drawn.count, grid)
        return drawn
    several = 1 if named is None else len(named)
    count = _count(count, grid, several)
    labels = None if named is None else named[np.arange(count) % several]
    if attributes is not None:
        given = attributes_of(field, attributes)
        labels = with_attributes(labels_at(field, np.arange(count)), given)
    inputs = generator.inputs(seed, count, labels=labels, **how)
    if not picture or named is None:
        return Plan(inputs, grid[1] if grid else None)
    check_size(count, grid)
    places, columns = rows_of_labels(count, several, grid)
    return Plan(inputs, columns, places)


def _count(count, grid, several):
    if grid is not None:
        if grid[0] % several:
            raise UserError(
                f"--grid {grid[0]}x{grid[1]}: {several} labels need as many rows each; give "
                f"{several} rows, or a multiple"
            )
        return grid[0] * grid[1]
    if count is not None and count < several:
        raise UserError(f"--count {count}: {several} labels are named; give at least {several}")
    return count or max(COUNT, several)


def rows_of_labels(
    count: int, several: int, layout: tuple[int, int] | None = None
) -> tuple[np.ndarray, int]:
    """The positions of samples in a picture in which each row has a single label.

    Args:
      count: number of samples; sample i has label i modulo `several`.
      several: number of labels.
      layout: (rows, columns) of the picture, where the rows are a multiple of the labels; by
        default about square, or one row per label.

    Returns:
      Number of the sample at each position, row by row, -1 for none; and the number of columns.
    """
    if layout is None:
        each = math.ceil(count / several)
        columns = math.ceil(each / max(1, round(math.sqrt(count) / several)))
        layout = several * math.ceil(each / columns), columns
    rows, columns = layout
    own = np.arange(rows // several * columns)
    places = own * several + np.arange(several)[:, None]
    return np.where(places < count, places, -1).ravel(), columns
