"""Words are parsed wherever they come from."""

import sys

from tfgan_kit.settings.arguments import Parser, positive


def test_the_words_are_those_of_the_command_line_unless_given(monkeypatch):
    parser = Parser(prog="count")
    parser.add_argument("--windows", type=positive, default=3)
    monkeypatch.setattr(sys, "argv", ["count", "--windows", "5"])
    assert parser.parse() == {"windows": 5}
    assert parser.parse([]) == {"windows": 3}
