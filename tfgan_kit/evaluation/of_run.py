"""The metrics of a run: of the averaged generator against the data it was trained on."""

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
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.metrics.registry import METRICS


class Comparison(NamedTuple):
    """Two sets of images, what they are compared by, and the letters that the numbers end in."""

    real: ImageSet
    fake: ImageSet
    tools: Instruments
    letters: str


def letters_of_run(trainer, *, paired: bool) -> tuple[str, ...]:
    """What the numbers of a metric end in: letters of domains, or of pairs; "" without domains.

    Args:
      trainer: the method.
      paired: whether the metric compares pairs.
    """
    first, *others = trainer.domains
    if paired:
        return tuple(f"{first}{other}" for other in others)
    return tuple(trainer.domains) if others else ("",)


def comparisons(trainer, feed, name: str, count: int, tools: Instruments) -> list[Comparison]:
    """What is compared with what, having checked that it can be.

    Takes what `metrics_of_run` takes, and raises what it raises before it measures.
    """
    config, generator = trainer.config, trainer.models().get("generator")
    if generator is None or len(trainer.image_shape) != 3:
        raise UserError(f"{name}: generates no images, which --metrics measure; leave it out")
    readers = feed.domains.readers if len(trainer.domains) > 1 else (feed.reader,)
    letters = letters_of_run(trainer, paired=False)
    of_pairs = [metric for metric in tools.metrics if METRICS[metric].paired]
    if of_pairs and len(readers) == 1:
        raise UserError(
            f"--metrics {of_pairs[0]} compares pairs, which only a joint run makes; give them "
            "with --real and --fake"
        )
    latents = fixed_latents(config.latent, tools.seed, count, config.latent_size)
    made = [
        GeneratedImages(generator, f"{name}, domain {letter}" if letter else name, latents, k)
        for k, letter in enumerate(letters)
    ]
    found = []
    of_sets = tools.only(metric for metric in tools.metrics if metric not in of_pairs)
    if of_sets.metrics:
        for reader, fake, letter in zip(readers, made, letters, strict=True):
            real = ReaderImages(reader, f"{reader.name} ({config.split})", count, tools.seed)
            found.append(Comparison(real, fake, of_sets, letter))
    if of_pairs:
        pairs = zip(made[1:], letters_of_run(trainer, paired=True), strict=True)
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
      name: of the run, for words.
      count: number of samples, and of real images if there are as many.
      tools: metrics and networks.
      status: shows the progress and warnings.

    Returns:
      See `tfgan_kit.evaluation.compare.compare`; the numbers of a joint run end in the letter of
      their domain, those of pairs of images of one latent in both letters.

    Raises:
      UserError: if the method generates no images, or a metric cannot be had of them.
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
