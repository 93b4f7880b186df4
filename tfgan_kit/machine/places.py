"""Folders that the user names, in words in which `~` stands for a home, and the kit's own cache."""

import errno
import os
import re
import tempfile
from pathlib import Path

from tfgan_kit.errors import UserError

CACHE_VARIABLE = "TFGAN_KIT_CACHE"
# At the beginning of an argument, of its value, or of one of the names that it joins.
_HOME = re.compile(r"(?:^|(?<=[=,:+]))~(?:[\w.-]*(?=/)|$)")


def expanded(path, what: str = "") -> Path:
    """A path with the home that `~` or `~NAME` stands for.

    A shell does that for a word of a command, but not for what follows `=` or `:`, nor for what
    stands in quotes or is read from a file.

    Args:
      path: as the user gave it.
      what: the option or variable, for the message.

    Raises:
      UserError: if there is no such home.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        where = what if str(path) in what else f"{what} {path}".strip()
        raise UserError(
            f"{where}: no home directory is known here that its ~ stands for; give the whole path"
        ) from None


def with_homes(argument: str) -> str:
    """An argument of a command with the homes in it, such as `--data-dir=~/data`, `folder:~/a`.

    Raises:
      UserError: see `expanded`.
    """
    return _HOME.sub(lambda home: str(expanded(home[0], argument)), argument)


def house_libraries() -> None:
    """Gives Keras and Matplotlib a folder where the user has no home: they would make a `~`."""
    if not os.path.isabs(os.path.expanduser("~")):
        folder = os.path.join(tempfile.gettempdir(), f"tfgan-kit-{os.getuid()}")
        os.environ.setdefault("KERAS_HOME", os.path.join(folder, "keras"))
        os.environ.setdefault("MPLCONFIGDIR", os.path.join(folder, "matplotlib"))


def cache_folder() -> Path:
    """Where the kit keeps what it can make again; it need not be there.

    That is `TFGAN_KIT_CACHE`, or else ~/.cache/tfgan-kit. A user without a home has it in the
    folder for temporary files.

    Raises:
      UserError: see `expanded`; or if the folder for temporary files has one of somebody else.
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
    """Why nothing can be kept in a folder, there or still to be made; None if it can."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return None
    reason = os.strerror(errno.EACCES if there.is_dir() else errno.ENOTDIR)
    return f"{folder}: nothing is kept there ({reason}); {CACHE_VARIABLE} names another folder"
