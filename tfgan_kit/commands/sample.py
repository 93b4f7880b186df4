"""`main.py sample`: pictures from a run's averaged generator."""

import io
from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import make_folder, new_folder, write_bytes
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.images import to_uint8, write_image, write_samples
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.apply import BATCH

COUNT = 64
MOST_IN_A_PICTURE = 10_000
PICTURES = (".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def sample(
    run_dir,
    *,
    output,
    count: int | None = None,
    grid: tuple[int, int] | None = None,
    seed: int | None = None,
    truncation: float | None = None,
    best: bool = False,
) -> Outcome:
    """Writes samples: one picture if `output` ends in .png, otherwise a folder of them.

    Of a joint run, the picture shows the images of one latent under each other, and the folder gets
    a folder a, b, ... for each domain, in which one number means one latent. Of a run on points,
    the picture is a scatter plot and the folder gets one points.npy.

    Args:
      run_dir: a run directory.
      output: a .png or a new or empty folder.
      count: how many; 64 by default.
      grid: (rows, columns) of the picture, in place of a count; about square by default.
      seed: which latents; by default the run's.
      truncation: see `tfgan_kit.latent.latents.truncated`.
      best: see `SavedGenerator`.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no such generator, the output cannot be written, or the options do
        not go together.
    """
    output = Path(output)
    single = output.suffix.lower() == ".png"
    if output.suffix.lower() in PICTURES:
        raise UserError(f"--output {output}: give a .png file or a folder")
    if grid is not None:
        if not single:
            raise UserError(f"--grid lays out a picture; {output} is a folder, give a .png")
        if count is not None:
            raise UserError("--grid says how many there are; leave --count out")
        count = grid[0] * grid[1]
    count = count or COUNT
    if single and count > MOST_IN_A_PICTURE:
        what = f"--count {count}" if grid is None else f"--grid {grid[0]}x{grid[1]}"
        raise UserError(f"{what}: at most {MOST_IN_A_PICTURE} go into one picture")
    generator = SavedGenerator(run_dir, best=best)
    if grid is not None and len(generator.image_shape) == 1:
        raise UserError(f"{run_dir} generates points, which have no --grid; give --count")
    if not single:
        check_new_folder(output)
    inputs = generator.inputs(seed, count, truncation=truncation)
    progress = Progress("samples", count, StatusLine().update)
    if single:
        make_folder(output.parent)
        columns = None if grid is None else grid[1]
        write_samples(generator.render(inputs, progress.add), output, columns=columns)
    else:
        with new_folder(output):
            _write_each(generator, inputs, count, output, progress)
    of = f" of each of the domains {', '.join(generator.letters)}" if generator.letters else ""
    return Outcome(
        f"wrote {count} samples{of} to {output}",
        output=str(output),
        count=count,
        seed=generator.seed if seed is None else seed,
        domains=list(generator.letters),
    )


def _write_each(generator, inputs, count, output, progress):
    if len(generator.image_shape) == 1:
        (points,) = generator.render(inputs, progress.add)
        content = io.BytesIO()
        np.save(content, points)
        write_bytes(content.getvalue(), output / "points.npy")
        return
    folders = [output / letter for letter in generator.letters] or [output]
    for folder in folders:
        make_folder(folder)
    for start in range(0, count, BATCH):
        domains = generator.render({k: v[start : start + BATCH] for k, v in inputs.items()})
        for folder, images in zip(folders, domains, strict=True):
            for i, image in enumerate(to_uint8(images), start):
                write_image(image, folder / f"{i:06d}.png")
        progress.add(len(domains[0]))


def check_new_folder(output: Path) -> None:
    """Raises UserError unless the path is free or an empty folder."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UserError(f"--output {output} exists already; give a new or empty folder")
