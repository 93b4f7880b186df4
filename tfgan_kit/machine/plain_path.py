"""Paths of folders that every library can open, whatever the user has named the folders.

TensorFlow interprets the path of a checkpoint as a pattern, in which `[`, `*`, `?` and a backslash
are special, and rejects paths that are not UTF-8. OpenCV takes `%` for a number format.
"""

import contextlib
import os
import re
import tempfile
from collections.abc import Iterator

_PLAIN = re.compile(r"[\w ./,:=@+~-]*", re.ASCII)


@contextlib.contextmanager
def plain_folder(path) -> Iterator[str]:
    """Yields a path to a folder that consists only of letters, digits and harmless characters.

    Args:
      path: path of an existing folder.

    Yields:
      The path itself if it is harmless; else another path of the folder, valid within the context.

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
        # Linux provides a path for it that no other process can remove.
        other = f"/proc/self/fd/{descriptor}"
        if not os.path.isdir(other):
            other = os.path.join(stack.enter_context(tempfile.TemporaryDirectory()), "folder")
            os.symlink(os.path.abspath(path), other)
        yield other
