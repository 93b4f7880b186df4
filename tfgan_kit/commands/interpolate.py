"""`main.py interpolate`: walks between latents or classes through a run's generator."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import make_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.animations import SUFFIXES, to_and_fro, write_animation
from tfgan_kit.pictures.images import alike, paired_grid, write_image
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.draw import between, between_classes
from tfgan_kit.uses.labels import check_kind, class_of, label_text
from tfgan_kit.uses.vectors import vectors_of


def interpolate(
    run_dir,
    *,
    output,
    rows=8,
    columns=10,
    seed: int | None = None,
    from_label: str | None = None,
    to_label: str | None = None,
    vector: Sequence[str] | None = None,
    best: bool = False,
) -> Outcome:
    """Writes walks between random latents, as a picture (.png) or an animation (.gif, .mp4).

    In the picture, each row goes from one latent to another; the animation loops through the rows'
    first latents. Normal latents move along great circles, which keeps their length typical (White
    2016), uniform ones along straight lines. For a joint run, both stack the images of all domains
    vertically. With labels, each walk has one label.

    With `from_label` and `to_label`, each row keeps one latent and goes from one class to the other
    along a straight line between their weights; with two vectors, from one label to the other. The
    animation shows all rows at once, back and forth.

    Args:
      run_dir: a run directory.
      output: path ending in .png, .gif or .mp4.
      rows: number of walks.
      columns: images per walk, including both ends.
      seed: seed of the latents; by default the run's.
      from_label, to_label: names or numbers of classes, see `tfgan_kit.uses.labels.class_of`.
      vector: the two labels at the ends, see `tfgan_kit.uses.vectors.vectors_of`.
      best: see `SavedGenerator`.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no image generator, the output has another format, the classes do
        not exist, or there are not two vectors.
    """
    output = Path(output)
    if output.suffix.lower() not in (".png", *SUFFIXES):
        raise UserError(f"--output {output}: interpolate writes .png, .gif or .mp4")
    if (from_label is None) != (to_label is None):
        missing = "--to-label" if to_label is None else "--from-label"
        raise UserError(f"a walk between classes has two ends; give {missing}, too")
    if vector is not None and from_label is not None:
        raise UserError("--vector and --from-label both say what to walk between; give one of them")
    generator = SavedGenerator(run_dir, best=best)
    if len(generator.image_shape) == 1:
        raise UserError(f"{run_dir} generates points; interpolate needs a generator of images")
    animated = output.suffix.lower() in SUFFIXES
    told, along = {}, ""
    if vector is not None:
        ends = _vectors(generator.label, run_dir, vector)
        inputs = _of_labels(generator, seed, rows, between(*ends, columns))
        along = " from one label to the other"
    elif from_label is None:
        inputs = generator.walks(seed, rows, columns, loop=animated)
    else:
        ends = _ends(generator.label, run_dir, from_label, to_label)
        weights = between_classes(generator.label, *ends, columns)
        inputs = _of_labels(generator, seed, rows, weights)
        told = {"from_label": from_label, "to_label": to_label}
        along = " from {} to {}".format(*(label_text(generator.label, k) for k in ends))
    make_folder(output.parent)
    count = len(next(iter(inputs.values())))
    progress = Progress("walks", count, StatusLine().update)
    domains = generator.render(inputs, progress.add)
    told |= {"output": str(output), "seed": generator.seed if seed is None else seed}
    if not animated:
        write_image(paired_grid(domains, columns), output)
        text = f"wrote {rows} walks of {columns} images{along} to {output}"
        return Outcome(text, rows=rows, columns=columns, **told)
    frames, height = np.concatenate(alike(domains), axis=1), generator.image_shape[0]
    if along:
        frames = to_and_fro(frames, rows, columns)
        height = frames.shape[1]
    scale = max(1, 256 // height)
    write_animation(frames.repeat(scale, axis=1).repeat(scale, axis=2), output)
    text = f"wrote {len(frames)} frames{along} to {output}"
    return Outcome(text, frames=len(frames), **told)


def _ends(field, run_dir, from_label, to_label):
    check_kind(run_dir, field, "class", "--from-label")
    first = class_of(field, from_label, "--from-label")
    second = class_of(field, to_label, "--to-label")
    if first == second:
        raise UserError(f"--from-label and --to-label are both {label_text(field, first)}")
    return first, second


def _vectors(field, run_dir, vector):
    check_kind(run_dir, field, "vector", "--vector")
    ends = vectors_of(field, vector)
    if len(ends) != 2 or not np.isfinite(ends).all():
        raise UserError(
            f"--vector: a walk has two ends, but {len(ends)} labels are given; give two that are "
            "known"
        )
    return ends


def _of_labels(generator, seed, rows, labels):
    """Inputs of walks along the same labels, each with a constant latent."""
    latents = generator.latents(seed, rows).repeat(len(labels), axis=0)
    return generator.with_latents(latents, np.tile(labels, (rows, 1)))
