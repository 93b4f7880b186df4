"""The names of measures, what they mean, and whether higher or lower is better."""

import re
from typing import NamedTuple

from tfgan_kit.metrics.registry import METRICS
from tfgan_kit.settings.names import DOMAINS

# For the methods' own measures: what each one is, and whether more or less is better.
_OWN = {
    "semantic_agreement": ("share of pairs that classifiers, one per domain, call alike", "more"),
    "agreement_beyond_chance": ("Cohen's kappa of the same answers: 0 by chance, 1 if all", "more"),
    "sure_agreement": ("the first where each classifier is more than 0.9 sure", "more"),
    "sure_share": ("share of latents for which each is", "more"),
    "judge_accuracy": ("accuracy of the domain's classifier on held-out real images", None),
    "pixel_agreement": ("share of pixels as the known transform of domain a has them", "more"),
    "weight_distance": ("relative distance of the generators' weights, 0 where shared", None),
    "histogram_distance": ("total variation distance of the classes to uniform", "less"),
    "confidence": ("mean of the classifier's largest class probability", None),
    "classifier_frechet": ("Fréchet distance in a classifier of the data; not FID", "less"),
    "classifier_frechet_mean": ("mean of the same distances of each class", "less"),
    "adapted_accuracy": ("held-out accuracy of the adapted classifier", "more"),
    "source_only_accuracy": ("the same without adaptation", None),
    "modes": ("modes that at least 1 % of the samples are near", "more"),
    "high_quality": ("share of samples within 3 sigma of a mode", "more"),
    "wasserstein": ("exact Wasserstein-1 distance to the data", "less"),
    "accuracy": (
        "share of images classified right: held-out ones, or as what was asked for",
        "more",
    ),
    "accuracy_lowest": ("the same of the class where it is lowest", "more"),
    "accuracy_real": ("the same of real images, held out", None),
    "accuracy_at": ("the same after reduction to so many pixels", None),
    "diversity": ("mean MS-SSIM of pairs of a class; the lower, the more diverse", None),
    "diversity_real": ("the same of real images, held out", None),
    "diverse_classes": ("share of classes more diverse than the least diverse real one", "more"),
    "examples": ("held-out images looked at", None),
    "l1": ("mean absolute error to the truth, in % of the range", "less"),
    "l2": ("mean squared error to the truth, in % of the range squared", "less"),
    "l1_hole": ("mean absolute error in the hole only", "less"),
    "l2_hole": ("mean squared error in the hole only", "less"),
    "psnr_hole": ("PSNR in the hole only, dB", "more"),
    "leakage": ("mean absolute error outside the parts of a thing, in % of the range", "less"),
    "psnr_y": ("PSNR of the luma without the border, dB", "more"),
    "ssim_y": ("SSIM of the luma without the border", "more"),
    "pixel_accuracy": ("share of pixels of the right class", "more"),
    "class_accuracy": ("the same of each class, mean over classes", "more"),
    "mean_iou": ("intersection over union of each class, mean over classes", "more"),
    "pixel_accuracy_real": ("pixel accuracy on real images: what can be reached", None),
    "class_accuracy_real": ("class accuracy on real images", None),
    "stroke_error": ("mean absolute error to the colours of strokes, in % of the range", "less"),
    "strokes_obeyed": ("share of stroke pixels in the colour asked for when it is changed", "more"),
    "texture_distance": ("relative distance of Gram matrices to the texture given", "less"),
    "mean_iou_real": ("mean intersection over union on real images", None),
}


class Measure(NamedTuple):
    """A measure's name in parts: "frechet_a[vgg16-lpips]" is frechet, a, vgg16-lpips."""

    base: str
    letters: str
    features: str

    @property
    def without_letters(self) -> str:
        """The name that the measure has in all domains."""
        return self.base + self.features


def parse(name: str, joint: bool) -> Measure:
    """Splits a measure's name; only those of joint runs end in letters of domains."""
    head, bracket, features = name.partition("[")
    base, _, letters = head.rpartition("_")
    in_order = "".join(sorted(set(letters))) == letters and set(letters) <= set(DOMAINS)
    if not joint or not base or not letters or len(letters) > 2 or not in_order:
        base, letters = head, ""
    return Measure(base, letters, bracket + features)


def _of_metrics():
    found = {}
    for name, metric in METRICS.items():
        for called in filter(None, (name, metric.elsewhere)):
            found[called] = (metric.about, None)
            for better, values in (("less", metric.lower), ("more", metric.higher)):
                for value in values:
                    number = value.format(called)
                    found[number] = (metric.about if number == called else "", better)
    return found


_KNOWN = _of_metrics() | _OWN


def about(measure: Measure) -> str:
    """A one-line description of a measure, "" if it is unknown."""
    return _known(measure)[0]


def better(measure: Measure) -> str | None:
    """ "more" or "less", or None if neither is better or it is unknown."""
    return _known(measure)[1]


def _known(measure):
    # A trailing number is the resolution.
    return _KNOWN.get(re.sub(r"(?<=_at)_\d+$", "", measure.base), ("", None))


ARROWS = {"more": "↑", "less": "↓"}


def arrow(measure: Measure) -> str | None:
    """The direction in which a measure is better, as a sign and in words, or None."""
    direction = better(measure)
    return direction and f"{ARROWS[direction]} {direction} is better"


def is_spread(name: str) -> bool:
    """Whether a number is the uncertainty of another one."""
    return bool(re.search(r"_(std|standard_error)(_[a-h]+)?(\[|$)", name))
