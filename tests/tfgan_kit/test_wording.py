"""What comes from outside is shown on one line, whatever is in it."""

import io
import shlex

import pytest

from tfgan_kit.errors import NotFound, UserError
from tfgan_kit.wording import forgive, lines, one_line, word


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, naïve, 日本 \U0001f600.png", "plain, naïve, 日本 \U0001f600.png"),
        ("bad\nname\r.png", "bad\\nname\\r.png"),
        ("\x1b[31mred\x07\x9b", "\\x1b[31mred\\x07\\x9b"),
        ("caf\udce9", "caf\\xe9"),
        ("\ud800", "\\ud800"),
        ("photo\u202egnp.exe\u2028\u2066", "photo\\u202egnp.exe\\u2028\\u2066"),
        ("a\\nb", "a\\nb"),
    ],
)
def test_one_line(text, shown):
    assert one_line(text) == shown
    assert str(UserError(f"{text}: no")) == str(NotFound(f"{text}: no")) == f"{shown}: no"


def test_lines_keep_their_breaks():
    assert lines("a\nb\x1b\udce9\n") == "a\nb\\x1b\\xe9\n"


def test_words_can_be_copied_into_a_shell():
    assert word("runs/a") == "runs/a"
    assert shlex.split(word("it's [v1]")) == ["it's [v1]"]
    assert word("a\\b'\n\udce9") == "$'a\\\\b\\'\\n\\xe9'"


def test_streams_show_what_they_cannot_write():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    forgive(stream)
    print("é \udce9", file=stream, flush=True)
    assert stream.buffer.getvalue() == b"\\xe9 \\udce9\n"
