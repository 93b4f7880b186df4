"""Compares generated with real images by several metrics, in one pass over each set."""

import time
from collections.abc import Callable

from tfgan_kit.engine.session import Interrupted
from tfgan_kit.engine.status import StatusLine, duration
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation import cache
from tfgan_kit.evaluation.collect import Collected, collect, content
from tfgan_kit.evaluation.images.image_set import ImageSet
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.metrics.registry import METRICS, measure, needs, shown_name

_EXTRACTED = frozenset({"statistics", "features", "probabilities"})


class NotMeasured(UserError):
    """The content of the images does not allow any of the metrics."""


def compare(
    real: ImageSet | None,
    fake: ImageSet,
    tools: Instruments,
    status: StatusLine,
    domain: str = "",
    *,
    keep: bool = False,
) -> dict:
    """Computes all metrics of `tools`.

    Args:
      real: the real images, None if no metric needs them. Results computed from their features are
        cached, see `tfgan_kit.evaluation.cache`.
      fake: the generated images.
      tools: metrics and networks.
      status: shows the progress and warnings.
      domain: letter of the domain of a joint run, or both letters for pairs, for the names of the
        numbers.
      keep: whether results computed from the features of `fake` are cached, too.

    Returns:
      Name -> number or detail, and "protocols": name -> how it was measured. Metrics that the
      content of the images does not allow (such as the PSNR of equal images) are left out with a
      warning.

    Raises:
      NotMeasured: if nothing is left.
      UserError: if a metric cannot be computed for such images, whatever they show, or an image
        cannot be read.
    """
    check(real, fake, tools)
    where = f"domain {domain}: " if domain else ""
    for text in warnings(real, fake, tools.metrics):
        status.line(f"warning: {where}{text}")
    of_real = [name for name in tools.metrics if METRICS[name].real]
    begun = None
    if of_real:
        begun = gather(real, needs(of_real), tools.extractor, status, keep=True)
    made = gather(fake, needs(tools.metrics), tools.extractor, status, keep=keep)
    values, protocols, tools = {}, {}, tools.telling(status.update)
    failed = []
    for name in tools.metrics:
        status.begin(f"{where}measuring {name}")
        try:
            found = measure(name)(begun if METRICS[name].real else None, made, tools)
        except Interrupted:
            raise
        except UserError as error:
            failed.append(f"{where}{error}")
            continue
        for text in found.warnings:
            status.line(f"warning: {where}{text}")
        told = protocol(name, found.words, tools, real, fake)
        for value, number in found.values.items():
            shown = shown_name(name, value, tools.features_of(name), domain)
            values[shown], protocols[shown] = number, told
    if not values:
        raise NotMeasured(failed[0])
    for text in failed:
        status.line(f"warning: not measured: {text}")
    return values | {"protocols": protocols}


def gather(
    images: ImageSet, wanted, extractor, status: StatusLine, *, keep: bool = False
) -> Collected:
    """What metrics need from a set, taken from the cache where `keep` is true and it is cached.

    Args:
      images: the set.
      wanted: see `tfgan_kit.metrics.registry.Metric.needs`.
      extractor: see `collect`.
      status: shows the progress.
      keep: whether to read and write the cache.
    """
    if wanted <= {"latents"}:
        return Collected(images)
    begin = time.monotonic()
    extracted = wanted & _EXTRACTED
    say: Callable[[str], None] = status.line
    if not keep or not extracted:
        found = collect(images, extractor if extracted else None, wanted, status.update)
        status.line(_took(images, begin))
        return found
    path, kept = cache.file_of(extractor, content(images)), Collected(images)
    held = cache.load(path, kept, extracted, extractor, say)
    if extracted <= held:
        others = wanted - extracted
        if others:
            rest = collect(images, None, others, status.update)
            kept.labels, kept.pixels = rest.labels, rest.pixels
        status.line(f"{images.name}: features of {images.count:,} images from {path}")
        return kept
    # Keeps what the file already contains.
    found = collect(images, extractor, wanted | held, status.update)
    cache.store(path, found, say)
    status.line(_took(images, begin))
    return found


def _took(images, begin):
    seconds = time.monotonic() - begin
    speed = images.count / max(seconds, 1e-9)
    return f"{images.name}: {images.count:,} images in {duration(seconds)} ({speed:,.0f} images/s)"


