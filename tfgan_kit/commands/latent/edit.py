"""`main.py edit`: a generator's images while their latents move along directions."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.keras_model import model_digest
from tfgan_kit.latent.direction_names import numbers_of, read_names, write_names
from tfgan_kit.latent.keys import image_of_w, keys_of_seed, read_keys
from tfgan_kit.latent.routes import around_keys
from tfgan_kit.machine.files import make_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.animations import SUFFIXES, enlarged, to_and_fro, write_animation
from tfgan_kit.pictures.images import alike, paired_grid, write_image
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.draw import labels_at
from tfgan_kit.uses.labels import check_kind, classes_of

ROWS = 4


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
    layers: range | None = None,
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
      rows: number of latents; by default `ROWS`.
      columns: number of values of eps, both ends included.
      seed: seed of the latents; by default that of the generator's run.
      keys: the latents in place of those of the seed, see `tfgan_kit.latent.keys.read_keys`.
      label: the classes of the rows, in turn, see `tfgan_kit.uses.labels.classes_of`; by default
        those that keys were found with, and all for others.
      layers: the layers whose intermediate latents are moved; by default all.
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
            f"--directions {directions}: the networks of {found.method} cannot edit, only {known}; "
            "name a run of directions"
        )
    use = found.uses["edit"]
    count, path = len(use.inputs["k"].names), found.run.path
    if k is None:
        names = write_names(path, count, name)
        listed = ", ".join(f"{number} {each}" for number, each in sorted(names.items()))
        return Outcome(f"names of {directions}: {listed or 'none'}", names=names)
    chosen = numbers_of(k, count, write_names(path, count, name) if name else read_names(path))
    generator = SavedGenerator(run_dir, best=best)
    space = _space(generator, found, use)
    low, high = _eps(eps, found)
    if keys and (rows is not None or seed is not None):
        raise UserError("--keys has a row for each key; leave --rows and --seed out")
    seed = generator.seed if seed is None else seed
    if keys:
        starts = read_keys(generator, keys, space)
    else:
        starts = keys_of_seed(generator, seed, rows or ROWS, space)
    rows = len(starts.names)
    labels = _labels(generator.label, run_dir, label, starts.labels)
    values = np.linspace(low, high, columns, dtype=np.float32)
    network = found.load("directions")
    routes = [
        around_keys(generator, starts, _shifts(network, each, values), labels=labels, layers=layers)
        for each in chosen
    ]
    make_folder(output.parent)
    progress = Progress("edits", len(chosen) * rows * columns, StatusLine().update)
    made = [route.bound.render(route.inputs, progress.add) for route in routes]
    domains = [np.concatenate([each[n] for each in made]) for n in routes[0].bound.use.examples]
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


def _space(generator, found, use):
    """The space, "z" or "w", in which the directions lie, once both runs have proved to fit."""
    run = generator.saved.run.path
    if len(generator.image_shape) == 1:
        raise UserError(f"{run} generates points; name a generator of images")
    move = next(call for call in use.calls if call.network == "directions")
    source = move.inputs["latent"]
    space = "w" if source == "w" else "z"
    if space == "w" and "map" not in generator.saved.uses:
        raise UserError(f"{run} does not map its latents, so it has no space w")
    of_w = image_of_w(generator) if space == "w" else None
    own = of_w.use.inputs["styles"].shape[-1] if of_w else generator.latent.shape[0]
    theirs, learned_on = use.inputs[source].shape[0], found.setting("generator")
    if theirs != own:
        raise UserError(
            f"{run} has latents of {own} numbers, the directions of {found.run.path} have "
            f"{theirs}; name the run that they were found in, {learned_on}"
        )
    if any(not _same(generator.saved, found, call.network) for call in generator.use.calls):
        told = f"the directions were found in {learned_on}, in another generator or an earlier one"
        print(f"warning: {told}; here they may mean something else", file=sys.stderr)
    return space


def _same(saved, found, name):
    """Whether the run of the directions has this network, with the same weights."""
    return found.has(name) and model_digest(found.load(name)) == model_digest(saved.load(name))


def _shifts(network, k, eps):
    """What a direction adds to latents, float32 (values of eps, d)."""
    size, count = (network.input[name].shape[-1] for name in ("latent", "k"))
    given = {"latent": np.zeros((len(eps), size)), "k": np.eye(count)[[k] * len(eps)]}
    given = {name: v.astype(np.float32) for name, v in (given | {"eps": eps[:, None]}).items()}
    return network(given, training=False)["moved"].numpy()


def _eps(given, found):
    largest = found.setting("shift")
    return given or (-largest, largest)


def _labels(field, run_dir, label, own):
    """The labels of the rows: those asked for, or else their own, or else any; None without."""
    places = np.arange(len(own))
    if label is not None:
        check_kind(run_dir, field, "class", "--label")
        classes = classes_of(field, label)
        return classes[places % len(classes)]
    if field is None:
        return None
    labels = labels_at(field, places)
    for place, each in enumerate(own):
        labels[place] = labels[place] if each is None else each
    return labels
