"""The parser of `main.py evaluate`."""

from tfgan_kit.arguments import Parser
from tfgan_kit.evaluation.request import Request


def evaluate() -> Parser:
    """The parser of `main.py evaluate`; `Request` takes what it gives."""
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
    return parser
