"""The metrics of a run: of the averaged generator against the data it was trained on."""

from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.compare import compare
from tfgan_kit.evaluation.image_set import GeneratedImages, ReaderImages, fewer_warning
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.latents import fixed_latents
from tfgan_kit.metrics.registry import METRICS


def metrics_of_run(trainer, feed, name: str, count: int, tools: Instruments) -> dict:
    """Measures each domain of a run.

    Args:
      trainer: the method, restored.
      feed: the run's data, see `data.feed` and `data.joint_feed`.
      name: of the run, for words.
      count: number of samples, and of real images if there are as many.
      tools: metrics and networks.

    Returns:
      See `tfgan_kit.evaluation.compare.compare`; the numbers of a joint run end in the letter of
      their domain, those of pairs of images of one latent in both letters.

    Raises:
      UserError: if the method generates no images, or a metric cannot be had of them.
    """
    config, generator = trainer.config, trainer.models().get("generator")
    if generator is None or len(trainer.image_shape) != 3:
        raise UserError(f"{name}: generates no images, which --metrics measure; leave it out")
    domains = getattr(feed, "domains", None)
    readers = (feed.reader,) if domains is None else domains.readers
    letters = trainer.domains if domains is not None else ("",)
    of_pairs = [metric for metric in tools.metrics if METRICS[metric].paired]
    if of_pairs and domains is None:
        raise UserError(
            f"--metrics {of_pairs[0]} compares pairs, which only a joint run makes; give them "
            "with --real and --fake"
        )
    status = StatusLine()
    for text in tools.warnings:
        status.line(f"warning: {text}")
    latents = fixed_latents(config.latent, tools.seed, count, config.latent_size)
    made = [
        GeneratedImages(generator, f"{name}, domain {letter}" if letter else name, latents, k)
        for k, letter in enumerate(letters)
    ]
    of_sets = tools.only(metric for metric in tools.metrics if metric not in of_pairs)
    found = []
    for reader, fake, letter in zip(readers, made, letters, strict=True):
        real = ReaderImages(reader, f"{reader.name} ({config.split})", count, tools.seed)
        fewer = fewer_warning(real, count)
        if fewer:
            status.line(f"warning: {fewer}")
        found.append(compare(real, fake, of_sets, status, letter))
    if of_pairs:
        first, *others = zip(made, letters, strict=True)
        for fake, letter in others:
            pair = f"{first[1]}{letter}"
            found.append(compare(first[0], fake, tools.only(of_pairs), status, pair))
    measured, protocols = {}, {}
    for each in found:
        protocols |= each.pop("protocols")
        measured |= each
    return measured | {"protocols": protocols}
