"""The parsers of `main.py data` and of its actions."""

import argparse
from collections.abc import Iterable

from tfgan_kit.extractors.published import PUBLISHED_AT
from tfgan_kit.settings.arguments import Parser, not_negative, positive, with_manners
from tfgan_kit.settings.option import add_some
from tfgan_kit.settings.train import READING, TrainConfig


def data(actions: Iterable[str]) -> Parser:
    """The parser of `main.py data` without an action."""
    parser = Parser(
        prog="main.py data",
        description="Inspects, downloads, prepares and prunes data sets, and converts weights.",
        examples=["data inspect glyphs-street", "data inspect path/to/images --image-size 64"],
    )
    parser.add_argument("action", choices=actions, help="see `main.py data ACTION --help`")
    return parser


def inspect(datasets: Iterable[str]) -> Parser:
    """The parser of `main.py data inspect`; shells suggest the names of data sets."""
    parser = _of_data_set(
        datasets,
        "inspect",
        "Describes a data set: sizes, values, classes and unreadable files.",
        ["data inspect glyphs-street", "data inspect mnist --data-dir data --output mnist.png"],
        own=["max_bad_files"],
    )
    parser.add_argument(
        "--output", metavar="PATH", help="a .png to write, with examples (default: none)"
    )
    parser.add_argument("--seed", type=not_negative, default=0)
    return with_manners(parser)


def prepare(datasets: Iterable[str]) -> Parser:
    """The parser of `main.py data prepare`; shells suggest the names of data sets."""
    parser = _of_data_set(
        datasets,
        "prepare",
        "Writes a data set as TFRecord shards, or continues where it was stopped.",
        [
            "data prepare path/to/images --output shards",
            "data prepare celeba --data-dir data --image-size 64 --format jpeg --output faces",
        ],
        own=["split", "classes", "examples"],
    )
    parser.add_argument(
        "--split",
        choices=("train", "test"),
        default=argparse.SUPPRESS,
        help="part of the data set (default: all)",
    )
    parser.add_argument("--output", metavar="PATH", required=True, help="folder of the shards")
    parser.add_argument(
        "--format",
        choices=("keep", "png", "jpeg"),
        default="keep",
        help="format of the images; keep (default): JPEG and PNG files unchanged, others as png",
    )
    parser.add_argument(
        "--quality", type=positive, default=95, help="quality of jpeg (default: 95)"
    )
    parser.add_argument(
        "--shard-mb", type=positive, default=256, help="approximate size of a shard (default: 256)"
    )
    return with_manners(parser)


def prune(datasets: Iterable[str]) -> Parser:
    """The parser of `main.py data prune`; shells suggest the names of data sets."""
    parser = _of_data_set(
        datasets,
        "prune",
        "Drops the images that a classifier is unsure about.",
        [
            "data prune svhn --classifier runs/svhn/models/classifier.keras --output clear.npz",
            "data prune svhn --classifier svhn.keras --threshold 0.6 --output clearer.npz",
        ],
    )
    parser.add_argument("--classifier", required=True, metavar="FILE", help="a trained classifier")
    parser.add_argument(
        "--threshold",
        type=float,
        default=0.4,
        help="drop images whose largest class probability is at most this (default: 0.4)",
    )
    parser.add_argument("--output", metavar="PATH", required=True, help="the .npz to write")
    return with_manners(parser)


def weights() -> Parser:
    """The parser of `main.py data weights`."""
    parser = Parser(
        prog="main.py data weights",
        description="Makes the .npz of a feature network from its published files: "
        "PyTorch's .pth, a .npz or .safetensors with its names, or TensorFlow's .pb. "
        "`main.py data get` downloads the files and does this.",
        epilog="\n".join(f"{k}: {where}" for k, where in PUBLISHED_AT.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        examples=[
            "data weights classify_image_graph_def.pb --network inception-2015 "
            "--output inception-2015-12-05.npz",
            "data weights vgg16-397923af.pth vgg.pth --network vgg16-lpips "
            "--output lpips-vgg16.npz",
        ],
    )
    parser.add_argument(
        "files", metavar="FILE", nargs="+", help="the published files of the network"
    )
    parser.add_argument("--network", choices=PUBLISHED_AT, required=True)
    parser.add_argument("--output", metavar="PATH", required=True, help="the .npz to write")
    return with_manners(parser)


def get(names: Iterable[str]) -> Parser:
    """The parser of `main.py data get`; shells suggest the names."""
    parser = Parser(
        prog="main.py data get",
        description="Downloads a free data set or published weights, or continues a download.",
        epilog="Proxies are taken from http_proxy, https_proxy and no_proxy.",
        examples=[
            "data get mnist --data-dir data",
            "data get horse2zebra --data-dir data --mirror https://example.org/cyclegan",
        ],
    )
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(names)}")
    parser.suggest("name", names)
    add_some(parser, TrainConfig, ["data_dir"])
    parser.add_argument(
        "--mirror", metavar="URL", help="folder with the same files on another server"
    )
    return with_manners(parser)


def _of_data_set(datasets, action, description, examples, own=()):
    parser = Parser(prog=f"main.py data {action}", description=description, examples=examples)
    parser.add_argument("dataset", metavar="NAME", help="name of a data set, or path to images")
    parser.suggest("dataset", datasets)
    add_some(parser, TrainConfig, (name for name in READING if name not in own))
    return parser
