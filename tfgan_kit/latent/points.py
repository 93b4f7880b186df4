"""Points of a latent space that a user names, by a seed or by what `project` found."""

import json

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.latent.stored import FILE, TOLD, folder_of, label_of, read_latent


def read_point(space: LatentSpace, word: str, option: str) -> np.ndarray:
    """The point that a word names.

    Args:
      space: where the point lies.
      word: a seed, whose first latent is taken, or a folder that `project` wrote, in the run of the
        generator or anywhere.
      option: the option that has the word, for errors.

    Returns:
      float32 (d,).

    Raises:
      UserError: if the folder holds no latent of this generator, or one that is no point of the
        space: of another space, or with maps of noise of its own.
    """
    if word.isdecimal():
        return space.points(space.latents(int(word), 1))[0]
    found = read_latent(folder_of(space.path, word) / FILE)
    wanted = "z" if space.source == "latent" else "w"
    if found.space not in ("z", wanted):
        raise UserError(
            f"{option} {word} is in {found.space}, but these directions move {wanted}; project "
            f"the image with --space {wanted}"
        )
    if found.noise:
        raise UserError(
            f"{option} {word} was found together with maps of noise, which would not move along; "
            "project the image with --no-noise-opt"
        )
    code = found.code if found.code.ndim == 1 else found.code[0]
    size = space.latent_size if found.space == "z" else space.field.shape[0]
    if code.shape != (size,):
        raise UserError(
            f"{option} {word} holds {len(code)} numbers, the generator takes {size}; project the "
            "image with this run"
        )
    return code if found.space == wanted else space.points(code[None])[0]


def read_label(space: LatentSpace, word: str, option: str) -> np.ndarray | None:
    """The label that the point was found with, see `read_point`; None for a seed."""
    if word.isdecimal():
        return None
    return label_of(
        read_latent(folder_of(space.path, word) / FILE), space.label, f"{option} {word}"
    )


def error_of(space: LatentSpace, word: str) -> float:
    """How far the image of `read_point` is from the one that was projected: RMSE, full range 1.

    It is 0 for a seed, and where the folder does not say.
    """
    if word.isdecimal():
        return 0.0
    try:
        return float(json.loads((folder_of(space.path, word) / TOLD).read_text())["rmse"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0.0
