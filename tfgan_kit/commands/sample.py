"""`main.py sample`: pictures from a run's averaged generator."""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from tfgan_kit.adaptation.adapted import Adapted
from tfgan_kit.commands.sample_files import write_files
from tfgan_kit.commands.sample_plan import check_size, plan
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.latent.mixing import COARSE, mixing_table
from tfgan_kit.machine.files import make_folder, new_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.images import placed, write_samples
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.labels import label_text

PICTURES = (".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def sample(
    run_dir,
    *,
    output,
    count: int | None = None,
    grid: tuple[int, int] | str | None = None,
    seed: int | None = None,
    truncation: float | None = None,
    label: str | None = None,
    attributes: str | None = None,
    vector: Sequence[str] | None = None,
    psi: float | None = None,
    mix: Sequence[tuple[int, ...]] | None = None,
    layers: range | None = None,
    best: bool = False,
    adapted: Adapted | None = None,
) -> Outcome:
    """Writes samples: one picture if `output` ends in .png, otherwise a folder of them.

    For a joint run, the picture stacks the images of each latent vertically, and the folder gets a
    subfolder a, b, ... per domain, in which equal numbers mean the same latent. For a run on
    points, the picture is a scatter plot and the folder gets a single points.npy. For a run with
    labels, the picture has one class per row and one latent per column unless an option says
    otherwise, and the folder gets samples.csv.

    Args:
      run_dir: a run directory.
      output: a .png or a new or empty folder.
      count: number of samples; by default 64, or one per label if more labels are named.
      grid: (rows, columns) of the picture, instead of a count; about square by default. "classes"
        puts one class in each row: the named ones, or the first 16.
      seed: seed of the latents; by default the run's.
      truncation: see `tfgan_kit.latent.latents.truncated`.
      label: the classes, see `tfgan_kit.uses.labels.classes_of`. The samples take them in turn, so
        the first classes get one more sample if the count is not a multiple of their number; in the
        picture, each class has its own rows.
      attributes: the attributes to set, see `tfgan_kit.uses.labels.attributes_of`; the others are
        taken from examples in the data.
      vector: the vectors that are labels, see `tfgan_kit.uses.vectors.vectors_of`. The samples take
        them in turn, as they do classes.
      psi: truncation of mapped latents, see `tfgan_kit.layers.Truncation`.
      mix: seeds of the rows and of the columns of a table of mixtures, see
        `tfgan_kit.latent.mixing.mixing_table`.
      layers: the layers to mix, by default the first four.
      best: see `SavedGenerator`.
      adapted: networks to use in place of the run's.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no such generator, the output cannot be written, or the options are
        incompatible.
    """
    output = Path(output)
    single = output.suffix.lower() == ".png"
    if output.suffix.lower() in PICTURES:
        raise UserError(f"--output {output}: give a .png file or a folder")
    if mix is not None:
        others = (count, grid, seed, truncation, label, attributes, vector, adapted)
        if not single or any(given is not None for given in others):
            raise UserError(
                "--mix writes a table as a .png; it takes no options besides --layers, --psi and "
                "--best"
            )
        return _mixed(SavedRun(run_dir, best=best), output, *mix, layers or COARSE, psi)
    if layers is not None:
        raise UserError("--layers needs --mix SEEDS SEEDS; give it, or leave --layers out")
    if grid is not None:
        if not single:
            raise UserError(f"--grid lays out a picture; {output} is a folder, give a .png")
        if count is not None:
            raise UserError("--grid says how many there are; leave --count out")
    if single:
        check_size(count, grid)
    generator = SavedGenerator(run_dir, best=best, networks=adapted and adapted.networks)
    points = len(generator.image_shape) == 1
    if grid is not None and points:
        raise UserError(f"{run_dir} generates points, which have no --grid; give --count")
    asked = {"count": count, "grid": grid, "label": label, "attributes": attributes}
    how = {"vector": vector, "seed": seed, "truncation": truncation}
    drawn = plan(generator, run_dir, picture=single, **asked, **how)
    if psi is not None:
        # One of several generators in a run has a number after its name.
        given = [name for name in generator.use.inputs if re.fullmatch(r"psi(_\d+)?", name)]
        if not given:
            raise UserError(f"--psi: {run_dir} does not map its latents; give --truncation")
        drawn.inputs.update(dict.fromkeys(given, np.full((drawn.count, 1), psi, np.float32)))
    seed = generator.seed if seed is None else seed
    progress = Progress("samples", drawn.count, StatusLine().update)
    if single:
        make_folder(output.parent)
        made = generator.render(drawn.inputs, progress.add)
        if drawn.places is not None and not points:
            made = [placed(images, drawn.places) for images in made]
        write_samples(made, output, columns=drawn.columns)
    else:
        check_new_folder(output)
        with new_folder(output):
            write_files(generator, drawn.inputs, output, seed, progress)
    of = f" of each of the domains {', '.join(generator.letters)}" if generator.letters else ""
    told = {"domains": list(generator.letters)}
    if adapted:
        told["adapted"] = adapted.keep()
    if generator.label is not None and generator.label.kind == "class":
        labels = _classes(generator, drawn.inputs)
        told["labels"] = labels
        of += f" of {_in_words(labels, generator.label)}"
    return Outcome(
        f"wrote {drawn.count} samples{of} to {output}",
        output=str(output),
        count=drawn.count,
        seed=seed,
        **told,
    )


def _mixed(saved, output, rows, columns, layers, psi):
    check_size(None, (len(rows) + 1, len(columns) + 1))
    images, places = mixing_table(saved, rows, columns, layers, psi)
    make_folder(output.parent)
    write_samples((placed(images, places),), output, columns=len(columns) + 1)
    count = len(rows) * len(columns)
    return Outcome(
        f"wrote {count} mixture{'s' * (count > 1)} in layers {layers.start} to {layers.stop - 1} "
        f"to {output}",
        output=str(output),
        count=count,
        layers=[*layers],
    )


def _classes(generator, inputs):
    """The names of the drawn classes, in the order of their first occurrence."""
    numbers = dict.fromkeys(inputs[generator.use.label].tolist())
    return [label_text(generator.label, number) for number in numbers]


def _in_words(labels, field):
    if len(labels) == 1:
        return f"the class {labels[0]}"
    return f"{len(labels)} of {len(field.names)} classes"


def check_new_folder(output: Path) -> None:
    """Raises UserError unless the path does not exist or is an empty folder."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UserError(f"--output {output} exists already; give a new or empty folder")
