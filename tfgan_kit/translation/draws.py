"""What decides a translation beside its image and label: a seed, or a latent on a line."""

import os
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.translation.translator import fitted
from tfgan_kit.uses import Use
from tfgan_kit.uses.draw import between

KINDS = ("seed", "latent")  # Of inputs that a seed determines.


class Draw(NamedTuple):
    """One way to translate an image.

    Attributes:
      told: the seed, or where the latent lies, for the record; None where nothing is drawn.
      seed: of noise and latents, None where nothing is drawn.
      latent: taken in place of the seed's, (size,), or None.
    """

    told: int | str | None
    seed: int | None
    latent: np.ndarray | None = None

    def latents(self, field) -> np.ndarray:
        """The latent as a row, (1, size): the same for all images."""
        if self.latent is not None:
            return self.latent[None]
        return fixed_latents(field.distribution, self.seed, 1, field.shape[0])


def by_seed(run_dir, use: Use, seed: int, samples: int) -> list[Draw]:
    """So many consecutive seeds, or the only way to translate without noise.

    Args:
      run_dir: the run, for messages.
      use: how it translates.
      seed: the first seed.
      samples: number of translations of each image.

    Raises:
      UserError: if there is no noise, or a reference in its place, and more than one is asked for.
    """
    if any(map(use.find, KINDS)):
        return [Draw(each, each) for each in range(seed, seed + samples)]
    if samples > 1:
        why = f"{run_dir} has no noise{use.from_to}"
        if "reference" in use.inputs:
            why = "the style is that of --reference"
        raise UserError(f"--samples {samples}: {why}; all would be the same")
    return [Draw(None, None)]


def on_a_line(
    saved: SavedRun, use: Use, ends: tuple[str, str], seed: int, samples: int, open_files: Callable
) -> list[Draw]:
    """Latents in equal steps from one to another, including both.

    Args:
      saved: the run.
      use: how it translates.
      ends: for each end a seed, or the path of an image whose style the run encodes.
      seed: of noise besides.
      samples: number of latents.
      open_files: see `tfgan_kit.commands.translate.translate`.

    Raises:
      UserError: if the use takes no latent, there are less than two samples, or an end is neither
        a seed nor an image that the run can encode.
    """
    path, name = saved.run.path, use.find("latent")
    if name is None:
        why = "has no latent to draw"
        if "reference" in use.inputs:
            why = "takes the style of --reference; leave one of the two out"
        raise UserError(f"--between: {path} {why}")
    if samples < 2:
        raise UserError("--between: give the number of steps, both ends included, as --samples N")
    field = use.inputs[name]

    def latent(end):
        if end.isdecimal():
            return fixed_latents(field.distribution, int(end), 1, field.shape[0])[0]
        if not os.path.isfile(end):
            raise UserError(f"--between {end}: is neither a seed nor an image file")
        encoder = f"encode_{name}" + (f"_{use.direction[1]}" if use.direction else "")
        if encoder not in saved.uses:
            raise UserError(f"--between {end}: {path} cannot find an image's {name}; give a seed")
        bound = saved.bound(encoder)
        (image,) = bound.use.inputs
        own = bound.use.inputs[image]
        values = open_files(end, own, saved.settings, "--between").read(0)[None]
        return bound.render({image: fitted(own, values, own.size)})[name][0]

    shares = np.linspace(0, 1, samples)
    points = between(*map(latent, ends), samples)
    start, end = ends
    return [
        Draw(f"{share:.3g} from {start} to {end}", seed, point)
        for share, point in zip(shares, points, strict=True)
    ]
