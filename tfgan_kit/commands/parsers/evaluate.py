"""The parsers of the commands that measure runs: `main.py evaluate`, `neighbours` and `rank`."""

from tfgan_kit.evaluation.request import Request
from tfgan_kit.extractors.registry import NAMES
from tfgan_kit.metrics.registry import METRICS
from tfgan_kit.settings.arguments import Parser, add_best, count, not_negative, with_manners
from tfgan_kit.settings.option import add_some
from tfgan_kit.settings.train import READING, TrainConfig

NAMED = [name for name in NAMES if name.islower()]  # The others contain placeholders.


def evaluate() -> Parser:
    """The parser of `main.py evaluate`; `Request` takes its results."""
    parser = Parser(
        prog="main.py evaluate",
        usage="main.py evaluate DIR [--metrics NAME,...] [options]\n"
        "       main.py evaluate --real SOURCE --fake SOURCE --metrics NAME,... [options]",
        description="Measures what a run has learned, or any generated images against real ones. "
        "A SOURCE is a folder of images, an .npz file, or the name of a data set.",
        examples=[
            "evaluate runs/digits",
            "evaluate runs/digits --metrics fid,kid --count 10000",
            "evaluate --real cifar10 --fake pictures/ --metrics fid --output fid.json",
        ],
    )
    Request.add_arguments(parser)
    parser.suggest("--metrics", METRICS)
    parser.suggest("--features", NAMED)
    return with_manners(parser)


def neighbours() -> Parser:
    """The parser of `main.py neighbours`."""
    parser = Parser(
        prog="main.py neighbours",
        description="Shows the training images nearest to samples and their distances, to find out "
        "whether the generator copies.",
        examples=[
            "neighbours runs/digits",
            "neighbours runs/digits --count 500 --features inception-2015 --output near.png",
            "neighbours runs/digits --features classifier:runs/judge/models/classifier.keras",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument("--count", type=count, default=64, help="number of samples (default: 64)")
    parser.add_argument(
        "--output", metavar="PATH", help="the .png (default: neighbours.png in the run)"
    )
    parser.add_argument(
        "--features",
        metavar="NAME",
        help="compare these instead of pixels (see `main.py list features`)",
    )
    _add_weights(parser)
    parser.add_argument(
        "--seed", type=not_negative, help="seed of the samples (default: the run's)"
    )
    add_best(parser)
    return with_manners(parser)


def rank(datasets) -> Parser:
    """The parser of `main.py rank`.

    Args:
      datasets: names of data sets, for shells to suggest.
    """
    parser = Parser(
        prog="main.py rank",
        description="Orders trained generators by the distance of their samples from the images of "
        "a target: a rough indicator of the best start for training on them.",
        examples=[
            "rank photos/ runs/faces runs/animals --output starts.png",
            "rank mnist runs/glyphs runs/fashion --classes 7 --examples 100 "
            "--features classifier:runs/judge/models/classifier.keras",
        ],
    )
    parser.add_argument("target", metavar="TARGET", help="name of a data set, or path to images")
    parser.suggest("target", datasets)
    parser.add_argument("run_dirs", metavar="DIR", nargs="+", help="a run that generates images")
    parser.add_argument(
        "--count", type=count, default=2000, help="images of each to compare (default: 2000)"
    )
    parser.add_argument(
        "--output", metavar="PATH", help="a .png: images of the target, then samples of each run"
    )
    parser.add_argument(
        "--features", metavar="NAME", help="see `main.py list features` (default: inception-2015)"
    )
    _add_weights(parser)
    parser.add_argument(
        "--seed", type=not_negative, default=0, help="seed of all random draws (default: 0)"
    )
    add_some(parser, TrainConfig, READING)
    return with_manners(parser)


def _add_weights(parser):
    """What goes with --features: the names to suggest, and where the features come from."""
    parser.suggest("--features", NAMED)
    parser.add_argument(
        "--weights", metavar="FILE", help="weights of the features (or TFGAN_KIT_WEIGHTS)"
    )
    parser.add_argument(
        "--layer", metavar="NAME", help="layer of a Keras model that gives the features"
    )
