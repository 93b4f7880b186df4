"""Unpacks archives that may be damaged or hostile."""

import contextlib
import os
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import make_folder, writing

_BLOCK = 1 << 20
# What reading a damaged archive raises. NotImplementedError and RuntimeError: zip files that are
# compressed in an unknown way, or encrypted.
_DAMAGED = (
    *(OSError, EOFError, ValueError, NotImplementedError, RuntimeError),
    *(zlib.error, tarfile.TarError, zipfile.BadZipFile),
)


def unpack(archive: Path, folder: Path, holds: Sequence[str]) -> None:
    """Unpacks the folder of a .zip or .tar.gz that holds what is wanted.

    Links, devices and hidden files are left out. The folder gets its name once it is complete.

    Args:
      archive: the file.
      folder: what the folder becomes; it must not exist.
      holds: names in the folder in the archive, wherever that is.

    Raises:
      UserError: if the archive is damaged, has a path that leads out of it, or lacks what is
        wanted; NotWritten if it cannot be stored. Nothing is left behind then.
    """
    aside = folder.with_name(f".{folder.name}.part")
    try:
        shutil.rmtree(aside, ignore_errors=True)  # Of a process that was killed.
        with writing(folder):
            make_folder(aside)
            for path, content in _files(archive):
                _write(archive, aside.joinpath(*path.parts), content)
            os.replace(_holding(archive, aside, holds), folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _files(archive: Path) -> Iterator[tuple[PurePosixPath, object]]:
    """Yields the path and the open content of each file that is safe and of use."""
    with contextlib.ExitStack() as stack:
        with _reading(archive):
            if zipfile.is_zipfile(archive):
                members = _zipped(stack.enter_context(zipfile.ZipFile(archive)))
            else:
                members = _tarred(stack.enter_context(tarfile.open(archive, "r:gz")))
        while True:
            with _reading(archive):
                name, is_file, open_content = next(members, (None, False, None))
            if name is None:
                return
            path = PurePosixPath(name)
            if path.is_absolute() or ".." in path.parts:
                raise UserError(f"{archive}: the path {name} in it leads out of it; do not use it")
            if is_file and not any(part.startswith((".", "__MACOSX")) for part in path.parts):
                with _reading(archive):
                    content = open_content()
                with content:
                    yield path, content


def _zipped(archive):
    for member in archive.infolist():
        kind = stat.S_IFMT(member.external_attr >> 16)
        is_file = not member.is_dir() and kind in (0, stat.S_IFREG)
        yield member.filename, is_file, lambda member=member: archive.open(member)


def _tarred(archive):
    for member in archive:
        yield member.name, member.isfile(), lambda member=member: archive.extractfile(member)
    # The checksum of the whole is at the end, which unpacking does not reach.
    while archive.fileobj.read(_BLOCK):
        pass


def _write(archive, path, content):
    make_folder(path.parent)
    with open(path, "wb") as file:
        while True:
            with _reading(archive):
                block = content.read(_BLOCK)
            if not block:
                return
            file.write(block)


@contextlib.contextmanager
def _reading(archive):
    """Tells errors of reading from those of writing."""
    try:
        yield
    except _DAMAGED as error:
        reason = str(error) or type(error).__name__
        raise UserError(
            f"{archive}: cannot be unpacked ({reason}); remove it, and run the same command again"
        ) from error


def _holding(archive, aside, holds):
    for folder, folders, files in os.walk(aside):
        if set(holds) <= {*folders, *files}:
            return folder
    raise UserError(f"{archive}: no folder in it holds {', '.join(holds)}; it is another archive")
