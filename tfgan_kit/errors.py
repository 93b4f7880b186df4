"""Errors that are meant for the user, not for the programmer."""

import difflib

from tfgan_kit.wording import one_line


class UserError(Exception):
    """Bad input. The message is one line: what is wrong, where, and what to do.

    The command line prints the message and exits with `status`; any other exception is a bug.

    Args:
      message: the line. Whatever of it came from outside and would not stand on a line is escaped.
    """

    status = 2

    def __init__(self, message=""):
        super().__init__(one_line(message))


class NotFound(UserError):
    """What was asked for is not there; nothing that is there is broken."""


class Diverged(UserError):
    """A training ran into values that are not finite."""

    status = 1


def suggest(name: str, choices) -> str:
    """Returns ``"; did you mean 'x'?"`` for the choice nearest to `name`, or an empty string."""
    near = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
