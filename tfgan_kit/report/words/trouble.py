"""Advice for a run that looks like trouble, in the words of docs/questions.md."""

import math
from collections.abc import Callable
from typing import NamedTuple

from tfgan_kit.report.evaluation_file import numbers_of
from tfgan_kit.report.measures import parse

_CHANCE = 0.1  # An agreement this near to chance, as a part of the way to 1, is chance.
_ONE_CLASS = 0.8  # A distance to equally frequent classes above this means hardly any but one.


class Advice(NamedTuple):
    """A symptom and what helps.

    Attributes:
      chart: title of the chart that shows it, up to a colon.
      symptom: the symptom as a sentence.
      words: what it means and what to do.
    """

    chart: str
    symptom: str
    words: str


_CORRESPOND = Advice(
    "semantic_agreement",
    "The pairs do not correspond.",
    "At chance level, the domains are not coupled: raise --semantic-weight, take --semantic-form "
    "divergence, or share more of cogan's layers.",
)
_SAME = Advice(
    "histogram_distance",
    "All columns show the same class.",
    "One class for everything is a perfect solution of the semantic loss: semantic_agreement is "
    "then near 1, and a histogram_distance_a near 0.9 reveals it. Lower --semantic-weight, and "
    "keep the domains diverse with --loss wasserstein --penalty wgan_gp.",
)

# What a line of the log contains -> advice. "{player}" is the player that the line names.
_SIGNS = {
    "the discriminator has won": Advice(
        "discriminator",
        "The samples stay noise.",
        "If the discriminator's loss is near 0 from the start, it has won: the kit warns when that "
        "lasts for 1000 steps. Give it less of a lead with --penalty r1 --discriminator-norm none, "
        "--instance-noise 0.1, a lower --discriminator-lr, or --diffaugment translation on little "
        "data.",
    ),
    "the samples have become alike": Advice(
        "generator",
        "All samples look alike (mode collapse).",
        "Try --preset wgan-gp, --loss relativistic_average, a larger --batch-size, or fewer "
        "--critic-steps with the log losses.",
    ),
    "does not go with a gradient penalty": Advice(
        "discriminator",
        "A warning says that batch normalisation does not go with a gradient penalty.",
        "The penalty constrains the gradient of one example's logit, and batch normalisation mixes "
        "the examples. Use --discriminator-norm layer.",
    ),
    "batch normalisation in the": Advice(
        "discriminator",
        "A warning says that batch normalisation sees few examples.",
        "Its statistics are then noise. Use 8 examples or more per batch, or --generator-norm "
        "layer.",
    ),
    "is no longer finite": Advice(
        "{player}",
        '"... is no longer finite at step N".',
        "The run stopped before it could spoil the last good checkpoint. Lower the learning rates, "
        "clip gradients with --clip-norm 1 if the method has it, go back to --precision float32.",
    ),
}


def advice(record) -> list[Advice]:
    """What to do about the signs of trouble in a run's log, and in its newest measures."""
    found = []
    for line in (*record.log.warnings, *record.log.diverged):
        sign = next((sign for sign in _SIGNS if sign in line), None)
        if sign is not None:
            known = _SIGNS[sign]
            found.append(known._replace(chart=known.chart.format(player=line.split("/")[0])))
    if record.entries:
        found += [known for holds, known in _MEASURED if holds(record)]
    return list(dict.fromkeys(found))


def _by_chance(record):
    name, entry = _CORRESPOND.chart, record.entries[-1]
    chance = numbers_of(entry.get("reference", {}).get("shuffled", {})).get(name, math.nan)
    value = numbers_of(entry).get(name, math.nan)
    return value - chance < _CHANCE * (1 - chance)


def _one_class(record):
    measured = numbers_of(record.entries[-1]).items()
    return any(
        parse(name, record.has_domains).base == _SAME.chart and value > _ONE_CLASS
        for name, value in measured
    )


_MEASURED: tuple[tuple[Callable, Advice], ...] = ((_by_chance, _CORRESPOND), (_one_class, _SAME))
