"""Labels as people write them: names or numbers of classes, and values of attributes.

Importing this module imports nothing heavier than numpy.
"""

from collections.abc import Iterable

import numpy as np

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.fields import Field

UNKNOWN = -1
CLASSES = 16  # Maximum rows of a grid with a row per class.
_LISTED = 20  # Maximum number of names in a message.


def check_kind(
    run_dir, field: Field | None, kind: str, option: str, classes: str = "--label"
) -> None:
    """Checks that a run takes the labels that an option is for.

    Args:
      run_dir: the run.
      field: the field of its label, None if it takes none.
      kind: "class", "attributes" or "vector".
      option: the option.
      classes: the option for classes.

    Raises:
      UserError: if the run takes labels of another kind, or none.
    """
    if field is None:
        raise UserError(f"{run_dir} was trained without labels; leave {option} out")
    if field.kind != kind:
        raise UserError(f"{option}: {run_dir} takes {taken(field, classes)}")


def taken(field: Field, classes: str = "--label") -> str:
    """What labels a run takes, and the option that gives them, in words.

    Args:
      field: of the label.
      classes: the option that names classes.
    """
    known = _listed(field.names)
    match field.kind:
        case "class":
            return f"classes ({known}); see {classes}"
        case "attributes":
            return f"attributes ({known}); see --attributes"
        case _:
            return f"vectors of {field.shape[0]} numbers; see --vector"


def class_of(field: Field, word: str, option: str) -> int:
    """The number of a class from its name or its number; `UNKNOWN` for "unknown".

    Names take precedence over numbers: if classes are called "1" to "9", "1" is the first of them.
    "unknown" is only valid where the field has it.

    Args:
      field: the field of the class.
      word: what the user wrote.
      option: the option it was given to, for the error.

    Raises:
      UserError: if there is no such class; the message lists the valid names or numbers.
    """
    if word in field.names:
        return field.names.index(word)
    if word == "unknown" and field.unknown:
        return UNKNOWN
    count = len(field.names)
    if word.lstrip("-").isdecimal():
        if word.isdecimal() and int(word) < count:
            return int(word)
        raise UserError(f"{option} {word}: the {count} classes are 0 to {count - 1}")
    if word == "unknown":
        raise UserError(
            f"{option} unknown: the run was trained with labels throughout; {_known(field)}"
        )
    raise UserError(
        f"{option}: no class is called {word!r}{suggest(word, field.names)}; " + _known(field)
    )


def classes_of(field: Field, text: str, option: str = "--label") -> np.ndarray:
    """The numbers of the classes in a list such as "cat,dog", "3" or "all".

    Args:
      field: the field of the class.
      text: names or numbers joined with commas, or "all" for every class of the field in turn.
      option: the option it was given to, for the error.

    Returns:
      int64 (n,), n >= 1.

    Raises:
      UserError: if a class does not exist or is named twice.
    """
    if text in field.names:  # A name may contain commas.
        return np.array([field.names.index(text)])
    if text == "all":
        return np.arange(len(field.names))
    found: list[int] = []
    for word in (part.strip() for part in text.split(",")):
        number = class_of(field, word, option)
        if number in found:
            raise UserError(f"{option} {text}: {label_text(field, number)} is named twice")
        found.append(number)
    return np.array(found)


def attributes_of(field: Field, text: str, option: str = "--attributes") -> dict[int, int]:
    """Index of an attribute -> its value, from a list such as "Male=1,Smiling=0".

    Args:
      field: the field of the attributes.
      text: what the user wrote; "unknown" is a value where the field has it.
      option: the option it was given to, for the error.

    Raises:
      UserError: if an attribute does not exist, is named twice, or has an invalid value.
    """
    values = {"0": 0, "1": 1} | ({"unknown": UNKNOWN} if field.unknown else {})
    found: dict[int, int] = {}
    for part in text.split(","):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if name not in field.names:
            known = _listed(field.names)
            raise UserError(
                f"{option}: no attribute is called {name!r}{suggest(name, field.names)}; there are "
                f"{known}"
            )
        if not equals or value not in values:
            raise UserError(f"{option} {part.strip()}: give {name}= and one of {', '.join(values)}")
        place = field.names.index(name)
        if place in found:
            raise UserError(f"{option} {text}: {name} is named twice")
        found[place] = values[value]
    return found


def with_attributes(labels: np.ndarray, given: dict[int, int]) -> np.ndarray:
    """Rows of attributes (n, attributes) with some attributes set to the given values."""
    labels = labels.copy()
    for place, value in given.items():
        labels[:, place] = value
    return labels


def label_text(field: Field, value) -> str:
    """A label in words: the name of a class, each attribute with its value, or a vector's numbers.

    Args:
      field: the field of the label.
      value: the number of a class, attributes (attributes,), or a vector (n,).
    """
    if field.kind == "vector":
        return "unknown" if np.isnan(value).all() else ",".join(map(str, np.float32(value)))
    if field.kind == "class":
        return "unknown" if value == UNKNOWN else field.names[value]
    told = ("unknown" if v == UNKNOWN else int(v) for v in value)
    return ",".join(f"{name}={v}" for name, v in zip(field.names, told, strict=True))


def _known(field):
    also = ", unknown" if field.unknown else ""
    last = len(field.names) - 1
    return f"the classes are {_listed(field.names)}{also}, or their numbers, 0 to {last}"


def _listed(names: Iterable[str]) -> str:
    names = tuple(names)
    more = len(names) - _LISTED
    return ", ".join(names[:_LISTED]) + (f" and {more} more" if more > 0 else "")
