"""`main.py completion`: the script with which a shell completes what is typed."""

from collections.abc import Iterable

from tfgan_kit.errors import UserError
from tfgan_kit.outcome import Outcome
from tfgan_kit.settings.arguments import Parser

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "tfgan-kit"  # What the package installs; a shell sees `python` in `python main.py`.


def completion(shell: str, parsers: Iterable[tuple[str, Parser]], abouts: dict) -> Outcome:
    """The script of a shell, which knows every command, option and choice by itself.

    Args:
      shell: one of `SHELLS`.
      parsers: the words of a command, such as "data inspect", and its parser; a command comes
        before those that begin with it.
      abouts: command -> one line on what it does.

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
        # Where more words follow, they take the place of what a parser has for them.
        own = [] if has_more and any(not a.option_strings for a in parser.actions) else [parser]
        made = groups[" ".join(group)].add_parser(
            name, parents=own, add_help=not own, help=abouts.get(words, parser.description)
        )
        if has_more:
            groups[words] = made.add_subparsers()
    return Outcome(shtab.complete(root, shell))


def _suggest(action, shtab):
    """Tells what the values of an option or a place are: known names, folders or files."""
    names = getattr(action, "suggestions", None) or action.choices
    if names:
        action.choices = tuple(names)  # The package takes a dictionary for commands.
    elif action.nargs != 0 and action.type in (None, str):
        action.complete = shtab.DIRECTORY if action.metavar == "DIR" else shtab.FILE
