"""`main.py edit`: a generator's images while their latents move along directions."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.keras_model import model_digest
from tfgan_kit.latent.direction_names import numbers_of, read_names, write_names
from tfgan_kit.latent.editing import LatentSpace
from tfgan_kit.latent.keys import split_words
from tfgan_kit.latent.points import read_point
from tfgan_kit.machine.files import make_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.animations import SUFFIXES, enlarged, to_and_fro, write_animation
from tfgan_kit.pictures.images import alike, paired_grid, write_image
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import labels_at
from tfgan_kit.uses.labels import check_kind, classes_of


def edit(
    run_dir,
    *,
    directions,
    k: str | None = None,
    eps: tuple[float, float] | None = None,
    output=None,
    rows: int | None = None,
    columns: int = 9,
    seed: int | None = None,
    keys: Sequence[str] | None = None,
    label: str | None = None,
    name: Sequence[str] | None = None,
    best: bool = False,
) -> Outcome:
    """Writes images of latents that move along directions, and gives names to directions.

    A picture (.png) has a row for each latent and a column for each eps; several directions follow
    each other. An animation (.gif, .mp4) shows all rows at once, from the first eps to the last and
    back. For a joint run, both stack the images of all domains.

    Args:
      run_dir: the run of a generator.
      directions: the run of the method `directions` that has learned on it.
      k: the directions, see `tfgan_kit.latent.direction_names.numbers_of`.
      eps: the first and the last one; by default from the largest of the training below 0 to above.
      output: path ending in .png, .gif or .mp4; needed with `k`.
      rows: number of latents; by default 4.
      columns: number of values of eps, both ends included.
      seed: seed of the latents; by default that of the generator's run.
      keys: the latents in place of those of the seed, see `tfgan_kit.latent.points.read_point`.
      label: the classes of the rows, in turn, see `tfgan_kit.uses.labels.classes_of`; by default
        all.
      name: names to give, see `tfgan_kit.latent.direction_names.write_names`.
      best: whether to take the generator of the best evaluation instead of the newest.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the runs do not fit together, there is no such direction, or the output has
        another format.
    """
    output = _checked(k, output, name)
    found = SavedRun(directions)
    if "edit" not in found.uses:
        known = ", ".join(found.uses) or "nothing"
        raise UserError(
            f"--directions {directions}: the networks of {found.method} cannot edit, but {known}; "
            "name a run of directions"
        )
    use = found.uses["edit"]
    count, path = len(use.inputs["k"].names), found.run.path
    if k is None:
        names = write_names(path, count, name)
        listed = ", ".join(f"{number} {each}" for number, each in sorted(names.items()))
        return Outcome(f"names of {directions}: {listed or 'none'}", names=names)
    chosen = numbers_of(k, count, write_names(path, count, name) if name else read_names(path))
    saved = SavedRun(run_dir, best=best)
    space = _space(saved, found, use)
    bound = Bound(space.edit_use(count), space.networks | {"directions": found.load("directions")})
    low, high = _eps(eps, found)
    if keys and (rows is not None or seed is not None):
        raise UserError("--keys has a row for each key; leave --rows and --seed out")
    keys = split_words(keys or ())
    rows = len(keys) or (4 if rows is None else rows)
    seed = saved.seed if seed is None else seed
    starts = {space.source: _starts(space, keys, seed, rows)}
    starts |= _labels(space, run_dir, label, rows)
    inputs = {n: np.tile(v.repeat(columns, 0), (len(chosen), *_ones(v))) for n, v in starts.items()}
    inputs["k"] = np.repeat(chosen, rows * columns)
    values = np.linspace(low, high, columns, dtype=np.float32)
    inputs["eps"] = np.tile(values, len(chosen) * rows)[:, None]
    make_folder(output.parent)
    progress = Progress("edits", len(inputs["k"]), StatusLine().update)
    made = bound.render(inputs, progress.add)
    domains = [made[each] for each in bound.use.examples]
    told = {"output": str(output), "directions": chosen, "rows": rows, "eps": [low, high]}
    along = f"along {k} with eps from {low:g} to {high:g}"
    if output.suffix.lower() not in SUFFIXES:
        write_image(paired_grid(domains, columns), output)
        text = f"wrote {len(chosen) * rows} rows of {columns} images {along} to {output}"
        return Outcome(text, columns=columns, seed=seed, **told)
    frames = to_and_fro(np.concatenate(alike(domains), axis=1), len(chosen) * rows, columns)
    write_animation(enlarged(frames), output)
    text = f"wrote {len(frames)} frames {along} to {output}"
    return Outcome(text, frames=len(frames), seed=seed, **told)


def _checked(k, output, name):
    """The output's path, if there is one to write."""
    if k is None:
        if output is not None or not name:
            raise UserError("--k is missing; name a direction, such as --k 3, or --k all")
        return None
    if output is None:
        raise UserError("--output is missing; name a .png, .gif or .mp4")
    if Path(output).suffix.lower() not in (".png", *SUFFIXES):
        raise UserError(f"--output {output}: edit writes .png, .gif or .mp4")
    return Path(output)


def _space(saved, found, use):
    """The space of the run in which the directions lie, once both have proved to fit."""
    move = next(call for call in use.calls if call.network == "directions")
    source = move.inputs["latent"]
    space = LatentSpace(saved, "w" if source == "w" else "z")
    theirs, own = use.inputs[source], space.field
    learned_on = found.setting("generator")
    if theirs.shape != own.shape:
        raise UserError(
            f"{saved.run.path} has latents of {own.shape[0]} numbers, the directions of "
            f"{found.run.path} have {theirs.shape[0]}; name the run that they were found in, "
            f"{learned_on}"
        )
    if any(not _same(space, found, each) for each in space.networks):
        told = f"the directions were found in {learned_on}, in another generator or an earlier one"
        print(f"warning: {told}; here they may mean something else", file=sys.stderr)
    return space


def _same(space, found, name):
    """Whether the run of the directions has this network, with the same weights."""
    return found.has(name) and model_digest(found.load(name)) == model_digest(space.networks[name])


def _eps(given, found):
    largest = found.setting("shift")
    return given or (-largest, largest)


def _starts(space, keys, seed, rows):
    """The points that are moved, (rows, d)."""
    if keys:
        return np.stack([read_point(space, key, "--keys") for key in keys])
    return space.points(space.latents(seed, rows))


def _labels(space, run_dir, label, rows):
    """The labels of the rows, if the generator takes any."""
    if label is not None:
        check_kind(run_dir, space.label, "class", "--label")
    if space.label is None:
        return {}
    places = np.arange(rows)
    if label is None:
        return {space.generate.label: labels_at(space.label, places)}
    classes = classes_of(space.label, label)
    return {space.generate.label: classes[places % len(classes)]}


def _ones(values):
    return (1,) * (values.ndim - 1)
