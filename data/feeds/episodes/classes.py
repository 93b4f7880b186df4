"""Splits classes into those for training and those held out for meta-testing."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError, suggest

_SHOWN = 12  # Names of classes in a line.


class Split(NamedTuple):
    """The class numbers of a data set by use, in ascending order.

    Attributes:
      trained: those that are trained on.
      held_out: those that never occur in training.
    """

    trained: tuple[int, ...]
    held_out: tuple[int, ...]


def split_classes(held_out: Sequence[str], names: Sequence[str], ways: int, data: str) -> Split:
    """Splits classes.

    Args:
      held_out: names of classes; or one integer, the number of last classes to hold out, even where
        classes are named by numbers.
      names: names of all classes.
      ways: number of classes in an episode.
      data: name of the data set, for errors.

    Raises:
      UserError: if a class is unknown or named twice, or either side has fewer than `ways` classes.
    """
    split = split_by_name(held_out, names, data)
    chosen = split.held_out
    if ways == 1 and not split.trained:
        raise UserError(
            f"--held-out-classes {','.join(held_out)}: no class of {data} is left to train on; "
            "hold out fewer"
        )
    if len(split.trained) < ways:
        left = f", of which {len(chosen)} are held out" if chosen else ""
        fewer = " or --held-out-classes" if chosen else ""
        raise UserError(
            f"--ways {ways}: {data} has {_classes(len(names))}{left}; lower --ways{fewer}, or "
            "choose another --dataset"
        )
    if chosen and len(chosen) < ways:
        raise UserError(
            f"--held-out-classes {','.join(held_out)}: episodes of --ways {ways} cannot be made of "
            f"{_classes(len(chosen))}; hold out {ways} or more, or lower --ways"
        )
    return split


def split_by_name(held_out: Sequence[str], names: Sequence[str], data: str) -> Split:
    """Splits classes, however many there are on either side.

    Args:
      held_out, names, data: see `split_classes`.

    Raises:
      UserError: if a class is unknown or named twice.
    """
    chosen = _numbers(held_out, names, data)
    return Split(tuple(k for k in range(len(names)) if k not in chosen), tuple(sorted(chosen)))


def _numbers(held_out, names, data):
    if len(held_out) == 1 and held_out[0].isdecimal():
        count = int(held_out[0])
        return set(range(max(0, len(names) - count), len(names)))
    for name in held_out:
        if name not in names:
            raise UserError(
                f"--held-out-classes: {data} has no class {name!r}{suggest(name, names)} "
                f"(classes: {listed(names)})"
            )
        if list(held_out).count(name) > 1:
            raise UserError(f"--held-out-classes: {name!r} is named twice; name it once")
    return {list(names).index(name) for name in held_out}


def listed(names: Sequence[str]) -> str:
    """The names, or the first of them, in a line."""
    more = f", and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def places_of(labels: np.ndarray, names: Sequence[str], shots: int, queries: int, data: str):
    """The examples of each class.

    Args:
      labels: labels of all examples, int64 (n,), -1 where there is none.
      names: names of the classes.
      shots, queries: number of examples per class in an episode.
      data: name of the data set, for errors.

    Returns:
      A list of int64 (k,), indices of a class' examples.

    Raises:
      UserError: if a class has too few examples for an episode; the message names the smallest.
    """
    counts = np.bincount(labels[labels >= 0], minlength=len(names))
    least = int(np.argmin(counts))
    fewest = int(counts[least])
    if fewest < shots + queries:
        others = int((counts < shots + queries).sum()) - 1
        also = f" (and {_classes(others)} more)" if others else ""
        takes = (
            f"an episode takes {shots + queries} of each, --shots {shots} and --queries {queries}"
        )
        if not queries:
            takes = f"a task takes --shots {shots}"
        raise UserError(
            f"{data}: the class {names[least]!r} has {_examples(fewest)}, and {takes}{also}; lower "
            f"{'these' if queries else 'it'}, add examples, or remove the class"
        )
    return [np.flatnonzero(labels == k) for k in range(len(names))]


def _classes(count):
    return f"{count} class{'es' * (count != 1)}"


def _examples(count):
    return f"{count} example{'s' * (count != 1)}"
