"""Folders under names that every library can open, whatever the user has called them.

TensorFlow reads the path of a checkpoint as a pattern, in which `[`, `*`, `?` and a backslash do
not stand for themselves, and takes no path that is not UTF-8. OpenCV counts with `%`.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator

_PLAIN = re.compile(r"[\w ./,:=@+~-]*", re.ASCII)


@contextlib.contextmanager
def plain_folder(path) -> Iterator[str]:
    """Gives a path that leads to a folder and has only letters, digits and harmless signs.

    Args:
      path: of a folder that exists.

    Yields:
      The path itself if it is harmless; else another name of the folder, good while inside.

    Raises:
      OSError: if there is no such folder.
    """
    path = os.fspath(path)
    if _PLAIN.fullmatch(path):
        yield path
        return
    with contextlib.ExitStack() as stack:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        stack.callback(os.close, descriptor)
        # Linux has a name for it, which no other process can take away.
        other = f"/proc/self/fd/{descriptor}"
        if not os.path.isdir(other):
            other = os.path.join(stack.enter_context(tempfile.TemporaryDirectory()), "folder")
            os.symlink(os.path.abspath(path), other)
        yield other
