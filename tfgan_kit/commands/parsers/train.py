"""The parsers of `main.py train`: without a method, and of each method."""

import argparse
from collections.abc import Iterable, Sequence

from tfgan_kit.commands.tables import table
from tfgan_kit.errors import UserError
from tfgan_kit.settings.arguments import Parser, positive, with_manners
from tfgan_kit.settings.option import add_arguments
from tfgan_kit.settings.workers import add_worker_arguments

# Names of options in other programs -> our names, of which a method has one or more.
_RATES = ("--generator-lr", "--discriminator-lr", "--reconstructor-lr", "--directions-lr")
_RATES += ("--lr-factor", "--inner-learning-rate")
ELSEWHERE = {
    "--lr": ("--learning-rate", *_RATES),
    "--learning-rate": _RATES,
    "--batch": ("--batch-size",),
    "--iterations": ("--steps",),
    "--epochs": ("--steps",),
    "--data": ("--dataset", "--data-dir"),
    "--gpus": ("--devices",),
    "--output": ("--run-dir",),
    "--output-dir": ("--run-dir",),
    "--resolution": ("--image-size",),
}


def resume(methods: dict[str, str]) -> Parser:
    """The parser of `main.py train` without a method.

    Args:
      methods: name -> a one-line description of the method.
    """
    parser = _Resume(
        prog="main.py train",
        usage="main.py train METHOD [options] | main.py train --resume DIR [options]",
        description="Trains a method, or continues a run.",
        epilog="methods:\n"
        + table(list(methods.items()), indent="  ")
        + "\n\n`main.py train METHOD --help` lists the options of a method.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        examples=[
            "train gan --dataset path/to/images --image-size 64 --steps 20000",
            "train scogan --preset demo --run-dir runs/pairs",
            "train --resume runs/pairs --steps 4000",
            "train --resume runs/faces --dataset /mnt/faces",
        ],
    )
    parser.add_argument("--resume", metavar="DIR", help="continue the run in this directory")
    parser.add_argument(
        "--steps", type=positive, help="continue to this step instead of the planned one"
    )
    parser.add_argument("--dataset", metavar="NAME", help="new name or path of the same data")
    parser.add_argument("--data-dir", metavar="DIR", help="new folder of the data sets")
    parser.add_argument(
        "--data-changed",
        choices=("refuse", "accept"),
        default="refuse",
        help="what to do if the data has changed since the training (default: refuse)",
    )
    add_worker_arguments(parser)
    return with_manners(parser)


def method(
    name: str, about: str, config_class, presets: Sequence[str], datasets: Iterable[str]
) -> Parser:
    """The parser of `main.py train NAME`.

    Args:
      name: name of the method.
      about: a one-line description of it.
      config_class: dataclass of its settings, see `tfgan_kit.settings.option`.
      presets: names of its presets.
      datasets: what shells suggest for --dataset; empty for a method without data.
    """
    examples = [
        f"train {name} --steps 2000 --seed 1 --run-dir runs/mine",
        f"train {name} --config runs/mine/config.json --run-dir runs/again",
        f"train {name} --dry-run",
    ]
    if presets:
        examples.insert(0, f"train {name} --preset {presets[0]}")
    parser = Parser(
        prog=f"main.py train {name}",
        usage=f"main.py train {name} [options]",
        description=about,
        examples=examples,
        elsewhere=ELSEWHERE,
    )
    parser.add_argument(
        "--run-dir", metavar="DIR", help="the run's directory (default: a new one under runs/)"
    )
    parser.add_argument("--preset", metavar="NAME", help="settings of a known experiment")
    parser.add_argument("--config", metavar="FILE", help="take the settings of a config.json")
    parser.add_argument(
        "--dry-run", action="store_true", help="show the settings and networks, and stop"
    )
    add_worker_arguments(add_arguments(parser, config_class)["machine"])
    parser.suggest("--preset", presets)
    if datasets:
        parser.suggest("--dataset", datasets)
    return with_manners(parser)


class _Resume(Parser):
    """Adds errors about options that do not go with --resume, and about a missing method."""

    def parse(self, arguments):
        namespace, rest = self.parse_known_args(arguments)
        if namespace.resume is None:
            raise UserError("train needs a METHOD or --resume DIR (see `main.py train --help`)")
        if rest:
            raise UserError(
                f"--resume keeps all settings except --steps and the location of the data; it "
                f"does not take {rest[0]!r}"
            )
        return vars(namespace)
