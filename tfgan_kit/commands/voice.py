"""The audience of a command's output: a person, a script (`--json`) or nobody (`--quiet`)."""

import contextlib
import errno
import io
import json
import math
import os
import sys

from tfgan_kit.engine.status import StatusLine
from tfgan_kit.outcome import Outcome
from tfgan_kit.wording import lines

WARNING = "warning: "


class Voice(contextlib.ExitStack):
    """A context that directs printed output to its audience.

    With `as_json`, standard output gets one JSON object and nothing else; lines for people go to
    standard error. With `quiet`, these lines are suppressed, except for warnings, which also go to
    standard error.
    """

    def __init__(self, *, quiet: bool = False, as_json: bool = False):
        super().__init__()
        self._quiet, self._as_json = quiet, as_json
        self._output = sys.stdout

    def __enter__(self):
        if self._quiet or self._as_json:
            stream = _Warnings(sys.stderr) if self._quiet else sys.stderr
            self.enter_context(contextlib.redirect_stdout(stream))
        StatusLine.quiet = self._quiet
        self.callback(setattr, StatusLine, "quiet", False)
        # Anything printed next, including an error, starts on its own line.
        self.callback(StatusLine.clear)
        return self

    def tell(self, outcome: Outcome) -> None:
        """Prints the outcome of the command."""
        StatusLine.clear()
        try:
            if self._as_json:
                print(json.dumps(_finite(outcome.values), indent=2), file=self._output, flush=True)
            elif outcome:
                print(lines(outcome), flush=True)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            # The terminal has closed, but the work is done.
            for stream in (sys.__stdout__, sys.__stderr__):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _Warnings(io.TextIOBase):
    """Passes on only the lines that are warnings."""

    def __init__(self, stream):
        self._stream, self._rest = stream, ""

    def write(self, text):
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            if line.startswith(WARNING):
                print(line, file=self._stream, flush=True)
        return len(text)


def _finite(value):
    """The value with NaN and infinities, which JSON cannot represent, replaced by null."""
    if isinstance(value, dict):
        return {str(k): _finite(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(v) for v in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
