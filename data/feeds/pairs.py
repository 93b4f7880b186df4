"""The domains of a joint method by name. Importing this module imports nothing heavy."""

import os

from data.registry import (
    DATASETS,
    TRANSFORM_NAMES,
    data_root,
    is_cyclegan,
    split_names,
)
from data.sets.files import CYCLEGAN_SETS
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.settings.names import DOMAINS

# name -> (description, the data set of each domain)
PAIRS = {
    "glyph2edge": ("drawn digits and their outer edges; no files", ("glyphs", "glyphs-edge")),
    "glyph2negative": ("drawn digits and their negatives; no files", ("glyphs", "glyphs-negative")),
    "glyph2rotate": ("drawn digits, upright and turned; no files", ("glyphs", "glyphs-rotate")),
    "glyph_unpaired": (
        "drawn digits in colour and black ones on white, to translate; no files",
        ("glyphs-color", "glyphs-negative"),
    ),
    "glyph_biased": (
        "black digits on white, and coloured ones of which most are below 5; no files",
        ("glyphs-negative", "glyph_biased_color"),
    ),
    "glyph2street": ("drawn digits and house numbers; no files", ("glyphs", "glyphs-street")),
    "mnist2edge": ("MNIST and its outer edges", ("mnist", "mnist-edge")),
    "mnist2negative": ("MNIST and its negatives", ("mnist", "mnist-negative")),
    "mnist2rotate": ("MNIST, upright and turned by 90 degrees", ("mnist", "mnist-rotate")),
    "mnist2svhn": ("MNIST and house numbers in colour", ("mnist", "svhn")),
    "mnist2mnistm": ("MNIST on black and blended into photographs", ("mnist", "mnistm")),
    "mnist2usps": ("digits written for MNIST and on envelopes", ("mnist", "usps")),
    "fashion2edge": ("clothes and their outer edges", ("fashion_mnist", "fashion_mnist-edge")),
    "celeba-smiling": ("faces that smile or not", ("celeba:Smiling", "celeba:!Smiling")),
    "celeba-blond": ("faces with blond hair or not", ("celeba:Blond_Hair", "celeba:!Blond_Hair")),
    "celeba-eyeglasses": (
        "faces with eyeglasses or not",
        ("celeba:Eyeglasses", "celeba:!Eyeglasses"),
    ),
    **{name: (about, (f"{name}:a", f"{name}:b")) for name, (about, _) in CYCLEGAN_SETS.items()},
}
_ADVICE = "name a pair such as glyph2edge or two data sets joined with a comma"


def domain_names(dataset: str, data_dir: str | None = None) -> tuple[str, ...]:
    """Returns the data sets of the domains that `dataset` names.

    Args:
      dataset: a name of `PAIRS`, a folder with trainA and trainB, or two to eight names or paths of
        data sets joined with commas. A comma in an existing path is not a separator.
      data_dir: a folder, in addition to the working directory, that paths can be relative to.

    Raises:
      UserError: if there is no such pair, or there are fewer than two domains or more than eight.
    """
    if dataset in PAIRS:
        return PAIRS[dataset][1]
    names = tuple(map(str.strip, split_names(dataset, ",", data_root(data_dir))))
    if len(names) == 1 and is_cyclegan(dataset):
        return f"{dataset}:a", f"{dataset}:b"
    if len(names) == 1:
        if _is_a_data_set(dataset):
            raise UserError(f"this method needs at least two domains, not {dataset!r}; {_ADVICE}")
        raise UserError(
            f"no pair of domains {dataset!r}{suggest(dataset, PAIRS)}; {_ADVICE} "
            f"(pairs: {', '.join(PAIRS)})"
        )
    if not all(names):
        raise UserError(f"{dataset!r}: a name is missing beside a comma; {_ADVICE}")
    if len(names) > len(DOMAINS):
        raise UserError(
            f"{len(names)} domains are too many: {len(DOMAINS)} can be learned together"
        )
    return names


def base_and_transform(name: str) -> tuple[str, str | None]:
    """Returns a data set's base and transform: "mnist-edge" is the transform edge of mnist.

    This includes the transformed styles of the glyphs. For all other data sets, the base is `name`
    and the transform is None.
    """
    head, colon, argument = name.partition(":")
    base, _, transform = head.replace("fashion-mnist", "fashion_mnist").rpartition("-")
    if base in DATASETS and transform in TRANSFORM_NAMES:
        return f"{base}{colon}{argument}", transform
    return head.replace("fashion-mnist", "fashion_mnist") + colon + argument, None


def _is_a_data_set(text):
    head = base_and_transform(text)[0].partition(":")[0]
    return head in DATASETS or os.path.exists(text) or os.path.exists(text.rpartition(":")[0])
