"""Atomic file writing, with one-line errors for the user where it fails."""

import contextlib
import errno
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tfgan_kit.errors import UserError

AGAIN = "run the same command again"
_FORBIDDEN = [os.strerror(n) for n in (errno.EACCES, errno.EPERM, errno.EROFS)]


class NotWritten(UserError):
    """Something cannot be written, for example because the disk is full.

    Args:
      path: path of what cannot be written.
      reason: the reason, in the system's words.
      go_on: what to do once there is space, and what is safe until then.
    """

    def __init__(self, path, reason: str, go_on: str = AGAIN):
        remedy = "make room, or check the folder"
        if reason in _FORBIDDEN:
            remedy = "allow writing there, or choose another folder"
        super().__init__(f"{path}: cannot be written ({reason}); {remedy}, and {go_on}")
        self._path, self._reason = path, reason

    def then(self, go_on: str, path=None) -> "NotWritten":
        """The same error with better advice, or with the path of what the file was part of."""
        return NotWritten(path or self._path, self._reason, go_on)


@contextlib.contextmanager
def writing(path, go_on: str = AGAIN) -> Iterator[None]:
    """Turns write errors inside this context into one-line errors.

    Args:
      path: path of what is written; for parts of something larger, the path of the whole.
      go_on: see `NotWritten`.

    Raises:
      NotWritten: in place of an `OSError`, or of TensorFlow's errors.
    """
    # Only code that has imported TensorFlow can get one of its errors.
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
    """A TensorFlow error in one line, without the names of operations."""
    return " ".join(re.sub(r"\{\{.*?\}\}|\[Op:\w+\]", "", text).split())


@contextlib.contextmanager
def written_aside(path, go_on: str = AGAIN) -> Iterator[Path]:
    """Yields a path next to `path` to write a file to, which is renamed to `path` once complete.

    If anything fails, nothing is left behind. The name has the same extension and starts with a
    dot.

    Args:
      path: path of the file.
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
    """Makes a folder, or takes an empty one, and empties it again if space runs out.

    The command that fills it can then be run again. If killed, it leaves what it has written.

    Args:
      path: path of the folder.
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


@contextlib.contextmanager
def complete_folder(path, go_on: str = AGAIN) -> Iterator[Path]:
    """Yields a folder next to `path` to fill, which is renamed to `path` once complete.

    If anything fails or the command is stopped, nothing is left behind, nor are parents that were
    made for it. The name starts with a dot. Other errors than those of writing pass as they are.

    Args:
      path: path of the folder, which does not exist or is empty; of a link to such a folder, the
        folder is filled and the link stays.
      go_on: see `NotWritten`.

    Raises:
      UserError: if it is a mount point, which cannot be replaced.
      NotWritten: see `writing`; also for what is written inside, with the path of the folder.
    """
    path = Path(path).resolve()
    part = path.with_name(f".{path.name}-{os.getpid()}.part")
    missing = [each for each in path.parents if not each.exists()]
    try:
        if path.is_mount():
            raise UserError(
                f"{path} is a mount point, which cannot be replaced; give a folder in it"
            )
        with writing(path, go_on):
            part.mkdir(parents=True)
        yield part
        with writing(path, go_on):
            os.replace(part, path)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        with contextlib.suppress(OSError):
            for each in missing:
                each.rmdir()
        if isinstance(error, NotWritten):
            raise error.then(go_on, path) from error
        raise


def make_folder(path) -> None:
    """Makes a folder and its parents if they do not exist.

    Raises:
      NotWritten: if it cannot be made.
    """
    with writing(path):
        os.makedirs(path, exist_ok=True)


def write_bytes(content: bytes, path) -> None:
    """Writes a file via a temporary file, so that no reader ever sees an incomplete one.

    Raises:
      NotWritten: see `writing`.
    """
    with written_aside(path) as part:
        part.write_bytes(content)


def write_json(content, path) -> None:
    """Writes indented JSON with a trailing newline."""
    write_bytes((json.dumps(content, indent=2) + "\n").encode(), path)
