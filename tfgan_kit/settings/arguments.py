"""Command-line parsing: one-line errors, examples, and types of numbers."""

import argparse
import math
import re
import sys
import types
from collections.abc import Iterable, Mapping, Sequence

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.machine.places import with_homes


class Parser(argparse.ArgumentParser):
    """A parser with one-line errors that suggest the most similar option.

    Args:
      examples: commands shown at the end of the help, as they follow `python main.py`.
      elsewhere: an option's name in other programs -> its possible names here.
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
        # None of our options begins with a digit, so "-1,2" and "-1e-3" are values, just as "-1"
        # is.
        self._negative_number_matcher = re.compile(r"-\.?\d")

    def add_argument(self, *names, **keywords):
        """Adds an argument; a number's placeholder is that of settings unless one is given."""
        if keywords.get("type") in _PLACEHOLDERS:
            keywords.setdefault("metavar", _PLACEHOLDERS[keywords["type"]])
        return super().add_argument(*names, **keywords)

    def format_help(self):
        """The help followed by the examples, each on a line that can be copied."""
        lines = [f"  python main.py {example}\n" for example in self.examples]
        return super().format_help() + "".join(["\nexamples:\n", *lines] if lines else [])

    def suggest(self, option: str, names: Iterable[str]) -> None:
        """Sets the values of an option that a shell suggests; others are allowed, too."""
        (action,) = [a for a in self._actions if option in (*a.option_strings, a.dest)]
        action.suggestions = tuple(names)

    @property
    def actions(self) -> tuple[argparse.Action, ...]:
        """The accepted options and positional arguments."""
        return tuple(self._actions)

    @property
    def option_strings(self) -> tuple[str, ...]:
        """The long names of all options."""
        return tuple(o for a in self.actions for o in a.option_strings if o.startswith("--"))

    def error(self, message):
        """Raises UserError instead of printing the usage."""
        raise UserError(f"{message} (see `{self.prog} --help`)")

    def parse(self, arguments=None):
        """Parses all arguments, expanding a leading `~` to the home folder.

        Args:
          arguments: the words; by default those of the command line.

        Raises:
          UserError: if an option is unknown (the message suggests the most similar one), or there
            is no such home folder.
        """
        words = sys.argv[1:] if arguments is None else arguments
        namespace, rest = self.parse_known_args([with_homes(word) for word in words])
        if rest:
            hint = self._hint(rest[0].split("=")[0]) if rest[0].startswith("-") else ""
            raise UserError(f"unknown argument {rest[0]!r}{hint} (see `{self.prog} --help`)")
        return vars(namespace)

    def _hint(self, typed):
        here = [name for name in self._elsewhere.get(typed, ()) if name in self.option_strings]
        return f"; here it is {' and '.join(here)}" if here else suggest(typed, self.option_strings)


def add_best(parser: Parser) -> None:
    """Adds the option that selects a run's best networks to a command's parser."""
    parser.add_argument(
        "--best",
        action="store_true",
        help="use the networks that --keep-best kept instead of the newest",
    )


def with_manners(parser: Parser) -> Parser:
    """Adds the output options to a command's parser; see `tfgan_kit.commands.voice`."""
    parser.add_argument("--quiet", action="store_true", help="print only warnings and errors")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    return parser


def not_negative(text: str) -> int:
    """Parses an integer of at least 0."""
    return _whole(text, at_least=0)


def positive(text: str) -> int:
    """Parses an integer of at least 1."""
    return _whole(text, at_least=1)


def count(text: str) -> int:
    """Parses a number of images, at least 1."""
    value = positive(text)
    if value > 1_000_000:
        raise argparse.ArgumentTypeError(f"{text} is too many; draw at most 1000000 at a time")
    return value


def threshold(text: str) -> float:
    """Parses a number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"needs a number above 0, not {text!r}")
    return value


def share(text: str) -> float:
    """Parses a number from 0 to 1."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"needs a number from 0 to 1, not {text!r}")
    return value


def number(text: str) -> float:
    """Parses a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"needs a finite number, not {text!r}")
    return value


def interval(text: str) -> tuple[float, float]:
    """Parses two finite numbers, such as -6..6."""
    first, _, last = text.partition("..")
    try:
        return number(first), number(last)
    except argparse.ArgumentTypeError:
        raise argparse.ArgumentTypeError(
            f"needs FIRST..LAST, two finite numbers such as -6..6, not {text!r}"
        ) from None


def seeds(text: str) -> tuple[int, ...]:
    """Parses one or more seeds, such as 1,2,3."""
    return tuple(map(not_negative, text.split(",")))


def layer_range(text: str) -> range:
    """Parses layers: the first and the last, such as 0-3, or a single one."""
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal() or int(last or first) < int(first):
        raise argparse.ArgumentTypeError(f"needs FIRST-LAST, such as 0-3, not {text!r}")
    return range(int(first), int(last or first) + 1)


def layout(text: str) -> tuple[int, int] | str:
    """Parses a number of rows and columns, such as 4x8, or "classes"."""
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


_PLACEHOLDERS = {
    int: "INT",
    not_negative: "INT",
    positive: "INT",
    count: "INT",
    float: "FLOAT",
    threshold: "FLOAT",
}
