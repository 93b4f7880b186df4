"""Folders that the user names, where `~` stands for a home folder, and the kit's cache."""

import errno
import os
import re
import tempfile
from pathlib import Path

from tfgan_kit.errors import UserError

CACHE_VARIABLE = "TFGAN_KIT_CACHE"
# At the beginning of an argument, of its value, or of one of the names in a joined list.
_HOME = re.compile(r"(?:^|(?<=[=,:+]))~(?:[\w.-]*(?=/)|$)")


def expanded(path, what: str = "") -> Path:
    """A path with `~` or `~NAME` replaced by the home folder.

    A shell does that for a word of a command, but not after `=` or `:`, within quotes, or in a
    file.

    Args:
      path: the path as the user gave it.
      what: the option or variable, for the error message.

    Raises:
      UserError: if there is no such home folder.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        where = what if str(path) in what else f"{what} {path}".strip()
        raise UserError(
            f"{where}: no home directory is known here for its ~; give the whole path"
        ) from None


def with_homes(argument: str) -> str:
    """Expands home folders in an argument such as `--data-dir=~/data` or `folder:~/a`.

    Raises:
      UserError: see `expanded`.
    """
    return _HOME.sub(lambda home: str(expanded(home[0], argument)), argument)


def house_libraries() -> None:
    """Gives Keras and Matplotlib a folder if the user has no home, as they would create a `~`."""
    if not os.path.isabs(os.path.expanduser("~")):
        folder = os.path.join(tempfile.gettempdir(), f"tfgan-kit-{os.getuid()}")
        os.environ.setdefault("KERAS_HOME", os.path.join(folder, "keras"))
        os.environ.setdefault("MPLCONFIGDIR", os.path.join(folder, "matplotlib"))


def cache_folder() -> Path:
    """The folder for files that the kit can regenerate; it need not exist.

    This is `TFGAN_KIT_CACHE`, or else ~/.cache/tfgan-kit. For a user without a home, it is in the
    folder for temporary files.

    Raises:
      UserError: see `expanded`; also if the one in the folder for temporary files belongs to
        someone else.
    """
    named = os.environ.get(CACHE_VARIABLE)
    if named:
        return expanded(named, CACHE_VARIABLE).absolute()
    home = os.path.expanduser("~")
    if os.path.isabs(home):
        return Path(home) / ".cache" / "tfgan-kit"
    place = Path(tempfile.gettempdir()) / f"tfgan-kit-{os.getuid()}"
    if place.exists() and place.stat().st_uid != os.getuid():
        raise UserError(f"{place} is of another user; name a folder in {CACHE_VARIABLE}")
    return place


def not_kept(folder: Path) -> str | None:
    """Returns why nothing can be stored in a folder, created or not; None if it can."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return None
    reason = os.strerror(errno.EACCES if there.is_dir() else errno.ENOTDIR)
    return f"{folder}: nothing is kept there ({reason}); {CACHE_VARIABLE} names another folder"
