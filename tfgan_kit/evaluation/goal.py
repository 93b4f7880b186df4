"""The number by which the best models of a run are selected."""

from typing import NamedTuple

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.evaluation.of_run import letters_of_run
from tfgan_kit.metrics.registry import METRICS, Aim, aims, shown_name
from tfgan_kit.settings.names import DOMAINS


class Goal(NamedTuple):
    """A number to be minimised or maximised.

    Attributes:
      name: what the user calls it.
      lower: whether lower is better.
      names: the measures whose mean it is.
    """

    name: str
    lower: bool
    names: tuple[str, ...]


def goals(*, lower=(), higher=()) -> dict[str, Goal]:
    """Goals by name, each a single measure.

    Args:
      lower: names of measures that are better when lower.
      higher: names of measures that are better when higher.
    """
    return {n: Goal(n, n in lower, (n,)) for n in (*lower, *higher)}


def find_goal(text: str, trainer, feed, tools) -> Goal:
    """What a user means by `--keep-best TEXT`.

    It is one of the method's own measures, or a number of a metric. For a joint run, a metric's
    number is the mean over its domains, unless the name ends in the letter of one.

    Args:
      text: the name.
      trainer: the method, built.
      feed: the run's data.
      tools: the `Instruments` of the metrics to measure.

    Raises:
      UserError: if there is no such number, its values cannot be ranked, or it is not measured.
    """
    own, known = trainer.goals(feed), aims()
    if text in own:
        return own[text]
    aim, letters = known.get(text), ""
    if aim is None:
        head, _, letters = text.rpartition("_")
        aim = known.get(head) if letters and set(letters) <= set(DOMAINS) else None
    if aim is None:
        names = [*own, *known]
        raise UserError(
            f"--keep-best does not know {text!r}{suggest(text, names)} (choose from "
            f"{', '.join(names)}; metrics of a joint method with _a, _b, ... for one domain)"
        )
    if aim.metric not in tools.metrics:
        raise UserError(f"--keep-best {text} needs {aim.metric} in --evaluate-metrics")
    return Goal(text, aim.lower, _names(text, aim, letters, trainer, tools.features_of(aim.metric)))


def _names(text, aim: Aim, letters, trainer, features):
    ends = letters_of_run(trainer, paired=METRICS[aim.metric].paired)
    if letters and letters not in ends:
        there = ", ".join(f"_{each}" for each in ends if each) or "no letter"
        raise UserError(f"--keep-best {text}: numbers of this run end in {there}")
    chosen = [letters] if letters else ends
    return tuple(shown_name(aim.metric, aim.value, features, each) for each in chosen)
