"""What the samples of a run are compared with, in words."""

from typing import NamedTuple


class Reference(NamedTuple):
    """A reference of evaluation.json in words.

    Attributes:
      name: its heading.
      short: what a sentence calls it.
      about: what was measured.
    """

    name: str
    short: str
    about: str


_KNOWN = {
    "shuffled": Reference(
        "shuffled pairs",
        "chance",
        "real images, each beside a real image of the other domain that has nothing to do with it",
    ),
    "true_pairs": Reference(
        "real pairs", "real pairs", "real images that show the same thing in every domain"
    ),
    "chance": Reference("guessing", "chance", "the same answer, the most frequent one, each time"),
    "real": Reference(
        "real data",
        "real data",
        "real data in place of the samples; where a measure compares two sets, both are real",
    ),
}


def reference(name: str) -> Reference:
    """A reference by its name in evaluation.json; one that is not known here is called by it."""
    shown = name.replace("_", " ")
    return _KNOWN.get(name) or Reference(shown, shown, "the same measures of other data")


def in_order(names) -> list[str]:
    """The references in the order of a sentence: from what chance reaches to what is real."""
    return [n for n in _KNOWN if n in names] + [n for n in names if n not in _KNOWN]
