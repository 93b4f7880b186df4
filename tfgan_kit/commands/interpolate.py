"""`main.py interpolate`: walks between latents, as a run's averaged generator shows them."""

from pathlib import Path

import numpy as np

from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.latent.walks import walks
from tfgan_kit.machine.files import make_folder
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.animations import SUFFIXES, write_animation
from tfgan_kit.pictures.images import alike, paired_grid, write_image
from tfgan_kit.runs.saved_generator import SavedGenerator


def interpolate(
    run_dir, *, output, rows=8, columns=10, seed: int | None = None, best: bool = False
) -> Outcome:
    """Writes walks between random latents, as a picture (.png) or an animation (.gif, .mp4).

    In the picture each row goes from one latent to another; the animation goes round the rows'
    first latents in a loop. Normal latents move along great circles, which keeps their length
    typical (White 2016), uniform ones along straight lines. Of a joint run, both show the images of
    all domains under each other.

    Args:
      run_dir: a run directory.
      output: path ending in .png, .gif or .mp4.
      rows: number of pairs of latents.
      columns: images per walk, both ends included.
      seed: which latents; by default the run's.
      best: see `SavedGenerator`.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no generator of images or the output is of another kind.
    """
    output = Path(output)
    if output.suffix.lower() not in (".png", *SUFFIXES):
        raise UserError(f"--output {output}: interpolate writes .png, .gif or .mp4")
    generator = SavedGenerator(run_dir, best=best)
    if len(generator.image_shape) == 1:
        raise UserError(f"{run_dir} generates points; interpolate needs a generator of images")
    make_folder(output.parent)
    animated = output.suffix.lower() in SUFFIXES
    ends = generator.latents(seed, rows if animated else 2 * rows)
    latents = walks(ends, columns, generator.latent.distribution, loop=animated)
    progress = Progress("walks", len(latents), StatusLine().update)
    domains = generator.render(generator.with_latents(latents), progress.add)
    seed = generator.seed if seed is None else seed
    if not animated:
        write_image(paired_grid(domains, columns), output)
        text = f"wrote {rows} walks of {columns} images to {output}"
        return Outcome(text, output=str(output), rows=rows, columns=columns, seed=seed)
    scale = max(1, 256 // generator.image_shape[0])
    frames = np.concatenate(alike(domains), axis=1).repeat(scale, axis=1).repeat(scale, axis=2)
    write_animation(frames, output)
    text = f"wrote {len(frames)} frames to {output}"
    return Outcome(text, output=str(output), frames=len(frames), seed=seed)
