"""The metrics of a run: compares the averaged generator with its training data."""

from typing import NamedTuple

from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.compare import check, compare
from tfgan_kit.evaluation.image_set import (
    GeneratedImages,
    ImageSet,
    ReaderImages,
    fewer_warning,
)
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.metrics.registry import METRICS
from tfgan_kit.uses import Use
from tfgan_kit.uses.draw import draw_inputs


class Comparison(NamedTuple):
    """Two sets of images, the instruments to compare them, and the suffix of the numbers."""

    real: ImageSet
    fake: ImageSet
    tools: Instruments
    letters: str


def letters_of_run(use: Use, *, paired: bool) -> tuple[str, ...]:
    """The suffixes of a metric's numbers: letters of domains, or of pairs; "" without domains.

    Args:
      use: what the run generates.
      paired: whether the metric compares pairs.
    """
    if paired:
        return tuple(f"{use.letters[0]}{other}" for other in use.letters[1:])
    return use.letters or ("",)


def comparisons(trainer, feed, name: str, count: int, tools: Instruments) -> list[Comparison]:
    """The comparisons to make, after checking that they are possible.

    Takes the arguments of `metrics_of_run`, and raises the errors that it raises before measuring.
    """
    bound = trainer.bound("generate")
    use = bound and bound.use
    if use is None or any(use.outputs[each].kind != "image" for each in use.examples):
        raise UserError(f"{name}: generates no images, which --metrics measure; leave it out")
    readers, letters = feed.readers, letters_of_run(use, paired=False)
    if not readers:
        raise UserError(
            f"{name}: was trained without data, to which --metrics compare samples; draw some with "
            "`main.py sample` and compare them with `evaluate --real DATA --fake SAMPLES`"
        )
    of_pairs = [metric for metric in tools.metrics if METRICS[metric].paired]
    if of_pairs and len(readers) == 1:
        raise UserError(
            f"--metrics {of_pairs[0]} compares pairs, which only a joint run makes; give them "
            "with --real and --fake"
        )
    inputs = draw_inputs(use, tools.seed, count)
    made = [
        GeneratedImages(bound, f"{name}, domain {letter}" if letter else name, inputs, output)
        for output, letter in zip(use.examples, letters, strict=True)
    ]
    found = []
    of_sets = tools.only(metric for metric in tools.metrics if metric not in of_pairs)
    if of_sets.metrics:
        for reader, fake, letter in zip(readers, made, letters, strict=True):
            real = ReaderImages(
                reader, f"{reader.name} ({trainer.config.split})", count, tools.seed
            )
            found.append(Comparison(real, fake, of_sets, letter))
    if of_pairs:
        pairs = zip(made[1:], letters_of_run(use, paired=True), strict=True)
        found += [Comparison(made[0], fake, tools.only(of_pairs), pair) for fake, pair in pairs]
    for each in found:
        check(each.real, each.fake, each.tools)
    return found


def metrics_of_run(
    trainer, feed, name: str, count: int, tools: Instruments, status: StatusLine
) -> dict:
    """Measures each domain of a run.

    Args:
      trainer: the method, restored.
      feed: the run's data, see `data.feeds.feed` and `data.feeds.joint_feed`.
      name: name of the run, for descriptions.
      count: number of samples, and of real images if there are that many.
      tools: metrics and networks.
      status: shows the progress and warnings.

    Returns:
      See `tfgan_kit.evaluation.compare.compare`; the names of a joint run's numbers end in the
      letter of the domain, or in both letters for pairs of images from the same latent.

    Raises:
      UserError: if the method generates no images, or a metric cannot be computed from them.
    """
    compared = comparisons(trainer, feed, name, count, tools)
    for text in tools.warnings:
        status.line(f"warning: {text}")
    measured, protocols = {}, {}
    for real, fake, some, letters in compared:
        fewer = fewer_warning(real, count)
        if fewer:
            status.line(f"warning: {fewer}")
        found = compare(real, fake, some, status, letters)
        protocols |= found.pop("protocols")
        measured |= found
    return measured | {"protocols": protocols}
