"""A folder that may only be read, also for a superuser, whom no permission holds."""

import contextlib
import errno
import os
import sys
from pathlib import Path

import pytest

_CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.truncate"}
_folders = []


def _refuse(event, given):
    """Refuses what changes a read-only folder: Python asks here first."""
    if not _folders:
        return
    if event == "open":
        path, _, flags = given
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        paths = [path] if writes else []
    else:
        paths = given[:2] if event in _CHANGES else []
    for path in paths:
        if isinstance(path, str | bytes | os.PathLike) and _is_read_only(path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), os.fsdecode(path))


def _is_read_only(path):
    whole = Path(os.path.abspath(os.fsdecode(path)))
    return any(folder in (whole, *whole.parents) for folder in _folders)


sys.addaudithook(_refuse)  # It cannot be removed; without folders it refuses nothing.


@contextlib.contextmanager
def read_only(folder):
    """Makes a folder and all that it holds read-only; checks that nothing has changed it."""
    allowed, before = os.access, _state(folder)

    def access(path, mode, **how):
        return allowed(path, mode, **how) and not (mode & os.W_OK and _is_read_only(path))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "access", access)
        _folders.append(Path(os.path.abspath(folder)))
        try:
            yield
        finally:
            _folders.pop()
    assert _state(folder) == before


def _state(folder):
    return {p: (p.stat().st_mtime_ns, p.stat().st_size) for p in Path(folder).rglob("*")}
