"""`main.py interpolate`: walks between latents, as a run's averaged generator shows them."""

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image

from tfgan_kit.commands.saved_generator import SavedGenerator
from tfgan_kit.errors import UserError
from tfgan_kit.files import write_bytes
from tfgan_kit.images import alike, paired_grid, write_image


def interpolate(run_dir, *, output, rows=8, columns=10, seed: int | None = None) -> str:
    """Writes walks between random latents, as a picture (.png) or an animation (.gif).

    In the picture each row goes from one latent to another; the animation goes round the rows'
    first latents in a loop. Normal latents move along great circles, which keeps their length
    typical (White 2016), uniform ones along straight lines. Of a joint run, both show the images of
    all domains under each other.

    Args:
      run_dir: a run directory.
      output: path ending in .png or .gif.
      rows: number of pairs of latents.
      columns: images per walk, both ends included.
      seed: which latents; by default the run's.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no generator of images or the output is of another kind.
    """
    output = Path(output)
    if output.suffix.lower() not in (".png", ".gif"):
        raise UserError(f"--output {output}: interpolate writes .png or .gif")
    generator = SavedGenerator(run_dir)
    if len(generator.image_shape) == 1:
        raise UserError(f"{run_dir} generates points; interpolate needs a generator of images")
    output.parent.mkdir(parents=True, exist_ok=True)
    animated = output.suffix.lower() == ".gif"
    ends = generator.latents(seed, rows if animated else 2 * rows)
    starts, stops = (ends, np.roll(ends, -1, axis=0)) if animated else (ends[::2], ends[1::2])
    # The last image of a walk is the first of the next: a loop shows it once.
    shares = np.linspace(0, 1, columns, endpoint=not animated)
    path = between_uniform if generator.distribution == "uniform" else between_normal
    latents = [path(a, b, t) for a, b in zip(starts, stops, strict=True) for t in shares]
    domains = generator.render(np.stack(latents))
    if not animated:
        write_image(paired_grid(domains, columns), output)
        return f"wrote {rows} walks of {columns} images to {output}"
    scale = max(1, 256 // generator.image_shape[0])
    images = np.concatenate(alike(domains), axis=1).repeat(scale, axis=1).repeat(scale, axis=2)
    frames = [Image.fromarray(i.squeeze(-1) if i.shape[-1] == 1 else i) for i in images]
    buffer = io.BytesIO()
    frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    write_bytes(buffer.getvalue(), output)
    return f"wrote {len(frames)} frames to {output}"


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
