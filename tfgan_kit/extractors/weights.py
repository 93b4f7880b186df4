"""Locates and verifies files of published weights."""

import contextlib
import dataclasses
import hashlib
import os
import zipfile
import zlib

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.machine.places import expanded

VARIABLE = "TFGAN_KIT_WEIGHTS"
# The errors that reading a damaged zip file raises.
DAMAGED = OSError, ValueError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error


@dataclasses.dataclass(frozen=True)
class Published:
    """Published weights.

    Attributes:
      network: name of the network, for the errors.
      file: name of the weights' file.
      digest: `digest` of its arrays.
    """

    network: str
    file: str
    digest: str

    def locate(self, path=None) -> str:
        """The path of the file: `path` itself, or in the folder that `TFGAN_KIT_WEIGHTS` names.

        Raises:
          UserError: if there is no such file.
        """
        folder = os.environ.get(VARIABLE)
        if path is None and not folder:
            raise UserError(
                f"{self.network} needs its weights: pass --weights FILE, or name the folder that "
                f"holds {self.file} in {VARIABLE}; `main.py data get {self.network}` downloads them"
            )
        found = os.fspath(path or expanded(folder, VARIABLE) / self.file)
        if not os.path.isfile(found):
            what = f"--weights names the .npz of {self.network}"
            if path is None:
                what = (
                    f"{VARIABLE} names the folder that holds it, and `main.py data get "
                    f"{self.network}` downloads it there"
                )
            raise UserError(f"{found}: no such file; {what}")
        return found

    def warnings(self, path, arrays) -> tuple[str, ...]:
        """One line if the arrays read from `path` differ from the published ones.

        They are used all the same: a retrained network, or one trained on other photographs, is a
        valid instrument, but its results are not comparable with published ones.
        """
        found = digest(arrays)
        if found == self.digest:
            return ()
        return (
            f"{path}: not the published weights of {self.network} (SHA-256 of the arrays "
            f"{found[:12]}, not {self.digest[:12]}); its numbers compare with no published ones",
        )


@contextlib.contextmanager
def open_npz(path):
    """Opens an .npz file without unpickling.

    Raises:
      UserError: if it is damaged, whether this shows on opening or while reading its arrays.
    """
    try:
        with open(path, "rb") as file:
            if not zipfile.is_zipfile(file):
                raise UserError(f"{path}: not a whole .npz file; fetch it again")
            file.seek(0)
            yield np.load(file, allow_pickle=False)
    except DAMAGED as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{path}: cannot be read ({reason}); fetch it again") from error


def read_npz(path, shapes, optional=()) -> dict[str, np.ndarray]:
    """Reads arrays from an .npz file.

    Args:
      path: the file.
      shapes: the shapes of the required arrays, by name.
      optional: names of arrays that the file may lack.

    Returns:
      float32 arrays by name, in the order of `shapes`.

    Raises:
      UserError: if the file is damaged, lacks an array or has an array of the wrong shape.
    """
    with open_npz(path) as archive:
        wanted = [n for n in shapes if n in archive.files or n not in optional]
        return {name: _array(path, archive, name, shapes[name]) for name in wanted}


def _array(path, archive, name, shape):
    if name not in archive.files:
        raise UserError(f"{path}: lacks {name}, so it holds another network; name its own file")
    array = archive[name]
    if array.shape != tuple(shape):
        raise UserError(
            f"{path}: {name} has the shape {array.shape}, not {tuple(shape)}, so it holds another "
            "network; name its own file"
        )
    return array.astype(np.float32)


def digest(arrays) -> str:
    """SHA-256, in hexadecimal, of named float32 arrays, whatever their order and compression."""
    total = hashlib.sha256()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name], "<f4")
        total.update(f"{name} {array.shape} ".encode())
        total.update(array)
    return total.hexdigest()
