"""The names of measures, what they mean, and whether higher or lower is better."""

import re
from typing import NamedTuple

from tfgan_kit.metrics.registry import METRICS
from tfgan_kit.settings.names import DOMAINS

# The methods' own measures: what each one is, and whether more or less is better.
_OWN = {
    "semantic_agreement": (
        "share of latents whose images classifiers, one per domain, assign to the same class",
        "more",
    ),
    "agreement_beyond_chance": (
        "the same, corrected for chance (Cohen's kappa): 0 by chance, 1 if all agree",
        "more",
    ),
    "sure_agreement": (
        "semantic agreement where every classifier is more than 90 % sure of its answer",
        "more",
    ),
    "sure_share": ("share of latents where every classifier is more than 90 % sure", "more"),
    "class_kept": ("share of translations of which a classifier says the input's class", "more"),
    "content_kept": (
        "share of translations in which a classifier sees the input's content",
        "more",
    ),
    "others_kept": ("share of the other attributes that a translation leaves alone", "more"),
    "cycle_l1": ("error after translating there and back, in % of the range", "less"),
    "cycle_l1_rounded": (
        "the same with translations rounded to 8 bits; far above it, something is hidden in them",
        "less",
    ),
    "cycle_l1_noisy": (
        "the same with noise of 1 % of the range added to them; far above it, something is hidden",
        "less",
    ),
    "style_spread": (
        "mean absolute difference between translations of one image in two styles, in % of the "
        "range",
        "more",
    ),
    "style_lpips": ("LPIPS between translations of one image in two styles", "more"),
    "reference_error": (
        "difference of mean colour from the reference whose style was taken, in % of the range",
        "less",
    ),
    "figure_error": (
        "mean absolute error of the figure to the same image redrawn in the class, in % of the "
        "range",
        "less",
    ),
    "ground_error": ("the same of the ground", "less"),
    "judge_accuracy": ("accuracy of the domain's classifier on held-out real images", None),
    "pixel_agreement": (
        "share of pixels that equal those of the first domain's image after the known transform",
        "more",
    ),
    "weight_distance": (
        "relative distance between the generators' weights; shared weights count as 0",
        None,
    ),
    "histogram_distance": (
        "how unequally often the classes are drawn: 0 equally, near 1 a single class",
        "less",
    ),
    "class_histogram": ("share of the samples that the classifier assigns to each class", None),
    "confidence": ("how sure the classifier is of its answers, on average", None),
    "classifier_frechet": (
        "Fréchet distance to real images in features of a classifier of this data; not FID",
        "less",
    ),
    "classifier_recall": (
        "share of real images that lie among the samples, in the same features: their diversity",
        "more",
    ),
    "classifier_frechet_mean": ("the Fréchet distance of each class, mean over classes", "less"),
    "adapted_accuracy": ("accuracy of the adapted classifier on held-out images", "more"),
    "source_only_accuracy": (
        "accuracy on the same images of a classifier trained on the first domain alone",
        None,
    ),
    "rca": (
        "share of moves along a direction, of images that were never seen, whose direction the "
        "reconstructor tells",
        "more",
    ),
    "shift_error": ("mean error of how far they go, in standard deviations of the latent", "less"),
    "image_error": (
        "mean absolute difference between the relief and the image, on the object, in % of the "
        "range",
        "less",
    ),
    "modes": ("modes of the data near which at least 1 % of the samples lie", "more"),
    "high_quality": ("share of samples within 3 standard deviations of a mode", "more"),
    "wasserstein": ("exact Wasserstein-1 distance to the data", "less"),
    "accuracy": ("share of images that a classifier assigns to their label", "more"),
    "accuracy_lowest": ("accuracy of the class for which it is lowest", "more"),
    "accuracy_at": ("accuracy for the same images reduced to this side in pixels", None),
    "diversity": ("similarity (MS-SSIM) of pairs of one class: lower is more diverse", None),
    "diverse_classes": (
        "share of classes that are more diverse than the least diverse class of real images",
        "more",
    ),
    "task_distance_at": (
        "distance of the mean sample to the mean image of a held-out task after so many steps",
        "less",
    ),
    "recognised_at": ("share of samples that a classifier takes for the task's class", "more"),
    "task_accuracy_at": (
        "share of the queries of held-out tasks that are classified rightly after so many "
        "adaptation steps",
        "more",
    ),
    "task_accuracy_alone_at": (
        "the same with normalisation by the support images, each query by itself",
        "more",
    ),
    "task_error_at": ("mean squared error on held-out tasks after so many steps", "less"),
    "examples": ("number of held-out images", None),
    "l1": ("mean absolute error to the truth, in % of the range", "less"),
    "l2": ("mean squared error to the truth, in % of the range squared", "less"),
    "l1_hole": ("mean absolute error in the hole only", "less"),
    "l2_hole": ("mean squared error in the hole only", "less"),
    "psnr_hole": ("PSNR in the hole only, dB", "more"),
    "leakage": ("mean absolute error outside the parts of a thing, in % of the range", "less"),
    "psnr_y": ("PSNR of the luma without the border, dB", "more"),
    "ssim_y": ("SSIM of the luma without the border", "more"),
    "pixel_accuracy": ("share of pixels of the right class", "more"),
    "class_accuracy": (
        "share of pixels of the right class in each class, mean over classes",
        "more",
    ),
    "mean_iou": ("intersection over union of each class, mean over classes", "more"),
    "pixel_accuracy_real": ("pixel accuracy on real images: what can be reached", None),
    "class_accuracy_real": ("class accuracy on real images", None),
    "stroke_error": ("mean absolute error to the colours of strokes, in % of the range", "less"),
    "strokes_obeyed": ("share of stroke pixels in the colour asked for when it is changed", "more"),
    "texture_distance": ("relative distance of Gram matrices to the texture given", "less"),
    "mean_iou_real": ("mean intersection over union on real images", None),
    "delta_1": ("share of depths that are wrong by a factor below 1.25", "more"),
    "delta_2": ("share of depths that are wrong by a factor below 1.25^2", "more"),
    "delta_3": ("share of depths that are wrong by a factor below 1.25^3", "more"),
    "rmse": ("root mean squared error of depths", "less"),
    "rmse_log": ("the same of their natural logarithms", "less"),
    "ab_error_at": (
        "mean absolute error of a and b in CIE Lab, after so many steps on a new task",
        "less",
    ),
    "cluster_purity": ("share of images with the most frequent label of their cluster", "more"),
    "psnr_at": ("PSNR after so many steps on a new task, dB", "more"),
    "style_reached_at": (
        "share of translations that a classifier takes for an unseen domain, after so many steps "
        "on it",
        "more",
    ),
    "style_reached_seen_at": ("the same of domains that were trained on", "more"),
    "content_kept_at": (
        "share of these translations in which a classifier sees the input's content",
        "more",
    ),
    "content_kept_seen_at": ("the same of domains that were trained on", "more"),
    "l1_at": ("mean absolute error to the true translation into an unseen domain, in %", "less"),
    "l1_seen_at": ("the same of domains that were trained on", "less"),
    "alignment": ("mean cosine of the latents of two modalities of an image", "more"),
    "accuracy_old": ("accuracy on images of the classes that the teacher knows", "more"),
    "accuracy_new": ("accuracy on images of the classes that the teacher does not know", "more"),
    "parameters": ("numbers in the weights of the network that is used", "less"),
    "operations": (
        "floating-point operations of the convolutions and products of a pass on one image",
        "less",
    ),
    "kilobytes": ("size of the network's file, in units of 1,000 bytes", "less"),
    "ms_per_image": (
        "time of a pass per image, 32 at a time, on the machine that measured",
        "less",
    ),
}


