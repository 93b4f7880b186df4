"""`main.py sample` and `main.py interpolate`: pictures from a run's averaged generator."""

import io
import math
from pathlib import Path

import keras
import numpy as np
from PIL import Image

import tfgan_kit.layers  # noqa: F401 (registers the layers that saved models may hold)
from tfgan_kit.engine.run_dir import RunDir
from tfgan_kit.errors import UserError
from tfgan_kit.files import write_bytes
from tfgan_kit.images import grid, to_uint8, write_grid, write_image, write_scatter
from tfgan_kit.latents import BATCH, fixed_latents, render

MOST_IN_A_PICTURE = 10_000


class SavedGenerator:
    """The generator of a run and the latents that it takes.

    Args:
      run_dir: a run directory.

    Raises:
      UserError: if there is no run or it has not saved a generator yet.
    """

    def __init__(self, run_dir):
        run = RunDir.open(run_dir)
        settings = run.read_config()["settings"]
        try:
            self.seed = settings["seed"]
            self.distribution = settings["latent"]
            self.latent_size = settings["latent_size"]
        except KeyError as error:
            raise UserError(f"{run.config} lacks the setting {error}") from None
        path = run.models / "generator.keras"
        if not path.exists():
            raise UserError(f"{run_dir} has no {path.name} yet; it comes with the first checkpoint")
        try:
            self.network = keras.saving.load_model(path, compile=False)
        except (OSError, ValueError) as error:
            reason = str(error).splitlines()[0]
            raise UserError(f"cannot load {path}: {reason}") from None

    def latents(self, seed: int | None, count: int) -> np.ndarray:
        """Latents (count, latent_size) of a seed, by default the run's: those of its grids."""
        seed = self.seed if seed is None else seed
        return fixed_latents(self.distribution, seed, count, self.latent_size)

    def render(self, latents: np.ndarray) -> np.ndarray:
        """What the generator makes of latents; see `tfgan_kit.latents.render`."""
        return render(self.network, latents)


def sample(run_dir, *, count: int, output, seed: int | None = None) -> str:
    """Writes samples: one picture if `output` ends in .png, otherwise a folder of them.

    Of a run on points, the picture is a scatter plot and the folder gets one points.npy.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no generator or the output cannot be written.
    """
    generator, output = SavedGenerator(run_dir), Path(output)
    single = output.suffix.lower() == ".png"
    if output.suffix.lower() in (".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp"):
        raise UserError(f"--output {output}: give a .png file or a folder")
    if single and count > MOST_IN_A_PICTURE:
        raise UserError(f"--count {count}: at most {MOST_IN_A_PICTURE} go into one picture")
    if not single and output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UserError(f"--output {output} exists already; give a new or empty folder")
    latents = generator.latents(seed, count)
    (output.parent if single else output).mkdir(parents=True, exist_ok=True)
    points = generator.render(latents[:1]).ndim == 2
    if single:
        write = write_scatter if points else write_grid
        write(generator.render(latents), output)
    elif points:
        np.save(output / "points.npy", generator.render(latents))
    else:
        for start in range(0, count, BATCH):
            images = to_uint8(generator.render(latents[start : start + BATCH]))
            for i, image in enumerate(images, start):
                write_image(image, output / f"{i:06d}.png")
    return f"wrote {count} samples to {output}"


def interpolate(run_dir, *, output, rows=8, columns=10, seed: int | None = None) -> str:
    """Writes walks between random latents, as a picture (.png) or an animation (.gif).

    In the picture each row goes from one latent to another; the animation goes round the rows'
    first latents in a loop. Normal latents move along great circles, which keeps their length
    typical (White 2016), uniform ones along straight lines.

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
    if generator.render(generator.latents(seed, 1)).ndim == 2:
        raise UserError(f"{run_dir} generates points; interpolate needs a generator of images")
    output.parent.mkdir(parents=True, exist_ok=True)
    animated = output.suffix.lower() == ".gif"
    ends = generator.latents(seed, rows if animated else 2 * rows)
    starts, stops = (ends, np.roll(ends, -1, axis=0)) if animated else (ends[::2], ends[1::2])
    # The last image of a walk is the first of the next: a loop shows it once.
    shares = np.linspace(0, 1, columns, endpoint=not animated)
    path = between_uniform if generator.distribution == "uniform" else between_normal
    latents = [path(a, b, t) for a, b in zip(starts, stops, strict=True) for t in shares]
    images = to_uint8(generator.render(np.stack(latents)))
    if not animated:
        write_image(grid(images, columns), output)
        return f"wrote {rows} walks of {columns} images to {output}"
    scale = max(1, 256 // images.shape[1])
    images = images.repeat(scale, axis=1).repeat(scale, axis=2)
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
