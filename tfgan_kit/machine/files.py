"""Files that are written whole or not at all, and one line for the user where they cannot be."""

import contextlib
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tfgan_kit.errors import UserError

AGAIN = "run the same command again"


class NotWritten(UserError):
    """Something cannot be written, as on a full disk.

    Args:
      path: of what.
      reason: why, in the system's words.
      go_on: what to do once there is room, and what is safe until then.
    """

    def __init__(self, path, reason: str, go_on: str = AGAIN):
        super().__init__(
            f"{path}: cannot be written ({reason}); make room, or check the folder, and {go_on}"
        )
        self._path, self._reason = path, reason

    def then(self, go_on: str, path=None) -> "NotWritten":
        """The same error for one who knows better what to do next, or what it was a part of."""
        return NotWritten(path or self._path, self._reason, go_on)


@contextlib.contextmanager
def writing(path, go_on: str = AGAIN) -> Iterator[None]:
    """Tells in one line if what is done inside cannot write.

    Args:
      path: of what is written; of those that are written as parts of another, the other's.
      go_on: see `NotWritten`.

    Raises:
      NotWritten: in place of an `OSError`, or of TensorFlow's errors.
    """
    # Only what has imported TensorFlow can get an error of it.
    tensorflow = sys.modules.get("tensorflow")
    errors = (OSError, tensorflow.errors.OpError) if tensorflow else OSError
    try:
        yield
    except NotWritten as error:
        raise error.then(go_on, path) from error
    except errors as error:
        reason = getattr(error, "strerror", None) or _plain(str(error)) or type(error).__name__
        raise NotWritten(path, reason, go_on) from error


def _plain(text):
    """An error of TensorFlow in one line, without the names of its operations."""
    return " ".join(re.sub(r"\{\{.*?\}\}|\[Op:\w+\]", "", text).split())


@contextlib.contextmanager
def written_aside(path, go_on: str = AGAIN) -> Iterator[Path]:
    """Gives a name beside `path` to write a file to, which gets its own when all is written.

    Whatever goes wrong, nothing stays. The name has the same ending, and begins with a dot.

    Args:
      path: of the file.
      go_on: see `NotWritten`.

    Raises:
      NotWritten: see `writing`.
    """
    path = Path(path)
    part = path.with_name(f".{path.stem}.part{path.suffix}")
    with writing(path, go_on):
        try:
            yield part
            with open(part, "rb") as file:
                os.fsync(file.fileno())
            os.replace(part, path)
        except BaseException:
            with contextlib.suppress(OSError):
                part.unlink()
            raise


@contextlib.contextmanager
def new_folder(path, go_on: str = AGAIN) -> Iterator[None]:
    """Makes a folder, or takes an empty one, which is empty again if there is no room for all.

    Then the command that would fill it can be run again. Killed, it leaves what it has written.

    Args:
      path: of the folder.
      go_on: see `NotWritten`.

    Raises:
      NotWritten: see `writing`.
    """
    path = Path(path)
    with writing(path, go_on):
        try:
            path.mkdir(parents=True, exist_ok=True)
            yield
        except (OSError, NotWritten):
            for part in path.iterdir() if path.is_dir() else ():
                shutil.rmtree(part) if part.is_dir() else part.unlink()
            raise


def make_folder(path) -> None:
    """Makes a folder and those above it, if they are not there.

    Raises:
      NotWritten: if it cannot be made.
    """
    with writing(path):
        os.makedirs(path, exist_ok=True)


def write_bytes(content: bytes, path) -> None:
    """Writes a file through a temporary neighbour, so that no reader ever sees half of it.

    Raises:
      NotWritten: see `writing`.
    """
    with written_aside(path) as part:
        part.write_bytes(content)


def write_json(content, path) -> None:
    """Writes JSON, indented, with a newline at the end."""
    write_bytes((json.dumps(content, indent=2) + "\n").encode(), path)
