"""Keys: latents that a user names by seed or by what `project` found."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.latent.stored import FILE, folder_of, label_of, read_latent
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses.apply import Bound


class Keys(NamedTuple):
    """Points of a latent space.

    Attributes:
      space: "z", or "w" for intermediate latents, those of w+ included.
      names: what the user calls them.
      codes: float32, in z latents (k, n), in w intermediate latents (k, layers, n).
      noise: for each key its own maps of noise, name -> (height, width, 1), none for the
        generator's.
      labels: for each key the label that it was found with, or None.
    """

    space: str
    names: tuple[str, ...]
    codes: np.ndarray
    noise: tuple[dict[str, np.ndarray], ...]
    labels: tuple[np.ndarray | None, ...]


def in_w(generator: SavedGenerator, latents: np.ndarray) -> np.ndarray:
    """Latents (k, n) as intermediate ones of every layer, (k, layers, n), without truncation.

    Raises:
      UserError: if the generator does not map its latents.
    """
    return generator.saved.bound("map").only("styles").render({"latent": latents})["styles"]


def image_of_w(generator: SavedGenerator) -> Bound:
    """What makes images of intermediate latents.

    Raises:
      UserError: if the generator does not map its latents.
    """
    return generator.saved.bound("synthesize")


def split_words(words: Sequence[str]) -> list[str]:
    """The keys in words: seeds may be joined with commas, folders stand alone."""
    named = []
    for word in words:
        parts = word.split(",")
        named += parts if all(part.isdecimal() for part in parts) else [word]
    return named


def keys_of_seed(generator: SavedGenerator, seed: int, count: int, space: str) -> Keys:
    """The first latents of a seed, in "z" or "w"; see `read_keys`."""
    codes = generator.latents(seed, count)
    codes = in_w(generator, codes) if space == "w" else codes
    return Keys(space, (str(seed),) * count, codes, ({},) * count, (None,) * count)


def read_keys(generator: SavedGenerator, words: Sequence[str], space: str | None) -> Keys:
    """The latents that words name.

    Args:
      generator: a run's generator.
      words: seeds, several joined with commas, or folders that `project` wrote, in the run or
        anywhere. The key of a seed is its first latent.
      space: "z" or "w"; if None, "w" if one of the folders holds intermediate latents, else "z".

    Raises:
      UserError: if a folder holds no latent of this generator, or one of another space.
    """
    named = split_words(words)
    run = generator.saved.run.path
    stored = {n: read_latent(folder_of(run, n) / FILE) for n in named if not n.isdecimal()}
    mapped = [name for name, latent in stored.items() if latent.space != "z"]
    space = space or ("w" if mapped else "z")
    if space == "z" and mapped:
        held = stored[mapped[0]].space
        raise UserError(
            f"--keys {mapped[0]} is in {held}, which cannot be mapped back to z; project the image "
            "with --space z"
        )
    codes = []
    for name in named:
        held = stored.get(name)
        code = generator.latents(int(name), 1)[0] if held is None else held.code
        if space == "w" and code.ndim == 1:
            _check(name, code, generator.latent.shape)
            code = in_w(generator, code[None])[0]
        codes.append(code)
    shape = generator.latent.shape
    if space == "w":
        shape = image_of_w(generator).use.inputs["styles"].shape
    for name, code in zip(named, codes, strict=True):
        _check(name, code, shape)
    noise = tuple(stored[name].noise if name in stored else {} for name in named)
    field = generator.label
    labels = {n: label_of(latent, field, f"--keys {n}") for n, latent in stored.items()}
    return Keys(space, tuple(named), np.stack(codes), noise, tuple(map(labels.get, named)))


def _check(name, code, shape):
    if code.shape != tuple(shape):
        raise UserError(
            f"--keys {name} holds a latent of {_by(code.shape)} numbers, the generator takes "
            f"{_by(shape)}; project the image with this run"
        )


def _by(shape):
    return "x".join(map(str, shape))
