"""What the newest measures say about a run, in one line."""

import math
from typing import NamedTuple

from tfgan_kit.numbers import number
from tfgan_kit.report.evaluation_file import numbers_of
from tfgan_kit.report.measures import better, parse
from tfgan_kit.report.words.references import in_order, reference
from tfgan_kit.wording import word

_SHARE_MARGIN = 0.02  # Changes of a share up to this are noise.
_MARGIN = 0.05  # The same for other numbers, relative to the value before.
_EARLIER = 0.75  # The value is compared with that at this part of the steps.


class _Sentence(NamedTuple):
    """How a measure is told.

    Attributes:
      words: words for the measure of samples, with "{}" for the value.
      share: whether it is a share, shown as a percentage.
      of_data: words for a run that generates nothing, if they differ.
      judges: the measure that says how reliable it is. It is told where real pairs do not say so.
    """

    words: str
    share: bool = False
    of_data: str = ""
    judges: str = ""


# The first of these that a run has leads.
_SENTENCES = {
    "class_kept": _Sentence("{} of translations keep the class", True, judges="judge_accuracy"),
    "semantic_agreement": _Sentence("{} of pairs agree", True, judges="judge_accuracy"),
    "pixel_agreement": _Sentence("{} of pixels agree", True),
    "accuracy": _Sentence(
        "{} of images show the label asked for",
        True,
        of_data="{} of held-out images are classified correctly",
    ),
    "pixel_accuracy": _Sentence("{} of pixels have the right class", True),
    "psnr": _Sentence("PSNR {} dB"),
    "adapted_accuracy": _Sentence("{} of held-out images are classified correctly", True),
    "rca": _Sentence("{} of moves are told apart by their direction", True),
    "high_quality": _Sentence("{} of samples lie near a mode of the data", True),
    "fid": _Sentence("FID {}"),
    "frechet": _Sentence("Fréchet distance {}"),
    "kid": _Sentence("KID {}"),
    "kernel_distance": _Sentence("kernel distance {}"),
    "classifier_frechet": _Sentence("Fréchet distance {}"),
    "wasserstein": _Sentence("Wasserstein distance {}"),
    "swd_mean": _Sentence("sliced Wasserstein distance {}"),
}


def summary(record) -> str | None:
    """One line that says how good a run is, and whether it still improves.

    Args:
      record: a `tfgan_kit.report.record.Record`.

    Returns:
      The line, for example "70 % of pairs agree; chance 10 %, real pairs 99 %; still rising"; how
      to measure a run that generates images and was not measured; otherwise None.
    """
    if not record.entries:
        if not record.generates or not record.step:
            return None
        command = f"python main.py evaluate {word(record.path)}"
        return f"Nothing has been measured yet. Compare samples and data by eye, or run: {command}"
    led = _lead(record)
    if led is None:
        return None
    base, names = led
    sentence, entry = _SENTENCES[base], record.entries[-1]
    words = sentence.words if record.generates else sentence.of_data or sentence.words
    parts = [words.format(_listed(sentence, entry, names))]
    references = entry.get("reference", {})
    beside = [
        f"{reference(r).short} {_listed(sentence, references[r], names)}"
        for r in in_order(references)
        if all(name in numbers_of(references[r]) for name in names)
    ]
    judges = [name for name in entry if parse(name, record.has_domains).base == sentence.judges]
    if judges and "true_pairs" not in references:
        right = " and ".join(shown(entry[name], True) for name in judges)
        beside.append(f"judges right on {right} of real data")
    parts += [", ".join(beside)] if beside else []
    parts += filter(None, [_trend(record, names, sentence)])
    text = "; ".join(parts)
    return text[0].upper() + text[1:]


def _lead(record):
    """The measure that leads, and its names in the newest entry, one per domain."""
    found = {}
    for name, value in numbers_of(record.entries[-1]).items():
        if math.isfinite(value):
            found.setdefault(parse(name, record.has_domains).base, []).append(name)
    return next(((base, found[base]) for base in _SENTENCES if base in found), None)


def _listed(sentence, values, names):
    """The values of a measure in words, those of several domains one after the other."""
    return " and ".join(shown(values[name], sentence.share) for name in names)


def shown(value: float, share: bool) -> str:
    """A number, or a share as a percentage."""
    if not share:
        return number(float(f"{value:.3g}"))
    percent = 100 * value
    # 99.6 is not all.
    return f"{percent:.1f} %" if 99 < percent < 100 else f"{percent:.0f} %"


def _trend(record, names, sentence):
    """Whether the mean of the values still improves, None if they were measured once."""
    points = []
    for entry in record.entries:
        values = [numbers_of(entry).get(name, math.nan) for name in names]
        if all(map(math.isfinite, values)):
            points.append((entry["step"], sum(values) / len(values)))
    if len(points) < 2:
        return None
    more = better(parse(names[0], record.has_domains)) == "more"
    step, last = points[-1]
    before = [value for at, value in points[:-1] if at <= _EARLIER * step]
    earlier = before[-1] if before else points[0][1]
    margin = _SHARE_MARGIN if sentence.share else _MARGIN * abs(earlier)
    gained = last - earlier if more else earlier - last
    if gained > margin:
        return "still rising" if more else "still falling"
    if gained >= -margin:
        return "no longer rising" if more else "no longer falling"
    best_step, best = (max if more else min)(points, key=lambda point: point[1])
    return f"it was better at step {best_step:,} ({shown(best, sentence.share)})"
