"""The metrics of a run: compares what the averaged generator makes with real images."""

import contextlib

from tfgan_kit.engine.status import Once, StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.compare import NotMeasured, check, compare
from tfgan_kit.evaluation.comparison import Comparison
from tfgan_kit.evaluation.directions import of_directions
from tfgan_kit.evaluation.images.image_set import GeneratedImages, ReaderImages, fewer_warning
from tfgan_kit.evaluation.images.latent_walks import latent_walks
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.evaluation.translations import of_translations
from tfgan_kit.metrics.registry import METRICS
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import draw_inputs


def uses_of_run(trainer) -> tuple[Bound, ...]:
    """What the metrics measure of a run: "generate", or "translate", or each "translate_ab"."""
    if (generate := trainer.bound("generate")) is not None:
        return (generate,)
    if trainer.target:
        return (trainer.bound("translate"),)
    # Of each direction, the first use: the others take more, such as a style from an image.
    directed = {use.direction: use.name for use in reversed(trainer.uses()) if use.direction}
    between = sorted((source, target) for source, target in directed if source != target)
    return tuple(trainer.bound(directed[direction]) for direction in between)


def letters_of_run(trainer, *, paired: bool) -> tuple[str, ...]:
    """The suffixes of a metric's numbers: letters of domains, pairs or directions; "" for one set.

    Args:
      trainer: the method.
      paired: whether the metric compares pairs.
    """
    uses = [bound.use for bound in uses_of_run(trainer)]
    if uses[0].direction:
        return tuple("".join(use.direction) for use in uses)
    (use,) = uses
    if paired and use.letters:
        return tuple(f"{use.letters[0]}{other}" for other in use.letters[1:])
    return use.letters or ("",)


def comparisons(trainer, feed, name: str, count: int, tools: Instruments) -> list[Comparison]:
    """The comparisons to make, after checking that they are possible.

    Takes the arguments of `metrics_of_run`, and raises the errors that it raises before measuring.
    """
    bounds = uses_of_run(trainer)
    made = [bound.use.outputs[output] for bound in bounds for output in bound.use.examples]
    if not bounds or any(field.kind != "image" for field in made):
        raise UserError(f"{name}: generates no images, which --metrics measure; leave it out")
    use = bounds[0].use
    if use.direction:
        found = of_directions(bounds, feed, name, count, tools)
    elif use.name == "translate":
        found = of_translations(trainer, feed, use, name, count, tools)
    else:
        found = _of_samples(trainer, feed, bounds[0], name, count, tools)
    for each in found:
        check(each.real, each.fake, each.tools)
    return found


def _walks(trainer, bound, output, tools):
    """The walks in latent spaces, if a metric asks for them."""
    if not any("latents" in METRICS[metric].needs for metric in tools.metrics):
        return ()
    return latent_walks(bound, output, trainer.bound("map"), trainer.bound("synthesize"))


def _of_samples(trainer, feed, bound, name, count, tools):
    use = bound.use
    readers, letters = feed.readers, letters_of_run(trainer, paired=False)
    if not readers:
        raise UserError(
            f"{name}: was trained without data, so --metrics have nothing to compare samples with; "
            "draw some with `main.py sample` and compare them with `evaluate --real DATA --fake "
            "SAMPLES`"
        )
    of_pairs = [metric for metric in tools.metrics if METRICS[metric].paired]
    if of_pairs and len(readers) == 1:
        raise UserError(
            f"--metrics {of_pairs[0]} compares pairs, which only a joint run makes; give them "
            "with --real and --fake"
        )
    inputs = draw_inputs(use, tools.seed, count)
    made = [
        GeneratedImages(
            bound,
            f"{name}, domain {letter}" if letter else name,
            inputs,
            output,
            _walks(trainer, bound, output, tools),
        )
        for output, letter in zip(use.examples, letters, strict=True)
    ]
    found = []
    of_sets = tools.only(metric for metric in tools.metrics if metric not in of_pairs)
    if of_sets.metrics:
        split = trainer.config.split
        others = _held_out(feed, "test" if split == "train" else "train", count, tools.seed)
        for reader, fake, letter, held in zip(readers, made, letters, others, strict=True):
            if trainer.config.examples and held is not None:
                # A few are no measure of the whole, but what they reach is one of the samples.
                few = _few(reader, f"{reader.name} ({split})", count, tools.seed)
                found.append(Comparison(held, fake, of_sets, letter, few, held_is="training"))
                continue
            real = ReaderImages(reader, f"{reader.name} ({split})", count, tools.seed)
            found.append(Comparison(real, fake, of_sets, letter, held))
    if of_pairs:
        pairs = zip(made[1:], letters_of_run(trainer, paired=True), strict=True)
        found += [Comparison(made[0], fake, tools.only(of_pairs), pair) for fake, pair in pairs]
    return found


