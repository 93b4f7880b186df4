"""How far a long work on many examples is."""

import time

from tfgan_kit.engine.status import StatusLine, duration

_WIDTH = 24
# Where nobody watches the live line, as in a log file, a line that stays comes this often.
_SECONDS_PER_LINE = 30


class Progress:
    """A bar with speed and time left.

    Args:
      status: where it is shown.
      what: is worked on.
      total: number of examples.
    """

    def __init__(self, status: StatusLine, what: str, total: int):
        self._status, self._what, self._total = status, what, total
        self._done = self._skipped = 0
        self._begin = self._told = time.monotonic()

    def skip(self, count: int) -> None:
        """Counts examples that were done before."""
        self._skipped += count

    def advance(self) -> None:
        """Counts an example."""
        self._done += 1
        text, now = self._text(), time.monotonic()
        self._status.update(text)
        if now - self._told > _SECONDS_PER_LINE:
            self._status.line(text)
            self._told = now

    def _text(self):
        speed = self._done / max(time.monotonic() - self._begin, 1e-9)
        done = self._skipped + self._done
        filled = _WIDTH * done // self._total
        left = duration((self._total - done) / speed)
        return (
            f"{self._what}  [{'#' * filled}{'.' * (_WIDTH - filled)}]  {done:,} of {self._total:,} "
            f"images  {speed:,.0f} images/s  {left} left"
        )
