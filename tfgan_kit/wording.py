"""Escapes text from outside, such as file names, so that it is safe to print.

A file name may contain anything but a slash: line breaks, terminal control sequences, characters
that change the direction of writing, and bytes that are not text.
"""

import re
import shlex
import sys

# Control characters, other line breaks, changes of direction, and surrogates, which Python uses for
# bytes that are not UTF-8.
_UNSAFE = re.compile(r"[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text) -> str:
    r"""Escapes line breaks, control characters and bytes that are not text: `\n`, `\x1b`, `\xe9`.

    >>> one_line("bad\nname.png")
    'bad\\nname.png'
    """
    return _UNSAFE.sub(_escaped, str(text))


def lines(text) -> str:
    """Like `one_line`, but keeps line breaks."""
    return "\n".join(map(one_line, str(text).split("\n")))


def word(text) -> str:
    """Quotes a word of a command for a shell, on one line."""
    text = str(text)
    if not _UNSAFE.search(text):
        return shlex.quote(text)
    inside = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{one_line(inside)}'"


def forgive(*streams) -> None:
    """Makes streams escape characters that their encoding lacks instead of raising an error."""
    for stream in streams or (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _escaped(match):
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # A byte.
        return f"\\x{code - 0xDC00:02x}"
    return match[0].encode("unicode_escape").decode()