def _few(*given):
    """The images that a run has taken, None if there is only one."""
    with contextlib.suppress(UserError):
        return ReaderImages(*given)
    return None


def _held_out(feed, split, count, seed):
    """The held-out images of each domain, None where there are none or they cannot be read."""
    found = [None] * len(feed.readers)
    with contextlib.suppress(UserError):  # The run does not depend on them.
        for i, reader in enumerate(feed.held_out()):
            if reader is not None:
                found[i] = ReaderImages(reader, f"{reader.name} ({split})", count, seed)
    return found


def _of_real(each: Comparison, status) -> dict:
    """The same metrics of the other real images, as far as they can be computed."""
    wanted = []
    for name in each.tools.metrics:
        with contextlib.suppress(UserError):
            check(each.real, each.held, each.tools.only([name]))
            wanted += [name] if METRICS[name].real and not METRICS[name].paired else []
    if not wanted:
        return {}
    # What there is to say was said of the samples.
    quiet = Once(lambda text: None, status.update)
    with contextlib.suppress(NotMeasured):
        some = each.tools.only(wanted)
        found = compare(each.real, each.held, some, quiet, each.letters, keep=True)
        return {k: v for k, v in found.items() if isinstance(v, int | float)}
    return {}


def metrics_of_run(
    trainer,
    feed,
    name: str,
    count: int,
    tools: Instruments,
    status: StatusLine,
    of_real: dict | None = None,
) -> dict:
    """Measures each domain of a run, or the translations of a run that translates.

    Args:
      trainer: the method, restored.
      feed: the run's data, see `data.feeds.feed` and `data.feeds.several.joint_feed`.
      name: name of the run, for descriptions.
      count: number of samples, and of real images if there are that many.
      tools: metrics and networks.
      status: shows the progress and warnings.
      of_real: the "reference" of an earlier call for the same images, if there was one.

    Returns:
      See `tfgan_kit.evaluation.compare.compare`; the names of a joint run's numbers end in the
      letter of the domain, or in both letters for pairs of images from the same latent.
      "reference" holds under "real" the same numbers of other real images in place of those that
      the run made, as far as there are any; see `Comparison`.

    Raises:
      UserError: if the method generates no images, or a metric cannot be computed from them.
    """
    compared = comparisons(trainer, feed, name, count, tools)
    for text in tools.warnings:
        status.line(f"warning: {text}")
    measured, protocols, again = {}, {}, {}
    for each in compared:
        fewer = fewer_warning(each.real, count)
        if fewer:
            status.line(f"warning: {fewer}")
        found = compare(each.real, each.fake, each.tools, status, each.letters)
        own = found.pop("protocols")
        measured |= found
        if each.held is not None:
            reals = _of_real(each, status) if of_real is None else of_real
            again |= {k: v for k, v in reals.items() if k in own}
            told = {each.held_is: each.held.described}
            own = {k: v | (told if k in again else {}) for k, v in own.items()}
        protocols |= own
    reference = {"reference": {"real": again}} if again else {}
    return measured | {"protocols": protocols} | reference
