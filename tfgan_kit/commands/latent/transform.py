"""`main.py transform`: transforms given images of one domain into another."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import tensorflow as tf

from tfgan_kit.commands.sample import PICTURES, check_new_folder
from tfgan_kit.engine.status import Progress, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.latent.inversion import invert
from tfgan_kit.machine.files import make_folder, new_folder, write_json
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.images import alike, grid, paired_grid, to_model_range, write_image
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.apply import BATCH


def transform(
    run_dir,
    read: Callable[[tuple[int, int, int]], tuple[np.ndarray, Sequence[str]]],
    *,
    source: str,
    target: str,
    output,
    starts: int = 8,
    steps: int = 200,
    seed: int | None = None,
) -> Outcome:
    """Finds the latents of given images and shows them in another domain of a joint run.

    The folder gets one picture per image, which shows side by side the image, the image generated
    in its own domain from the latent found, and the image generated in the other domain. It also
    gets transform.png, which shows all of these from top to bottom, and transform.json with errors
    and latents. An encoder that was trained with the run yields one more starting latent.

    Args:
      run_dir: directory of a joint run.
      read: function that reads the images: takes the shape (height, width, channels) of the
        generator's images and returns uint8 (n, height, width, channels) and n file names.
      source, target: letters of the domains.
      output: a new or empty folder.
      starts, steps: see `tfgan_kit.latent.inversion.invert`.
      seed: seed of the random starts; by default the run's.

    Returns:
      A line per image with its error, and a line that says what was written.

    Raises:
      UserError: if the run does not have these two domains, the images cannot be read, or the
        output cannot be written.
    """
    output = Path(output)
    if output.suffix.lower() in (".png", *PICTURES):
        raise UserError(f"--output {output}: give a folder")
    generator = SavedGenerator(run_dir)
    if not generator.letters:
        raise UserError(f"{run_dir} has a single domain; transform needs the run of a joint method")
    domains = [_index(run_dir, generator, letter) for letter in (source, target)]
    if source == target:
        raise UserError(f"the images are of domain {source}; give another one to show them in")
    check_new_folder(output)
    images, names = read(generator.image_shape)
    make_folder(output)  # Any failure is reported before the search.
    seed = generator.seed if seed is None else seed
    encoder, status = generator.encoder(), StatusLine()
    image = f"image_{source}"
    # Without the other domains' layers.
    own = generator.bound.only(image)
    searches = len(images) * (starts + (encoder is not None))
    progress = Progress("search", searches, status.update, "latents")
    found = invert(
        lambda latents: own({"latent": latents})[image],
        images,
        distribution=generator.latent.distribution,
        latent_size=generator.latent.shape[0],
        starts=starts,
        steps=steps,
        seed=seed,
        initial=None if encoder is None else _encoded(encoder, images),
        progress=lambda done, of: progress.at(done),
    )
    also = ", and from that of the encoder" if encoder else ""
    status.line(f"searched from {starts} random latents for each image{also}")
    rendered = generator.render(generator.with_latents(found.latents))
    shown = alike([images, *(rendered[i] for i in domains)])
    stems = distinct_stems(names)
    rows = [
        {"file": str(name), "picture": f"{stem}.png", "rmse": float(error), "latent": z.tolist()}
        for name, stem, error, z in zip(names, stems, found.errors, found.latents, strict=True)
    ]
    how = {"source": source, "target": target, "starts": starts, "steps": steps, "seed": seed}
    with new_folder(output):
        for stem, three in zip(stems, zip(*shown, strict=True), strict=True):
            write_image(grid(np.stack(three), columns=3), output / f"{stem}.png")
        write_image(paired_grid(shown), output / "transform.png")
        write_json(how | {"images": rows}, output / "transform.json")
    lines = [f"{row['file']}: error {row['rmse']:.4f} (RMSE, full range 1)" for row in rows]
    lines.append(f"wrote {len(rows)} images of {source} in {target} to {output}")
    return Outcome("\n".join(lines), output=str(output), **how, images=rows)


def distinct_stems(names: Sequence[str]) -> list[str]:
    """Names without folder and extension, numbered where they would collide."""
    taken = {"transform"}
    stems = []
    for name in names:
        stem = plain = Path(name).stem
        number = 1
        while stem in taken:
            number += 1
            stem = f"{plain}-{number}"
        taken.add(stem)
        stems.append(stem)
    return stems


def _index(run_dir, generator, letter):
    if letter not in generator.letters:
        raise UserError(f"{run_dir} has no domain {letter!r}, only {', '.join(generator.letters)}")
    return generator.letters.index(letter)


def _encoded(encoder, images):
    batches = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
    latents = [encoder(to_model_range(tf.constant(b)), training=False)["latent"] for b in batches]
    return np.concatenate(latents)
