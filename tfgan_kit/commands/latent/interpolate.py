"""`main.py interpolate`: walks between latents or classes through a run's generator."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.latent.keys import read_keys
from tfgan_kit.latent.routes import Route, between_keys, between_random
from tfgan_kit.machine.files import make_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.animations import SUFFIXES, enlarged, to_and_fro, write_animation
from tfgan_kit.pictures.images import alike, paired_grid, write_image
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.draw import between, between_classes
from tfgan_kit.uses.labels import check_kind, class_of, label_text
from tfgan_kit.uses.vectors import vectors_of

ROWS = 8  # Walks between random latents.


def interpolate(
    run_dir,
    *,
    output,
    rows: int | None = None,
    columns=10,
    seed: int | None = None,
    space: str | None = None,
    path: str | None = None,
    keys: Sequence[str] | None = None,
    loop: bool = False,
    from_label: str | None = None,
    to_label: str | None = None,
    vector: Sequence[str] | None = None,
    best: bool = False,
) -> Outcome:
    """Writes walks between latents, as a picture (.png) or an animation (.gif, .mp4).

    In the picture, each row goes from one random latent to another; the animation loops through the
    rows' first latents. With keys, the walk goes from each to the next, one row per pair, and with
    `loop` back to the first. For a joint run, both stack the images of all domains vertically. With
    labels, each walk has one label.

    With `from_label` and `to_label`, each row keeps one latent and goes from one class to the other
    along a straight line between their weights; with two vectors, from one label to the other. The
    animation shows all rows at once, back and forth.

    Args:
      run_dir: a run directory.
      output: path ending in .png, .gif or .mp4.
      rows: number of walks, by default `ROWS`.
      columns: images per walk, including both ends.
      seed: seed of the latents; by default the run's.
      space: "z", or "w" for intermediate latents; by default z, or that of the keys.
      path: "lerp" or "slerp", see `tfgan_kit.latent.walks`; by default slerp for normal latents and
        lerp for uniform and intermediate ones.
      keys: see `tfgan_kit.latent.keys.read_keys`.
      loop: whether the walk between the keys ends with the first.
      from_label, to_label: names or numbers of classes, see `tfgan_kit.uses.labels.class_of`.
      vector: the two labels at the ends, see `tfgan_kit.uses.vectors.vectors_of`.
      best: see `SavedGenerator`.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no image generator, the output has another format, the classes do
        not exist, there are not two vectors, options are incompatible, or keys are opposite.
    """
    output = Path(output)
    if output.suffix.lower() not in (".png", *SUFFIXES):
        raise UserError(f"--output {output}: interpolate writes .png, .gif or .mp4")
    if (from_label is None) != (to_label is None):
        missing = "--to-label" if to_label is None else "--from-label"
        raise UserError(f"a walk between classes has two ends; give {missing}, too")
    if vector is not None and from_label is not None:
        raise UserError("--vector and --from-label both say what to walk between; give one of them")
    of_labels = vector is not None or from_label is not None
    of_latents = {"--keys": keys, "--space": space, "--path": path}
    wrong = [option for option, given in of_latents.items() if given is not None]
    if of_labels and wrong:
        raise UserError(f"walks between labels keep their latents; leave {wrong[0]} out")
    if keys is not None and (rows is not None or seed is not None):
        which = "--rows" if rows is not None else "--seed"
        raise UserError(f"--keys says which latents to walk between; leave {which} out")
    if loop and keys is None:
        raise UserError("--loop goes back to the first of --keys; give them, or leave it out")
    generator = SavedGenerator(run_dir, best=best)
    if len(generator.image_shape) == 1:
        raise UserError(f"{run_dir} generates points; interpolate needs a generator of images")
    animated = output.suffix.lower() in SUFFIXES
    rows = rows or ROWS
    told, along = {}, ""
    if vector is not None:
        ends = _vectors(generator.label, run_dir, vector)
        inputs = _of_labels(generator, seed, rows, between(*ends, columns))
        along = " from one label to the other"
    elif from_label is not None:
        ends = _ends(generator.label, run_dir, from_label, to_label)
        weights = between_classes(generator.label, *ends, columns)
        inputs = _of_labels(generator, seed, rows, weights)
        told = {"from_label": from_label, "to_label": to_label}
        along = " from {} to {}".format(*(label_text(generator.label, k) for k in ends))
    if of_labels:
        route = Route(generator.bound, inputs, rows)
    elif keys is not None:
        found = read_keys(generator, keys, space)
        route = between_keys(generator, found, columns, path, loop=loop, rows=not animated)
        told = {"keys": list(found.names)}
    else:
        route = between_random(generator, seed, rows, columns, space, path, loop=animated)
    make_folder(output.parent)
    progress = Progress("walks", route.count, StatusLine().update)
    made = route.bound.render(route.inputs, progress.add)
    domains = tuple(made[name] for name in route.bound.use.examples)
    told["output"] = str(output)
    if keys is None:
        told["seed"] = generator.seed if seed is None else seed
    if not animated:
        write_image(paired_grid(domains, columns), output)
        walks = f"{route.rows} walk{'s' * (route.rows > 1)}"
        text = f"wrote {walks} of {columns} images{along} to {output}"
        return Outcome(text, rows=route.rows, columns=columns, **told)
    frames, height = np.concatenate(alike(domains), axis=1), generator.image_shape[0]
    if along:
        frames, height = to_and_fro(frames, rows, columns), None
    write_animation(enlarged(frames, height), output)
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
