"""Text from outside, such as names of files, in a form that is safe to show.

A name may hold anything but a slash: line breaks, which would make two lines of one; what steers a
terminal or turns the direction of writing; bytes that are no text at all.
"""

import re
import shlex
import sys

# Control characters, other line breaks, changes of direction, and halves of characters, as which
# Python keeps bytes that are not UTF-8.
_UNSAFE = re.compile(r"[\0-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def one_line(text) -> str:
    r"""Text with everything escaped that is not a character on its line: `\n`, `\x1b`, `\xe9`.

    >>> one_line("bad\nname.png")
    'bad\\nname.png'
    """
    return _UNSAFE.sub(_escaped, str(text))


def lines(text) -> str:
    """The same, but for line breaks, which stay."""
    return "\n".join(map(one_line, str(text).split("\n")))


def word(text) -> str:
    """A word of a command in the form in which a shell takes it, on one line."""
    text = str(text)
    if not _UNSAFE.search(text):
        return shlex.quote(text)
    inside = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"$'{one_line(inside)}'"


def forgive(*streams) -> None:
    """Has streams escape what their encoding lacks, in place of an error."""
    for stream in streams or (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _escaped(match):
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:  # A byte.
        return f"\\x{code - 0xDC00:02x}"
    return match[0].encode("unicode_escape").decode()
