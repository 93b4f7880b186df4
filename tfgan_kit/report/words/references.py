"""What the samples or translations of a run are compared with, in words."""

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
    "input copied": Reference(
        "input copied",
        "input copied",
        "the input in place of the output, in its channels",
    ),
    "nearest class trained on": Reference(
        "nearest class trained on",
        "the nearest class trained on",
        "the input redrawn in the class that comes nearest among those that were trained on",
    ),
    "bicubic": Reference(
        "bicubic",
        "bicubic",
        "the input in place of the output, enlarged by antialiased bicubic interpolation",
    ),
    "training mean": Reference(
        "training mean",
        "training mean",
        "the mean target of the training set in place of the output, or in its hole",
    ),
    "mean fill": Reference(
        "mean fill",
        "mean fill",
        "the hole in the mean colour of the rest of its image",
    ),
    "first stage": Reference(
        "first stage",
        "first stage",
        "the network of the first stage, which reconstructs only",
    ),
    "unmoved": Reference(
        "unmoved model",
        "unmoved model",
        "the networks before any step on a domain",
    ),
    "teacher": Reference("teacher", "the teacher", "the frozen network that was learned from"),
    "true translation": Reference(
        "true translations",
        "true translations",
        "the same image drawn in the other domain in place of the translation",
    ),
    "real": Reference(
        "real data",
        "real data",
        "real data in place of what the run made; where a measure compares two sets, both are real",
    ),
}


def reference(name: str) -> Reference:
    """A reference by its name in evaluation.json; one that is not known here is called by it."""
    shown = name.replace("_", " ")
    return _KNOWN.get(name) or Reference(shown, shown, "the same measures of other data")


def in_order(names) -> list[str]:
    """The references in the order of a sentence: from what chance reaches to what is real."""
    return [n for n in _KNOWN if n in names] + [n for n in names if n not in _KNOWN]
