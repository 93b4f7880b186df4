"""`main.py rank`: which trained generator is the best start for the data of a target."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.compare import NotMeasured, compare
from tfgan_kit.evaluation.images.fitted import Fitted
from tfgan_kit.evaluation.images.image_set import GeneratedImages, ReaderImages
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.machine.files import make_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.images import grid, to_uint8, write_image
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.draw import draw_inputs

SHOWN = 12  # Images in a row of the picture.


class Row(NamedTuple):
    """What is known of a generator.

    Attributes:
      name: its run, and the domain if there are several.
      distance: from its samples to the target.
      quality: from its samples to its own data; None without them, as all below.
      data: from its data to the target.
      images, classes: of its data.
      samples: the first ones, uint8.
    """

    name: str
    distance: float
    quality: float | None
    data: float | None
    images: int | None
    classes: int | None
    samples: object


def rank(
    target,
    runs: Mapping[str, Callable],
    *,
    seed: int,
    count: int,
    output=None,
    features=None,
    weights=None,
    layer=None,
) -> Outcome:
    """Orders generators by the Frechet distance of their samples from a target's images.

    Wang et al., Transferring GANs: Generating Images from Limited Data, 2018, section 4.3, call it
    a rough indicator. By their tables it names the best source for three of four targets; its rank
    correlation with the distance after training is 0.5, that of the sources' data 0.6.

    Args:
      target: (reader, name) of the target's images.
      runs: directory of each run -> function that opens its own data: a pair, the first of which
        has `readers`.
      seed: of all draws.
      count: how many images of each to compare, fewer if there are fewer.
      output: a picture to write: images of the target, then samples in the order of the table.
      features, weights, layer: see `tfgan_kit.evaluation.instruments.Instruments`.

    Returns:
      A table, with the same as a list under "ranking".

    Raises:
      UserError: if a run has no generator of images, or nothing can be compared.
    """
    if output and not output.endswith(".png"):
        raise UserError(f"--output {output}: give a .png")
    if output:
        make_folder(Path(output).parent)  # Now, and not after all has been measured.
    tools = Instruments(("fid",), features=features, weights=weights, layer=layer, seed=seed)
    status = StatusLine()
    real = ReaderImages(*target, count, tools.seed)
    rows = []
    for path, open_own in runs.items():
        rows += _rows(path, _readers(path, open_own, status), real, tools, count, status)
    rows.sort(key=lambda row: row.distance)
    if output:
        shown = [_first(real), *(row.samples for row in rows)]
        columns = min(map(len, shown))
        cells = np.concatenate([line[:columns] for line in shown])
        write_image(grid(cells, columns=columns), output)
    found = [row._asdict() for row in rows]
    for each in found:
        del each["samples"]
    words = f"by {tools.metrics[0]} of {tools.extractor.name}, a rough indicator"
    lines = [f"{real.described}; generators {words}", *_table(rows)]
    return Outcome("\n".join(lines), ranking=found, **({"output": str(output)} if output else {}))


def _readers(path, open_own, status):
    """The readers of a run's own data, one per domain; () if it cannot be read."""
    try:
        return open_own()[0].readers
    except UserError as error:
        status.line(f"warning: {path}: its own data cannot be read ({error})")
        return ()


def _rows(path, readers, real, tools, count, status):
    generator = SavedGenerator(path)
    inputs = draw_inputs(generator.use, tools.seed, count)
    readers = readers or [None] * len(generator.use.examples)
    for output, reader in zip(generator.use.examples, readers, strict=True):
        letter = output.rpartition("_")[2] if generator.letters else ""
        name = f"{path}, domain {letter}" if letter else path
        if len(generator.use.outputs[output].shape) != 3:
            raise UserError(f"{name} generates points; name a generator of images")
        made = GeneratedImages(generator.bound, name, inputs, output)
        fitted = Fitted(made, real.shape)
        distance = _distance(real, fitted, tools, status)
        if distance is None:
            raise UserError(f"{name}: its samples cannot be compared; take other --features")
        quality = data = None
        if reader is not None:
            own = ReaderImages(reader, f"the data of {name}", count, tools.seed)
            with contextlib.suppress(UserError):  # Its images may not suit the features.
                quality = _distance(own, made, tools, status)
            data = _distance(real, Fitted(own, real.shape), tools, status)
        images, classes = (None, None) if reader is None else (len(reader), len(reader.classes))
        yield Row(name, distance, quality, data, images, classes, _first(fitted))


def _distance(real, fake, tools, status):
    with contextlib.suppress(NotMeasured):
        found = compare(real, fake, tools, status)
        return next(float(v) for v in found.values() if isinstance(v, int | float))
    return None


def _first(images):
    batch, _ = next(images.batches(SHOWN))
    return to_uint8(batch[:SHOWN])


def _table(rows):
    heads = ("to the target", "quality", "its data", "images", "classes")
    width = max(12, *(len(row.name) + 2 for row in rows))
    yield f"{'':{width}}" + "".join(f"{head:>15}" for head in heads)
    for row in rows:
        numbers = row.distance, row.quality, row.data, row.images, row.classes
        yield f"{row.name:{width}}" + "".join(f"{_text(number):>15}" for number in numbers)


def _text(number):
    if number is None:
        return "-"
    return f"{number:,}" if isinstance(number, int) else f"{number:.4g}"
