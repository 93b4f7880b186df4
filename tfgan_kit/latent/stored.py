"""Latents in files: latent.npz, which `project` writes and other commands take."""

import io
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.weights import open_npz
from tfgan_kit.fields import Field
from tfgan_kit.machine.files import write_bytes
from tfgan_kit.uses.labels import UNKNOWN

FILE, TOLD = "latent.npz", "project.json"
SPACES = ("z", "w", "w+")


class StoredLatent(NamedTuple):
    """What a generator makes an image of.

    Attributes:
      space: "z", "w" or "w+".
      code: float32, in z the latent (n,), in w and w+ the intermediate latents (layers, n), which
        in w are equal.
      noise: name of a layer -> its map of noise (height, width, 1); empty for the saved maps.
      label: the label that the image was found with, None for none.
    """

    space: str
    code: np.ndarray
    noise: dict[str, np.ndarray]
    label: np.ndarray | None = None


def folder_of(run_dir, word: str) -> Path:
    """The folder that a word such as "project/NAME" means: in the run, if a latent is there.

    Args:
      run_dir: of the generator's run.
      word: what the user gave.
    """
    own = Path(run_dir) / word
    return own if (own / FILE).is_file() else Path(word)


def write_latent(latent: StoredLatent, path) -> None:
    """Writes it as .npz: `space`, `latent` or `layers`, `noise/LAYER` for each map, `label`."""
    arrays = {"space": np.array(latent.space), _name(latent.space): latent.code}
    arrays |= {f"noise/{name}": values for name, values in latent.noise.items()}
    arrays |= {} if latent.label is None else {"label": latent.label}
    content = io.BytesIO()
    np.savez(content, **arrays)
    write_bytes(content.getvalue(), path)


def read_latent(path) -> StoredLatent:
    """Reads what `write_latent` wrote.

    Raises:
      UserError: if there is no such file, or it is something else.
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"{path}: no such file; `main.py project` writes it")
    with open_npz(path) as archive:
        arrays = {name: archive[name] for name in archive.files}
    space = str(arrays.pop("space", ""))
    code = arrays.pop(_name(space), None) if space in SPACES else None
    noise = {k.removeprefix("noise/"): v for k, v in arrays.items() if k.startswith("noise/")}
    label = arrays.get("label")
    known = label is None or (np.issubdtype(label.dtype, np.number) and np.isfinite(label).all())
    shaped = code is not None and code.ndim == 1 + (space != "z")
    if not (shaped and known and all(map(_finite, [code, *noise.values()]))):
        raise UserError(f"{path}: not a latent that `main.py project` wrote; project the image")
    return StoredLatent(space, code.astype(np.float32), noise, label)


def label_of(latent: StoredLatent, field: Field | None, what: str) -> np.ndarray | None:
    """The label that a latent was found with, None if the generator takes none.

    Args:
      latent: what `read_latent` gave.
      field: the field of the generator's label, None if it takes none.
      what: the option and the word that named the latent, for the error.

    Raises:
      UserError: if the generator takes another kind of label.
    """
    if field is None or latent.label is None:
        return None
    label = latent.label
    fits = label.shape == field.shape
    if fits and field.kind == "class":
        fits = (UNKNOWN if field.unknown else 0) <= label < len(field.names)
    if not fits:
        raise UserError(
            f"{what} was found with a label that this generator does not take; project the image "
            "with this run"
        )
    return label


def _name(space):
    return "latent" if space == "z" else "layers"


def _finite(values):
    return np.issubdtype(values.dtype, np.floating) and bool(np.isfinite(values).all())
