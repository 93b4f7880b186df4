"""The metrics of `main.py evaluate` by name. Importing this module imports nothing heavy."""

import importlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from tfgan_kit.errors import UserError, suggest

FID_FEATURES = "inception-2015"
DEFAULT_LPIPS = "alexnet-lpips"
PATH_FEATURES = "vgg16-lpips"


class Metric(NamedTuple):
    """Describes a metric and what it is computed from.

    Attributes:
      about: a one-line description.
      needs: what it needs of the images: "statistics", "features", "probabilities", "labels",
        "images", or "latents" of what generates them.
      elsewhere: its name with other features than its own, followed by their name in brackets; ""
        if it does not use features.
      features: the features that the name itself implies.
      real: whether it compares with real images.
      paired: whether image i of one set is compared with image i of the other.
      as_many: whether the sets must have the same size.
      lpips: whether it needs a network with LPIPS heads.
      lower, higher: which of its numbers are better when lower or higher, with "{}" for the
        metric's name.
      covariance: whether it fits a covariance to the features, which is singular if there are fewer
        images than features.
      least: minimum number of images in a set.
      smallest: minimum height and width of the images.
      power_of_two: whether the images must be square and their side a power of two.
    """

    about: str
    needs: frozenset[str]
    elsewhere: str = ""
    features: str = FID_FEATURES
    real: bool = True
    paired: bool = False
    as_many: bool = False
    lpips: bool = False
    lower: tuple[str, ...] = ()
    higher: tuple[str, ...] = ()
    covariance: bool = False
    least: int = 2
    smallest: int = 1
    power_of_two: bool = False

    @property
    def of_features(self) -> bool:
        """Whether it needs a feature extractor."""
        return bool(self.needs & {"statistics", "features", "probabilities"})


def _metric(about, *needs, **more):
    return Metric(about, frozenset(needs), **more)


METRICS = {
    "fid": _metric(
        "Frechet distance (Heusel 2017)",
        "statistics",
        elsewhere="frechet",
        lower=("{}",),
        covariance=True,
    ),
    "kid": _metric(
        "kernel distance without FID's bias (Binkowski 2018)",
        "features",
        elsewhere="kernel_distance",
        lower=("{}",),
    ),
    "mmd": _metric(
        "maximum mean discrepancy, Gaussian kernel (Gretton 2012)",
        "features",
        elsewhere="mmd",
        lower=("{}",),
    ),
    "is": _metric(
        "inception score, of generated images alone (Salimans 2016)",
        "probabilities",
        elsewhere="classifier_score",
        real=False,
        higher=("{}",),
        least=20,
    ),
    "cis": _metric(
        "conditional inception score; images of one label are outputs of one input (Huang 2018)",
        "probabilities",
        "labels",
        elsewhere="conditional_classifier_score",
        real=False,
        higher=("{}",),
    ),
    "prdc": _metric(
        "precision, recall, density, coverage (Kynkaanniemi 2019, Naeem 2020)",
        "features",
        elsewhere="prdc",
        higher=("precision", "recall", "density", "coverage"),
        least=6,
    ),
    "prd": _metric(
        "precision and recall as a curve (Sajjadi 2018)",
        "features",
        elsewhere="prd",
        as_many=True,
        higher=("prd_f8", "prd_f1/8"),
        least=10,
    ),
    "sliced_wasserstein": _metric(
        "mean distance of one-dimensional projections (Rabin 2011)",
        "features",
        elsewhere="sliced_wasserstein",
        as_many=True,
        lower=("{}",),
    ),
    "class_wise_fid": _metric(
        "FID of each class and their mean; both sets need labels (Miyato 2018)",
        "features",
        "labels",
        elsewhere="class_wise_frechet",
        lower=("{}",),
        covariance=True,
    ),
    "swd": _metric(
        "sliced Wasserstein distance of image patches by size (Karras 2018)",
        "images",
        as_many=True,
        lower=("swd_mean",),
        smallest=16,
        power_of_two=True,
    ),
    "wasserstein_critic": _metric(
        "Wasserstein distance of images by a critic trained anew (Danihelka 2017)",
        "images",
        lower=("{}",),
        least=4,
    ),
    "lpips_diversity": _metric(
        "mean LPIPS of generated images with each other (Zhang 2018)",
        "images",
        real=False,
        lpips=True,
    ),
    "lpips_to_real": _metric(
        "mean LPIPS of generated images to real ones drawn at random",
        "images",
        lpips=True,
        lower=("{}",),
    ),
    "lpips": _metric(
        "mean LPIPS of pairs (Zhang 2018)", "images", paired=True, lpips=True, lower=("{}",)
    ),
    "psnr": _metric(
        "peak signal-to-noise ratio of pairs, in dB", "images", paired=True, higher=("{}",)
    ),
    "ssim": _metric(
        "structural similarity of pairs (Wang 2004)",
        "images",
        paired=True,
        higher=("{}",),
        smallest=11,
    ),
    "ms_ssim": _metric(
        "the same at five scales (Wang 2003)",
        "images",
        paired=True,
        higher=("{}",),
        smallest=16,
    ),
    "ppl": _metric(
        "perceptual path length, of walks between latents of a run (Karras 2019)",
        "latents",
        elsewhere="path_length",
        features=PATH_FEATURES,
        real=False,
        lower=("{}_z_full", "{}_z_end", "{}_w_full", "{}_w_end"),
    ),
}


# The default metric for runs of images whose method has no measures of its own.
WITHOUT_WEIGHTS = ("swd",)


def parse(text: str) -> tuple[str, ...]:
    """The unique names in a comma-separated list.

    Raises:
      UserError: if the list is empty, or a metric does not exist.
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


class Aim(NamedTuple):
    """A number of a metric that can be optimised.

    Attributes:
      metric: name of the metric.
      value: name of the number, with "{}" for the metric's name.
      lower: whether lower is better.
    """

    metric: str
    value: str
    lower: bool


def aims() -> dict[str, Aim]:
    """The numbers that can be ranked from better to worse, by name."""
    return {
        value.format(metric): Aim(metric, value, value in entry.lower)
        for metric, entry in METRICS.items()
        for value in (*entry.lower, *entry.higher)
    }


def needs(names: Iterable[str]) -> frozenset[str]:
    """The combined needs of these metrics."""
    return frozenset().union(*(METRICS[name].needs for name in names))


def measure(name: str) -> Callable:
    """The function of a metric; see `tfgan_kit.evaluation.measures`. Imports what it needs."""
    return getattr(importlib.import_module("tfgan_kit.evaluation.measures"), f"measure_{name}")


def shown_name(metric: str, value: str, features: str, domain: str = "") -> str:
    """The name of a number: the literature's name only with the features that it implies.

    Args:
      metric: name of the metric.
      value: name of one of its numbers, with "{}" for the metric's name.
      features: name of the features.
      domain: letter of the domain of a joint run, letters of a pair of them, or "".
    """
    known = not METRICS[metric].elsewhere or features == METRICS[metric].features
    name = value.format(metric if known else METRICS[metric].elsewhere)
    return name + (f"_{domain}" if domain else "") + ("" if known else f"[{features}]")
