"""Errors for the user rather than the programmer."""

import difflib

from tfgan_kit.wording import one_line


class UserError(Exception):
    """Invalid input. The message is one line: what is wrong, where, and what to do.

    The command line prints the message and exits with `status`; any other exception is a bug.

    Args:
      message: the line; line breaks and control characters in it are escaped.
    """

    status = 2

    def __init__(self, message=""):
        super().__init__(one_line(message))


class NotFound(UserError):
    """Something that was requested does not exist; nothing that exists is damaged."""


class Diverged(UserError):
    """Values in a training are no longer finite."""

    status = 1


def suggest(name: str, choices) -> str:
    """Returns ``"; did you mean 'x'?"`` for the choice most similar to `name`, or ""."""
    near = difflib.get_close_matches(name, list(choices), n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else ""
