"""Downloads a file so that an interruption loses nothing."""

import contextlib
import fcntl
import os
import re
import time
from pathlib import Path

from tfgan_kit.downloads.remote import Remote
from tfgan_kit.downloads.request import Unreachable, blocks, request
from tfgan_kit.engine.status import StatusLine, duration
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import make_folder, writing

_GO_ON = "run the same command again, which continues where it stopped"
_SECONDS_PER_LINE = 30  # Between lines that stay, where nobody watches the live line.


def fetch(remote: Remote, path: Path, by_hand: str) -> int:
    """Downloads a file to `path`, or goes on with that, and checks it.

    What has arrived is kept in `path` with the ending ".part", also if this is interrupted or
    fails. The file gets its name once it is complete and is what was published. Where no hash is
    published, only the checksums in an archive tell that a server changed the file between two
    attempts.

    Args:
      remote: the file.
      path: where to put it; nothing may be there.
      by_hand: what to do without a network, as a clause.

    Returns:
      The number of bytes downloaded.

    Raises:
      UserError: if the server does not deliver, or another file than the published one, which is
        then removed; NotWritten if it cannot be stored.
    """
    made = [folder for folder in path.parents if not folder.exists()]
    make_folder(path.parent)
    part = path.with_name(f"{path.name}.part")
    with writing(part, _GO_ON), open(part, "ab") as file:
        _lock(file, part)
        try:
            received = _Download(remote, file).run()
        except BaseException as error:
            _leave(part, made, error)
            if isinstance(error, Unreachable):
                raise UserError(
                    f"{remote.address} cannot be downloaded ({error}); try later, use another "
                    f"server with --mirror URL, or {by_hand}"
                ) from error
            raise
        os.fsync(file.fileno())
        problem = remote.problem(part)
        if problem:
            part.unlink()  # Going on with it would not help.
            raise UserError(
                f"{remote.address} is not the published file ({problem}) and was removed; try "
                "again, or use another server with --mirror URL"
            )
        os.replace(part, path)
    return received


def _leave(part, made, error):
    """Keeps what has arrived, if anything has."""
    stored = part.stat().st_size
    if isinstance(error, KeyboardInterrupt | SystemExit):
        kept = f"{part} keeps {stored / 1e6:,.1f} MB"
        StatusLine().line(f"stopped; {kept}: the same command continues")
    if not stored:
        part.unlink()
        with contextlib.suppress(OSError):  # Of these folders, another process may need one.
            for folder in made:
                folder.rmdir()


def _lock(file, part):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise UserError(
            f"{part} is in use by another process; wait for it or stop it first"
        ) from None


class _Download:
    """The requests for one file.

    Args:
      remote: the file.
      file: open for appending, with what arrived earlier.
    """

    def __init__(self, remote, file):
        self._remote, self._file = remote, file
        self._received, self._begin, self._status = 0, time.monotonic(), StatusLine()
        self._told = self._begin

    def run(self) -> int:
        """Downloads the rest; returns its length. A broken connection is taken up again."""
        if self._remote.size is not None and self._stored() > self._remote.size:
            self._restart()
        furthest = self._stored()
        while self._stored() != self._remote.size:
            reason = "the connection broke off"
            try:
                if self._request():
                    break
            except Unreachable as error:
                reason = str(error)
            # A server that sends the same beginning again and again will not send the rest.
            if self._stored() <= furthest:
                raise Unreachable(reason)
            furthest = self._stored()
        self._file.flush()
        return self._received

    def _request(self):
        """Makes one request; returns whether the file is complete."""
        start = self._stored()
        with request(self._remote.address, start) as answer:
            place = re.match(r"bytes (?:(\d+)-\d+|\*)/(\d+)", answer.headers["Content-Range"] or "")
            if answer.status == 416 and place and int(place[2]) == start:
                return True
            if answer.status in (206, 416) and not _goes_on(place, start):
                if not start:
                    raise Unreachable("the server sends a part in place of the file")
                self._restart()
                return self._request()
            if answer.status == 206:
                total = int(place[2])
            else:
                total = self._remote.size if answer.length is None else answer.length
            if self._remote.size not in (None, total):
                # The page of a network that wants a login, perhaps: what is stored stays.
                raise Unreachable(f"it sends {total:,} bytes, not {self._remote.size:,}")
            if answer.status != 206:
                self._restart()  # The server does not continue files: it sends all of it.
            for block in blocks(answer):
                self._file.write(block)
                self._received += len(block)
                self._tell(total)
        return total is None or self._stored() == total

    def _stored(self):
        self._file.flush()
        return os.fstat(self._file.fileno()).st_size

    def _restart(self):
        self._file.flush()
        self._file.truncate(0)
        self._file.seek(0)

    def _tell(self, total):
        now, stored = time.monotonic(), self._file.tell()
        speed = self._received / max(now - self._begin, 1e-9)
        text = f"{self._remote.name}: {stored / 1e6:,.1f}"
        text += f" of {total / 1e6:,.1f} MB" if total else " MB"
        text += f"  {speed / 1e6:,.1f} MB/s"
        if total:
            text += f"  {duration((total - stored) / max(speed, 1e-9))} left"
        self._status.update(text)
        if now - self._told > _SECONDS_PER_LINE:
            self._status.line(text)
            self._told = now


def _goes_on(place, start):
    """Whether a part of a file begins where it should."""
    return place is not None and place[1] is not None and int(place[1]) == start
