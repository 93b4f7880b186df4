"""`main.py neighbours`: the training images that are nearest to a run's samples."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.images.image_set import GeneratedImages, ReaderImages, fewer_warning
from tfgan_kit.evaluation.nearest import Nearest
from tfgan_kit.fields.network import as_pictures
from tfgan_kit.machine.files import make_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.images import GRAY, paired_grid, write_image
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.runs.saved_generator import SavedGenerator

NEAREST = 5
SHOWN = 64
MOST = 10_000
_GAP = 2  # Pixels between a sample and its neighbours.
_AT_ONCE = 1 << 23  # How many values of the training set are held at once.
_QUANTILES = {"smallest": 0.0, "quarter": 0.25, "median": 0.5, "three quarters": 0.75, "largest": 1}


class Searched(NamedTuple):
    """The results for one domain.

    Attributes:
      samples: uint8 (n, height, width, channels).
      indices: indices of their nearest training images, (n, k).
      distances: distances to these, (n, k).
      held_out: distance of each held-out image to its nearest training image; None without any.
    """

    samples: np.ndarray
    indices: np.ndarray
    distances: np.ndarray
    held_out: np.ndarray | None


def neighbours(
    run_dir,
    training: Sequence,
    held_out: Sequence,
    *,
    count: int = 64,
    output=None,
    seed: int | None = None,
    extractor=None,
    best: bool = False,
) -> Outcome:
    """Looks for copies: samples that are nearer to training images than other real images are.

    Args:
      run_dir: a run directory.
      training: a `data.reading.reader.Reader` of the training images per domain.
      held_out: the same for held-out real images, None where there are none.
      count: number of samples, and of held-out images if there are that many.
      output: path of a .png of the samples that are nearest to training images, up to 64, each with
        its neighbours; by default neighbours.png in the run.
      seed: seed of the samples' latents and of the choice of held-out images; by default the run's.
      extractor: a `tfgan_kit.extractors.extractor.Extractor` whose features are compared, or None
        for pixels.
      best: see `SavedGenerator`.

    Returns:
      The distances of the samples and the held-out images from the training images, per domain.

    Raises:
      UserError: if the run had no data, generates no images or images that do not match the data,
        an image cannot be read, or the output cannot be written.
    """
    output = RunDir(run_dir).output("neighbours.png") if output is None else Path(output)
    if output.suffix.lower() != ".png":
        raise UserError(f"--output {output}: the picture is a .png")
    if not training:
        raise UserError(
            f"{run_dir} was trained without data, so its samples cannot be copies; name the run "
            "that its generator comes from"
        )
    if count > MOST:
        raise UserError(f"--count {count}: at most {MOST} samples are compared at a time")
    generator = SavedGenerator(run_dir, best=best)
    if len(generator.image_shape) != 3:
        raise UserError(f"{run_dir} generates points; neighbours needs a generator of images")
    make_folder(output.parent)
    seed, status = generator.seed if seed is None else seed, StatusLine()
    for text in extractor.warnings if extractor else ():
        status.line(f"warning: {text}")
    inputs = generator.inputs(seed, count)
    found = {}
    for k, (reader, others) in enumerate(zip(training, held_out, strict=True)):
        letter = generator.letters[k] if generator.letters else ""
        made = generator.use.examples[k]
        samples = GeneratedImages(generator.bound, str(run_dir), inputs, made)
        if samples.shape != tuple(reader.image_shape):
            raise UserError(
                f"{run_dir} generates other images than {reader.name} holds; its data "
                "has changed since it was trained"
            )
        real = None
        if others is not None:
            real = ReaderImages(others, f"{others.name} (held out)", count, seed)
            if few := fewer_warning(real, count):
                status.line(f"warning: {few}")
        found[letter] = _search(samples, reader, real, extractor, status.update)
    _draw(list(found.values()), training, output)
    by = f"features: {extractor.protocol}" if extractor else "pixels, where black to white is 1"
    lines = [f"{count} samples, by root mean squared difference of {by}"]
    domains = {}
    for (letter, searched), reader in zip(found.items(), training, strict=True):
        numbers = _numbers(searched)
        domains[letter] = numbers | {"training": reader.name, "images": len(reader)}
        lines += _table(letter, reader, numbers)
    shown = f"the nearest {min(count, SHOWN)} samples, each with its neighbours to the right"
    lines.append(f"wrote {output}: {shown}")
    told = {"output": str(output), "count": count, "seed": seed, "compared": by}
    return Outcome("\n".join(lines), **told, **(domains if generator.letters else domains[""]))


def _search(samples, reader, real, extractor, show: Callable[[str], None]) -> Searched:
    made = _images(samples)
    queries = [made] if real is None else [made, _images(real)]
    described = np.concatenate([_described(images, extractor) for images in queries])
    # Pixels range from 0 to 255, but distances are reported on a scale from 0 to 1.
    scale = 1.0 if extractor else 255.0
    nearest = Nearest(described, min(NEAREST, len(reader)))
    everything = ReaderImages(reader, reader.name, None, 0)
    progress = Progress(f"searching {reader.name}", len(reader), show)
    size = max(1, min(256, _AT_ONCE // max(described.shape[1], int(np.prod(reader.image_shape)))))
    for batch, _ in everything.batches(size):
        nearest.update(_described(batch, extractor))
        progress.add(len(batch))
    distances = nearest.distances / scale
    return Searched(
        made,
        nearest.indices[: len(made)],
        distances[: len(made)],
        None if real is None else distances[len(made) :, 0],
    )


def _images(images) -> np.ndarray:
    return np.concatenate([batch for batch, _ in images.batches()])


def _described(images, extractor):
    return images.reshape(len(images), -1) if extractor is None else extractor(images)


def _draw(found, readers, output):
    """Draws the samples that are most like copies, stacking those of the same latent."""
    order = np.argsort(np.min([searched.distances[:, 0] for searched in found], axis=0))[:SHOWN]
    strips = [
        _strips(searched, reader, order) for searched, reader in zip(found, readers, strict=True)
    ]
    # Strips are placed side by side until the picture is about square.
    columns = max(1, round((len(order) * len(found) / (NEAREST + 1)) ** 0.5))
    write_image(paired_grid(strips, columns), output)


def _strips(searched, reader, order):
    """Pictures of samples with their neighbours, uint8 (n, height, width, channels)."""
    samples, indices = searched.samples[order], searched.indices[order]
    near = as_pictures(reader.fields["image"], reader.read(indices.ravel())["image"]).reshape(
        *indices.shape, *samples.shape[1:]
    )
    gap = np.full((len(samples), samples.shape[1], _GAP, samples.shape[3]), GRAY, np.uint8)
    return np.concatenate([samples, gap, *near.swapaxes(0, 1)], axis=2)


def _numbers(searched) -> dict:
    """The summary printed for one domain."""
    nearest = searched.distances[:, 0]
    numbers = {"samples": _quantiles(nearest), "held_out": None, "ratio": None}
    if searched.held_out is not None:
        numbers["held_out"] = _quantiles(searched.held_out)
        middle = numbers["held_out"]["median"]
        # If all held-out images are also in the training set, they are not informative.
        numbers["ratio"] = numbers["samples"]["median"] / middle if middle else None
    return numbers | {
        "nearest": [
            {"indices": i.tolist(), "distances": d.tolist()}
            for i, d in zip(searched.indices, searched.distances, strict=True)
        ]
    }


def _quantiles(distances):
    return {name: float(np.quantile(distances, q)) for name, q in _QUANTILES.items()}


def _table(letter, reader, numbers):
    where = f"domain {letter}: " if letter else ""
    lines = [f"{where}distance to the nearest of {len(reader):,} training images of {reader.name}"]
    lines.append(f"{'':<10}" + "".join(f"{name:>16}" for name in _QUANTILES))
    for name in ("samples", "held_out"):
        if numbers[name]:
            row = "".join(f"{value:>16.4g}" for value in numbers[name].values())
            lines.append(f"{name.replace('_', ' '):<10}{row}")
    if numbers["ratio"] is None:
        lines.append("there are no held-out images to compare with")
    else:
        lines.append(
            f"ratio of the medians: {numbers['ratio']:.3g} (far below 1 hints at memorisation)"
        )
    return lines
