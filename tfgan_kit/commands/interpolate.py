"""`main.py interpolate`: walks between latents, as a run's averaged generator shows them."""

import math
from pathlib import Path

import numpy as np

from tfgan_kit.animations import SUFFIXES, write_animation
from tfgan_kit.commands.saved_generator import SavedGenerator
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.images import alike, paired_grid, write_image
from tfgan_kit.outcome import Outcome


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
    output.parent.mkdir(parents=True, exist_ok=True)
    animated = output.suffix.lower() in SUFFIXES
    ends = generator.latents(seed, rows if animated else 2 * rows)
    starts, stops = (ends, np.roll(ends, -1, axis=0)) if animated else (ends[::2], ends[1::2])
    # The last image of a walk is the first of the next: a loop shows it once.
    shares = np.linspace(0, 1, columns, endpoint=not animated)
    path = between_uniform if generator.distribution == "uniform" else between_normal
    latents = [path(a, b, t) for a, b in zip(starts, stops, strict=True) for t in shares]
    progress = Progress("walks", len(latents), StatusLine().update)
    domains = generator.render(np.stack(latents), progress.add)
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


def between_uniform(a, b, share):
    """The point at `share` of the straight line from a to b."""
    return ((1 - share) * a + share * b).astype(np.float32)


def between_normal(a, b, share):
    """The point at `share` of the great circle from a to b, both far from the origin."""
    cosine = np.dot(a, b) / (np.linalg.norm(a) * np.linalg.norm(b))
    angle = math.acos(float(np.clip(cosine, -1.0, 1.0)))
    if math.sin(angle) < 1e-4:  # The same direction, or the opposite: there is no one circle.
        return between_uniform(a, b, share)
    weights = math.sin((1 - share) * angle), math.sin(share * angle)
    return ((weights[0] * a + weights[1] * b) / math.sin(angle)).astype(np.float32)
