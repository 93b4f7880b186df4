"""The parsers of `main.py` itself, and of `main.py list`."""

import argparse
from collections.abc import Iterable

from tfgan_kit import __version__
from tfgan_kit.commands.tables import table
from tfgan_kit.settings.arguments import Parser

COMMANDS = {
    "train": "trains a method, or continues a run",
    "sample": "draws samples from a run's generator",
    "interpolate": "walks from one latent, or class, to another",
    "evaluate": "measures what a run has learned, or any generated images",
    "edit": "moves latents along directions found in a generator",
    "shape": "shows the object in an image from other sides and in other light",
    "neighbours": "shows the training images nearest to samples",
    "rank": "orders generators by how near they are to new data",
    "export": "exports a generator for a service such as TF Serving",
    "report": "shows a run, or compares several, on one page",
    "transform": "shows given images in another domain of a joint run",
    "project": "finds the latent of a given image",
    "translate": "translates an image of any size, or a folder of images",
    "adapt": "adapts a run to a few images of something it has not seen",
    "explain": "shows what a network looks at in images",
    "list": "shows the methods, data sets, pairs, presets, metrics and features",
    "data": "downloads, inspects, prepares and prunes data sets, and converts weights",
    "completion": "prints a script for completing commands in a shell",
}


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
        + "\n\nSee `main.py COMMAND --help` for options and examples.",
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
        description="Prints a shell completion script for tfgan-kit, the command that `pip "
        "install` makes of main.py.",
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
        description="Lists methods, data sets, presets and more.",
        examples=["list methods", "list datasets", "list presets"],
    )
    parser.add_argument("what", nargs="?", metavar="WHAT", help=", ".join(tables))
    parser.suggest("what", tables)
    parser.add_argument("--json", action="store_true", help="as one JSON object")
    return parser