def check(real: ImageSet | None, fake: ImageSet, tools: Instruments) -> None:
    """Raises UserError if a metric of `tools` cannot apply to such sets at all."""
    for name in tools.metrics:
        metric, where = METRICS[name], f"--metrics {name}"
        if metric.real and real is None:
            raise UserError(f"{where} compares with real images; give --real SOURCE")
        for images in [real, fake] if metric.real else [fake]:
            _check_set(images, name, tools)
        if "latents" in metric.needs and not fake.walks:
            raise UserError(
                f"{where} measures walks between the latents of a generator, which {fake.name} is "
                "not; name a run that generates images"
            )
        if "labels" in metric.needs and metric.real and _renumbered(real.classes, fake.classes):
            raise UserError(
                f"{where}: {real.name} and {fake.name} number the same classes in another order; "
                "give sets in the same order, or leave it out"
            )
        if (metric.paired or metric.as_many) and real.count != fake.count:
            raise UserError(
                f"{where} needs as many images of each, not {real.count} and {fake.count}; give "
                f"--count {min(real.count, fake.count)}"
            )
        if metric.paired and real.total != fake.total:
            raise UserError(
                f"{where} compares image i with image i; {real.name} has {real.total} images and "
                f"{fake.name} {fake.total}"
            )
        if "images" in metric.needs and metric.real and real.shape != fake.shape:
            raise UserError(
                f"{where} needs images of one size, not {_by(real)} ({real.name}) and {_by(fake)} "
                f"({fake.name}); give --image-size and --channels"
            )


def _renumbered(some, others):
    return some != others and sorted(some) == sorted(others)


def _check_set(images, name, tools):
    """Raises UserError if a metric cannot be computed from one set."""
    metric, where = METRICS[name], f"--metrics {name}"
    if "labels" in metric.needs and not images.classes:
        raise UserError(f"{where}: {images.name} has no labels; leave it out")
    if images.count < metric.least:
        raise UserError(
            f"{where} needs at least {metric.least} images, {images.name} gives {images.count}; "
            "give more, or leave it out"
        )
    height, width, channels = images.shape
    side = max(metric.smallest, tools.lpips.smallest if metric.lpips else 1)
    if min(height, width) < side:
        raise UserError(
            f"{where} needs images of at least {side}x{side}, {images.name} is {_by(images)}; "
            "leave it out"
        )
    if "latents" in metric.needs:
        shape = (height // 2, width // 2, channels) if tools.faces else images.shape
        try:
            tools.distance.check(shape)
        except UserError as error:
            raise UserError(f"{where}: {error}; choose others with --features NAME") from None
    if metric.power_of_two and (height != width or height & (height - 1)):
        raise UserError(
            f"{where} needs square images with a power of two as their side, {images.name} is "
            f"{_by(images)}; leave it out"
        )
    if metric.of_features and channels > tools.extractor.channels:
        raise UserError(
            f"{where}: {tools.extractor.name} takes gray images, {images.name} is {_by(images)}; "
            "choose other --features"
        )


def warnings(real: ImageSet | None, fake: ImageSet, metrics) -> list[str]:
    """Warnings to show before anything is measured, one line each."""
    if real is None or real.shape[:2] == fake.shape[:2]:
        return []
    if not any(METRICS[name].of_features for name in metrics):
        return []
    return [
        f"{real.name} is {_by(real)}, {fake.name} {_by(fake)}: resizing them differs, too, and is "
        "part of the distance; measure images of one size"
    ]


def protocol(name: str, words: str, tools: Instruments, real, fake) -> dict:
    """How a number was measured, for evaluation.json."""
    metric, told = METRICS[name], {"words": words}
    if metric.of_features:
        extractor = tools.extractor
        told |= {
            "features": extractor.protocol,
            "weights": extractor.digest,
            "resize": extractor.resize if extractor.size else None,
            "rounded": extractor.rounded,
        }
    elif "latents" in metric.needs:
        told |= {"features": tools.distance.protocol, "weights": tools.distance.digest}
    elif metric.lpips:
        told["weights"] = tools.lpips.digest
    if metric.paired:
        told |= {"first": real.described, "second": fake.described}
    else:
        told |= {"generated": fake.described}
    if metric.real and not metric.paired:
        told |= {"real": real.described, "real_count": real.count}
    return told | {"count": fake.count, "seed": tools.seed}


def _by(images):
    return "x".join(map(str, images.shape))
