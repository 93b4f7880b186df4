"""`main.py sample`: pictures from a run's averaged generator."""

from pathlib import Path

import numpy as np

from tfgan_kit.commands.saved_generator import SavedGenerator
from tfgan_kit.errors import UserError
from tfgan_kit.images import to_uint8, write_image, write_samples
from tfgan_kit.latents import BATCH

MOST_IN_A_PICTURE = 10_000
PICTURES = (".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp")


def sample(run_dir, *, count: int, output, seed: int | None = None) -> str:
    """Writes samples: one picture if `output` ends in .png, otherwise a folder of them.

    Of a joint run, the picture shows the images of one latent under each other, and the folder gets
    a folder a, b, ... for each domain, in which one number means one latent. Of a run on points,
    the picture is a scatter plot and the folder gets one points.npy.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no generator or the output cannot be written.
    """
    generator, output = SavedGenerator(run_dir), Path(output)
    single = output.suffix.lower() == ".png"
    if output.suffix.lower() in PICTURES:
        raise UserError(f"--output {output}: give a .png file or a folder")
    if single and count > MOST_IN_A_PICTURE:
        raise UserError(f"--count {count}: at most {MOST_IN_A_PICTURE} go into one picture")
    if not single:
        check_new_folder(output)
    latents = generator.latents(seed, count)
    folders = [output / letter for letter in generator.letters] or [output]
    for folder in [output.parent] if single else folders:
        folder.mkdir(parents=True, exist_ok=True)
    if single:
        write_samples(generator.render(latents), output)
    elif len(generator.image_shape) == 1:
        (points,) = generator.render(latents)
        np.save(output / "points.npy", points)
    else:
        for start in range(0, count, BATCH):
            domains = generator.render(latents[start : start + BATCH])
            for folder, images in zip(folders, domains, strict=True):
                for i, image in enumerate(to_uint8(images), start):
                    write_image(image, folder / f"{i:06d}.png")
    of = f" of each of the domains {', '.join(generator.letters)}" if generator.letters else ""
    return f"wrote {count} samples{of} to {output}"


def check_new_folder(output: Path) -> None:
    """Raises UserError unless the path is free or an empty folder."""
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UserError(f"--output {output} exists already; give a new or empty folder")
