"""The metrics of `main.py evaluate` by name. Importing this imports nothing heavy."""

import importlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tfgan_kit.errors import UserError, suggest

FID_FEATURES = "inception-2015"
DEFAULT_LPIPS = "alexnet-lpips"


class Metric(NamedTuple):
    """What a metric is and what it is computed of.

    Attributes:
      about: one line.
      needs: what of the images, of "statistics", "features", "probabilities", "labels", "images".
      elsewhere: its name on other features than FID's, which comes before theirs in brackets; "" if
        it is not one of features.
      real: whether it compares with real images.
      paired: whether image i of one set is compared with image i of the other.
      as_many: whether the sets must be of one size.
      lpips: whether it needs a network with the heads of LPIPS.
    """

    about: str
    needs: frozenset[str]
    elsewhere: str = ""
    real: bool = True
    paired: bool = False
    as_many: bool = False
    lpips: bool = False

    @property
    def of_features(self) -> bool:
        """Whether it needs a feature extractor."""
        return bool(self.needs & {"statistics", "features", "probabilities"})


def _metric(about, *needs, **more):
    return Metric(about, frozenset(needs), **more)


METRICS = {
    "fid": _metric("Frechet distance (Heusel 2017)", "statistics", elsewhere="frechet"),
    "kid": _metric(
        "kernel distance without FID's bias (Binkowski 2018)",
        "features",
        elsewhere="kernel_distance",
    ),
    "mmd": _metric(
        "maximum mean discrepancy, Gaussian kernel (Gretton 2012)", "features", elsewhere="mmd"
    ),
    "is": _metric(
        "inception score, of generated images alone (Salimans 2016)",
        "probabilities",
        elsewhere="classifier_score",
        real=False,
    ),
    "prdc": _metric(
        "precision, recall, density, coverage (Kynkaanniemi 2019, Naeem 2020)",
        "features",
        elsewhere="prdc",
    ),
    "prd": _metric(
        "precision and recall as a curve (Sajjadi 2018)",
        "features",
        elsewhere="prd",
        as_many=True,
    ),
    "sliced_wasserstein": _metric(
        "mean distance of one-dimensional projections (Rabin 2011)",
        "features",
        elsewhere="sliced_wasserstein",
        as_many=True,
    ),
    "class_wise_fid": _metric(
        "FID of each class and their mean; both sets need labels (Miyato 2018)",
        "features",
        "labels",
        elsewhere="class_wise_frechet",
    ),
    "swd": _metric(
        "sliced Wasserstein distance of image patches by size (Karras 2018)",
        "images",
        as_many=True,
    ),
    "lpips_diversity": _metric(
        "mean LPIPS of generated images with each other (Zhang 2018)",
        "images",
        real=False,
        lpips=True,
    ),
    "lpips_to_real": _metric(
        "mean LPIPS of generated images to real ones drawn at random", "images", lpips=True
    ),
    "lpips": _metric("mean LPIPS of pairs (Zhang 2018)", "images", paired=True, lpips=True),
    "psnr": _metric("peak signal-to-noise ratio of pairs, in dB", "images", paired=True),
    "ssim": _metric("structural similarity of pairs (Wang 2004)", "images", paired=True),
    "ms_ssim": _metric("the same at five scales (Wang 2003)", "images", paired=True),
}


def parse(text: str) -> tuple[str, ...]:
    """The names in a comma-separated list, each once.

    Raises:
      UserError: if there is none, or a metric of that name does not exist.
    """
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names:
        raise UserError(f"--metrics {text!r} names no metric; choose from {', '.join(METRICS)}")
    for name in names:
        if name not in METRICS:
            raise UserError(
                f"unknown metric {name!r}{suggest(name, METRICS)} (see `python main.py list "
                "metrics`)"
            )
    return names


def needs(names: Iterable[str]) -> frozenset[str]:
    """What these metrics need together."""
    return frozenset().union(*(METRICS[name].needs for name in names))


def measure(name: str) -> Callable:
    """The function of a metric; see `tfgan_kit.evaluation.measures`. Imports what it needs."""
    return getattr(importlib.import_module("tfgan_kit.evaluation.measures"), f"measure_{name}")


def shown_name(metric: str, value: str, features: str, domain: str = "") -> str:
    """What a number is called: by the literature's name only with the features that it means.

    Args:
      metric: name of the metric.
      value: name of one of its numbers, "{}" in it standing for the metric.
      features: name of the features.
      domain: letter of the domain of a joint run, letters of a pair of them, or "".
    """
    known = not METRICS[metric].of_features or features == FID_FEATURES
    name = value.format(metric if known else METRICS[metric].elsewhere)
    return name + (f"_{domain}" if domain else "") + ("" if known else f"[{features}]")
