"""How the command line takes arguments: one-line complaints, examples, and kinds of numbers."""

import argparse
import math
import re
import types
from collections.abc import Iterable, Mapping, Sequence

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.machine.places import with_homes


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are one line and name the nearest option.

    Args:
      examples: commands that its help ends with, as they follow `python main.py`.
      elsewhere: what other programs call an option -> the names that it may have here.
      **keywords: see `argparse.ArgumentParser`.
    """

    def __init__(
        self,
        examples: Sequence[str] = (),
        elsewhere: Mapping[str, Sequence[str]] = types.MappingProxyType({}),
        **keywords,
    ):
        super().__init__(allow_abbrev=False, **keywords)
        self.examples = tuple(examples)
        self._elsewhere = elsewhere
        # No option of ours begins with a digit: "-1,2" and "-1e-3" are values, not only "-1".
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def format_help(self):
        """The help, with the examples below it, each on a line that can be copied."""
        lines = [f"  python main.py {example}\n" for example in self.examples]
        return super().format_help() + "".join(["\nexamples:\n", *lines] if lines else [])

    def suggest(self, option: str, names: Iterable[str]) -> None:
        """Says which values of an option a shell shall offer; others are allowed, too."""
        (action,) = [a for a in self._actions if option in (*a.option_strings, a.dest)]
        action.suggestions = tuple(names)

    @property
    def actions(self) -> tuple[argparse.Action, ...]:
        """What is taken: options and places."""
        return tuple(self._actions)

    @property
    def option_strings(self) -> tuple[str, ...]:
        """The long names of all options."""
        return tuple(o for a in self.actions for o in a.option_strings if o.startswith("--"))

    def error(self, message):
        """Raises UserError in place of printing the usage."""
        raise UserError(f"{message} (see `{self.prog} --help`)")

    def parse(self, arguments):
        """Parses all arguments, with homes for what begins with `~`.

        Raises:
          UserError: naming the nearest option for an unknown one; there is no such home.
        """
        namespace, rest = self.parse_known_args([with_homes(word) for word in arguments])
        if rest:
            hint = self._hint(rest[0].split("=")[0]) if rest[0].startswith("-") else ""
            raise UserError(f"unknown argument {rest[0]!r}{hint} (see `{self.prog} --help`)")
        return vars(namespace)

    def _hint(self, typed):
        here = [name for name in self._elsewhere.get(typed, ()) if name in self.option_strings]
        return f"; here it is {' and '.join(here)}" if here else suggest(typed, self.option_strings)


def add_best(parser: Parser) -> None:
    """Adds to a command's parser which of a run's networks it takes."""
    parser.add_argument(
        "--best", action="store_true", help="the networks that --keep-best kept, not the newest"
    )


def with_manners(parser: Parser) -> Parser:
    """Adds to a command's parser how it speaks; see `tfgan_kit.commands.voice`."""
    parser.add_argument("--quiet", action="store_true", help="say nothing but warnings and errors")
    parser.add_argument("--json", action="store_true", help="say what was done as one JSON object")
    return parser


def not_negative(text: str) -> int:
    """An argument that is a whole number of at least 0."""
    return _whole(text, at_least=0)


def positive(text: str) -> int:
    """An argument that is a whole number of at least 1."""
    return _whole(text, at_least=1)


def count(text: str) -> int:
    """An argument that is a number of images, at least 1."""
    value = positive(text)
    if value > 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is too many; draw at most 1000000 at a time")
    return value


def threshold(text: str) -> float:
    """An argument that is a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"needs a number above 0, not {text!r}")
    return value


def layout(text: str) -> tuple[int, int] | str:
    """An argument that is a number of rows and of columns, such as 4x8, or "classes"."""
    if text == "classes":
        return text
    parts = text.lower().split("x")
    if len(parts) != 2 or not all(part.isdecimal() and int(part) > 0 for part in parts):
        raise argparse.ArgumentTypeError(
            f"needs ROWSxCOLUMNS, such as 4x8, not {text!r} (or classes, of a run with labels)"
        )
    return int(parts[0]), int(parts[1])


def _whole(text, at_least):
    if not text.isdecimal() or int(text) < at_least:
        raise argparse.ArgumentTypeError(
            f"needs a whole number of at least {at_least}, not {text!r}"
        )
    return int(text)
