"""The live line of a long task: its progress, its speed and the time left."""

import contextlib
import os
import resource
import sys
import time

from tfgan_kit.wording import one_line


def memory_mb() -> float:
    """Resident memory of this process in MB (its peak, where the system does not report it)."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def duration(seconds: float) -> str:
    """A length of time in readable form: 42s, 3m05s, 2h10m."""
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds}s"
    if seconds < 3600:
        return f"{seconds // 60}m{seconds % 60:02d}s"
    return f"{seconds // 3600}h{seconds % 3600 // 60:02d}m"


class Speed:
    """Counts steps, seconds and the seconds spent waiting for data."""

    def __init__(self, batch_size: int):
        self._batch_size = batch_size
        self.reset()

    def reset(self):
        """Resets the counts."""
        self.steps, self.seconds, self.waited = 0, 0.0, 0.0

    def add(self, steps, seconds, waited):
        """Adds the counts of a window."""
        self.steps += steps
        self.seconds += seconds
        self.waited += waited

    @property
    def images_per_second(self):
        """Examples per second of each player's batch."""
        return self._batch_size * self.steps / self.seconds if self.seconds else 0.0

    @property
    def data_wait(self):
        """Share of the time spent waiting for data, in [0, 1]."""
        return self.waited / self.seconds if self.seconds else 0.0

    def seconds_left(self, steps):
        """Expected seconds for that many further steps."""
        return steps * self.seconds / self.steps if self.steps else 0.0


class StatusLine:
    """Prints lines, and below them one that is rewritten in place if a person is watching.

    Permanent lines go to standard output, the live line to standard error. A terminal has one live
    line, whichever object writes it.

    Args:
      stream: where to write the permanent lines, by default standard output.
    """

    quiet = False  # True while a command runs that must print nothing.
    _shown = ""

    def __init__(self, stream=None):
        self._stream = stream or sys.stdout
        self._live = sys.stderr.isatty()
        self._last = 0.0

    def update(self, text: str) -> None:
        """Rewrites the live line at most five times a second; does nothing without a terminal."""
        if self._live and not self.quiet and time.monotonic() - self._last > 0.2:
            with contextlib.suppress(OSError):  # The terminal may have closed.
                width = os.get_terminal_size(sys.stderr.fileno()).columns - 1
                self._rewrite(one_line(text)[:width])
            self._last = time.monotonic()

    def begin(self, text: str) -> None:
        """Announces a long task: on the live line, or as a permanent line without a terminal."""
        if self._live:
            self.update(text)
        else:
            self.line(text)

    @classmethod
    def clear(cls) -> None:
        """Removes the live line."""
        if StatusLine._shown:
            cls._rewrite("")

    @staticmethod
    def _rewrite(text):
        end = "" if text else "\r"
        with contextlib.suppress(OSError):
            sys.stderr.write("\r" + text.ljust(len(StatusLine._shown)) + end)
            sys.stderr.flush()
        StatusLine._shown = text

    def line(self, text: str) -> None:
        """Prints a permanent line."""
        self.clear()
        try:
            self._stream.write(one_line(text) + "\n")
            self._stream.flush()
        except OSError:
            # The reader of the output or the terminal has gone; training can continue without it.
            self._stream = open(os.devnull, "w")  # noqa: SIM115 (kept)


class Progress:
    """Shows the progress of a long task, and how long the rest will take.

    Args:
      what: the task, in words.
      total: the total count.
      show: called with the line, such as `StatusLine().update`.
      unit: what is counted.
    """

    def __init__(self, what: str, total: int, show, unit: str = "images"):
        self._what, self._total, self._show, self._unit = what, total, show, unit
        self._done, self._begin = 0, time.monotonic()

    def add(self, count: int) -> None:
        """Adds `count` to the number done."""
        self.at(self._done + count)

    def at(self, done: int) -> None:
        """Sets the total number done."""
        self._done = done
        speed = self._done / max(time.monotonic() - self._begin, 1e-9)
        left = duration((self._total - self._done) / speed)
        self._show(
            f"{self._what}: {self._done:,}/{self._total:,} {self._unit}  "
            f"{speed:.0f} {self._unit}/s  {left} left"
        )


class Once:
    """Passes lines on to a status line, except those that were printed before.

    Args:
      say: called with a permanent line.
      update: called with the live line, and with the announcements of long tasks.
    """

    def __init__(self, say, update):
        self._say, self.update, self.begin = say, update, update
        self._said = set()

    def line(self, text: str) -> None:
        """Prints a permanent line, unless it was printed before."""
        if text not in self._said:
            self._said.add(text)
            self._say(text)
