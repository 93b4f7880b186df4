"""The parsers of `main.py` itself, and of `main.py list`."""

import argparse
from collections.abc import Iterable

from tfgan_kit import __version__
from tfgan_kit.commands.tables import table
from tfgan_kit.settings.arguments import Parser


def overall(commands: dict[str, str]) -> Parser:
    """The parser of `main.py`.

    Args:
      commands: name -> a one-line description of the command.
    """
    parser = Parser(
        prog="main.py",
        description="Train generative adversarial networks and use what they learned.",
        epilog="commands:\n"
        + table(list(commands.items()), indent="  ")
        + "\n\n`main.py COMMAND --help` tells more, with examples.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        examples=["list presets", "train gan --preset glyphs-dcgan --run-dir runs/digits"],
    )
    parser.add_argument("--version", action="version", version=f"tfgan-kit {__version__}")
    parser.add_argument("command", metavar="COMMAND", nargs="?", help="one of the commands below")
    return parser


def completion(shells: Iterable[str]) -> Parser:
    """The parser of `main.py completion`."""
    parser = Parser(
        prog="main.py completion",
        description="Prints a script with which a shell completes what is typed after tfgan-kit, "
        "the name under which `pip install` makes main.py a command.",
        epilog='bash, zsh: eval "$(tfgan-kit completion bash)" in .bashrc, or zsh in .zshrc; '
        "fish: tfgan-kit completion fish | source",
        examples=["completion bash", "completion fish"],
    )
    parser.add_argument("shell", choices=shells)
    return parser


def list_(tables: Iterable[str]) -> Parser:
    """The parser of `main.py list`, which shows one of the tables."""
    parser = Parser(
        prog="main.py list",
        description="Shows what there is.",
        examples=["list methods", "list datasets", "list presets"],
    )
    parser.add_argument("what", nargs="?", metavar="WHAT", help=", ".join(tables))
    parser.suggest("what", tables)
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    return parser
