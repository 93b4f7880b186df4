"""How a command ends: its exit status, and the line that tells the user what went wrong."""

import os
import signal
import sys
from collections.abc import Callable, Sequence

from tfgan_kit.errors import UserError
from tfgan_kit.machine.signals import stopping
from tfgan_kit.wording import one_line


def ended(act: Callable[[Sequence[str]], int | None], arguments: Sequence[str]) -> int:
    """Runs a command to its end, whatever that is, and returns its exit status.

    Args:
      act: function that runs the command of the arguments and returns its exit status, None for 0.
      arguments: what the user typed.

    Returns:
      The status: of a `UserError` its own, 2 for errors of the system, and for what a signal ended
      128 plus the signal's number.
    """
    for number in stopping():
        if number != signal.SIGINT:
            signal.signal(number, _terminate)
    try:
        return act(arguments) or 0
    except UserError as error:
        _complain(f"error: {error}")
        return error.status
    except BrokenPipeError:
        # The reader of our output has gone, as in `main.py list | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        what_to_do = "check that it is there, may be used and has room, and run the command again"
        said = one_line(f"{where}{error.strerror or error}; {what_to_do}")
        _complain(f"error: {said}")
        return 2
    except KeyboardInterrupt:
        _complain("interrupted")
        return 128 + signal.SIGINT


def _complain(text):
    """Says it, if there is still somebody to say it to."""
    try:
        print(text, file=sys.stderr)
        sys.stdout.flush()
    except OSError:  # The terminal has closed: nor is Python to fail when it ends.
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _terminate(number, frame):
    raise SystemExit(128 + number)
