"""The folder of a served model: one subfolder per version, each either complete or absent."""

import contextlib
import os
import shutil
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import writing

LARGEST = 2**63 - 1  # TF Serving counts in int64.


def find_versions(folder) -> list[int]:
    """Numbers of the versions in a model's folder, as TF Serving sees them, ascending."""
    folder = Path(folder)
    names = os.listdir(folder) if folder.is_dir() else []
    return sorted(int(n) for n in names if n.isdecimal() and (folder / n).is_dir())


def choose_version(folder, version: int | None, *, served: bool) -> Path:
    """Chooses the path of a new version, without writing anything.

    Args:
      folder: the model's folder, MODELS/NAME.
      version: its number; by default, one more than the largest existing number, starting at 1.
      served: whether it will be a SavedModel. TF Serving takes every version in a folder for a
        SavedModel, so a folder must contain either only SavedModels or none.

    Returns:
      The path of the version.

    Raises:
      UserError: if the version exists, is not a valid number for TF Serving, or the folder is not
        suitable.
    """
    folder = Path(folder)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"--output {folder} is a file; give the folder of a model, MODELS/NAME")
    existing = find_versions(folder)
    version = max(existing, default=0) + 1 if version is None else version
    if not 1 <= version <= LARGEST:
        raise UserError(f"--version {version} is not from 1 to 2^63 - 1, as TF Serving needs it")
    if (folder / str(version)).exists():
        free = max(existing, default=0) + 1
        raise UserError(
            f"{folder / str(version)} exists, and a version is never overwritten; "
            f"give --version {free} or leave it out"
        )
    for other in existing:
        if (folder / str(other) / "saved_model.pb").exists() != served:
            what = "no SavedModel" if served else "a SavedModel"
            raise UserError(
                f"{folder / str(other)} is {what}, and TF Serving needs all versions in a folder "
                "alike; give another --output"
            )
    return folder / str(version)


@contextlib.contextmanager
def written_aside(version: Path):
    """Yields a folder to write a version to, which is renamed to the version once complete.

    TF Serving may be watching: it never sees an incomplete version. If anything fails, nothing is
    left behind.

    Args:
      version: path of the version, see `choose_version`.

    Yields:
      The path of the folder, next to the version. Its name is not a number.

    Raises:
      NotWritten: if there is no space, or no permission to write.
      UserError: if the version was made in the meantime.
    """
    aside = version.with_name(f".{version.name}-{os.getpid()}.part")
    made = not version.parent.exists()
    with writing(version, "run the same command again; nothing of it was kept"):
        try:
            aside.mkdir(parents=True)
            yield aside
            if version.exists():  # Renaming would replace an empty folder.
                raise UserError(f"{version} was made in the meantime; give another --version")
            os.rename(aside, version)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            if made:
                with contextlib.suppress(OSError):
                    version.parent.rmdir()
            raise
