"""`main.py completion`: a shell's completion script."""

from collections.abc import Iterable

from tfgan_kit.errors import UserError
from tfgan_kit.outcome import Outcome
from tfgan_kit.settings.arguments import Parser

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "tfgan-kit"  # The installed command; in `python main.py`, a shell sees only `python`.


def completion(shell: str, parsers: Iterable[tuple[str, Parser]], abouts: dict) -> Outcome:
    """The completion script of a shell, with every command, option and choice.

    Args:
      shell: one of `SHELLS`.
      parsers: the words of a command, such as "data inspect", and its parser; a command comes
        before those that begin with it.
      abouts: command -> a one-line description.

    Raises:
      UserError: if the package that writes the script is missing.
    """
    try:
        import shtab
    except ImportError:
        raise UserError("completion needs the package shtab; `pip install shtab` adds it") from None
    root = Parser(prog=PROGRAM)
    groups = {"": root.add_subparsers()}
    parsers = list(parsers)
    for words, parser in parsers:
        for action in parser.actions:
            _suggest(action, shtab)
        *group, name = words.split(" ")
        has_more = any(other.startswith(f"{words} ") for other, _ in parsers)
        # Where subcommands follow, they replace the parser's positional arguments.
        own = [] if has_more and any(not a.option_strings for a in parser.actions) else [parser]
        made = groups[" ".join(group)].add_parser(
            name, parents=own, add_help=not own, help=abouts.get(words, parser.description)
        )
        if has_more:
            groups[words] = made.add_subparsers()
    return Outcome(shtab.complete(root, shell))


def _suggest(action, shtab):
    """Sets the suggested values of an option or argument: known names, folders or files."""
    names = getattr(action, "suggestions", None) or action.choices
    if names:
        action.choices = tuple(names)  # The package would treat a dictionary as commands.
    elif action.nargs != 0 and action.type in (None, str):
        action.complete = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE
