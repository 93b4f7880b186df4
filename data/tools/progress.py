"""The progress of a long task on many examples."""

import time

from tfgan_kit.engine.status import StatusLine, duration

_WIDTH = 24
# Without a terminal, such as in a log file, a permanent line is printed this often.
_SECONDS_PER_LINE = 30


class Progress:
    """A progress bar with the speed and the time left.

    Args:
      status: the `StatusLine` that shows it.
      what: the task.
      total: number of examples.
    """

    def __init__(self, status: StatusLine, what: str, total: int):
        self._status, self._what, self._total = status, what, total
        self._done = self._skipped = 0
        self._begin = self._told = time.monotonic()

    def skip(self, count: int) -> None:
        """Counts examples that were processed before."""
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