# The ends of names of pairs of domains: with the anchor, and without, also by way of it.
_OF_PAIRS = re.compile("_(seen|unseen|cascade)$")
# Their names end in those of modalities; what ends in a baseline's name is that baseline's.
_OF_MODALITIES = re.compile(
    "(delta_[123]|rmse_log|rmse|mean_iou|pixel_accuracy|alignment|l1|psnr|content_kept)_"
    "(?!(.*_)?(input_copied|bicubic|training_mean|mean_fill)$)"
)


class Measure(NamedTuple):
    """A measure's name in parts: "frechet_a[vgg16-lpips]" is frechet, a, vgg16-lpips."""

    base: str
    letters: str
    features: str

    @property
    def without_letters(self) -> str:
        """The name that the measure has in all domains."""
        return self.base + self.features


def parse(name: str, has_domains: bool) -> Measure:
    """Splits a measure's name; only those of runs with domains end in their letters."""
    head, bracket, features = name.partition("[")
    base, _, letters = head.rpartition("_")
    of_domains = len(set(letters)) == len(letters) and set(letters) <= set(DOMAINS)
    if not has_domains or not base or not letters or len(letters) > 2 or not of_domains:
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
    # A trailing number is the resolution or that of steps, or how many images showed the class.
    name = re.sub(r"(?<=_at)_\d+$|_k\d+(_seen)?$", "", measure.base)
    of_modalities = _OF_MODALITIES.match(name)
    whole = of_modalities[1] if of_modalities else _OF_PAIRS.sub("", name)
    return _KNOWN.get(name) or _KNOWN.get(whole, ("", None))


ARROWS = {"more": "↑", "less": "↓"}


def arrow(measure: Measure) -> str | None:
    """The direction in which a measure is better, as a sign and in words, or None."""
    direction = better(measure)
    return direction and f"{ARROWS[direction]} {direction} is better"


def is_spread(name: str) -> bool:
    """Whether a number is the uncertainty of another one."""
    return bool(re.search(r"_(std|standard_error|interval)(_[a-h]+)?(\[|$)", name))
