"""Which labels images are translated to, as users name them."""

import re
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.uses.labels import (
    UNKNOWN,
    attributes_of,
    check_kind,
    classes_of,
    label_text,
    with_attributes,
)


class Target(NamedTuple):
    """A label to translate to.

    Attributes:
      value: the number of a class, or attributes (n,).
      words: the label in words.
      name: for names of files.
    """

    value: int | tuple[int, ...]
    words: str
    name: str


def targets_of(
    run_dir,
    label: Field | None,
    files,
    *,
    domain: str | None = None,
    attributes: str | None = None,
    change: str | None = None,
    all_domains: bool = False,
) -> list[list[Target | None]]:
    """For each image the labels to translate it to; [None] for a run that takes none.

    Args:
      run_dir: the run.
      label: the field of its label, None if it takes none.
      files: the images, see `data.reading.own_size.OwnSizes`.
      domain: names or numbers of classes, joined with commas.
      attributes: names of the attributes that apply, or with ! before them that do not, joined with
        commas; those that are not named do not apply.
      change: attributes to change, such as "Male=1,Smiling=0"; those that are not named stay as
        they are, which `files.labels` says.
      all_domains: whether to translate to every class, or to every attribute alone.

    Raises:
      UserError: if the run takes no label, or none is given, or a wrong one, or an attribute that
        is to stay is unknown.
    """
    given = {
        **{"--domain": domain, "--attributes": attributes, "--set": change},
        "--all-domains": all_domains,
    }
    given = {option: value for option, value in given.items() if value}
    if label is None:
        for option in given:
            raise UserError(f"{option}: {run_dir} was not trained on labels; leave it out")
        return [[None]] * len(files)
    if len(given) != 1:
        one = "--domain NAME" if label.kind == "class" else "--attributes NAME,NAME, --set NAME=1"
        known = ", ".join(label.names)
        if given:
            raise UserError(f"{' and '.join(given)}: give one of them")
        raise UserError(f"{run_dir} needs {one}, or --all-domains; there are {known}")
    (option,) = given
    if not all_domains:
        kind = "class" if domain else "attributes"
        check_kind(run_dir, label, kind, option, classes="--domain")
    if change:
        return [[target] for target in _changed(label, change, files)]
    return [_same_for_all(label, domain, attributes)] * len(files)


def _same_for_all(label, domain, attributes):
    if domain:
        return [_of_class(label, k) for k in classes_of(label, domain, "--domain")]
    if attributes:
        return [_of_attributes(label, _values(label, attributes))]
    numbers = range(len(label.names))
    if label.kind == "class":
        return [_of_class(label, k) for k in numbers]
    return [_of_attributes(label, [int(k == other) for other in numbers]) for k in numbers]


def _changed(label, text, files):
    given = attributes_of(label, text, "--set")
    _check_groups(
        label, [label.names[k] for k, value in given.items() if value == 1], "--set", text
    )
    # What is set takes the place of the others of its group.
    cleared = {
        label.names.index(other): 0
        for group in label.groups
        for other in group
        if any(given.get(label.names.index(name)) == 1 for name in group)
    }
    values = with_attributes(files.labels(label.names), cleared | given)
    if not label.unknown and (values == UNKNOWN).any():
        row, place = np.argwhere(values == UNKNOWN)[0]
        raise UserError(
            f"{files.path(row)}: its attribute {label.names[place]} is unknown, but the run was "
            f"trained on known ones; write 0 or 1 into the table beside it, or add "
            f"{label.names[place]}=0 or =1 to --set"
        )
    return [_of_attributes(label, row) for row in values.tolist()]


def _values(label, text):
    words = [word.strip() for word in text.split(",")]
    settings = [f"{w[1:].strip()}=0" if w.startswith("!") else f"{w}=1" for w in words]
    values = [0] * len(label.names)
    for place, value in attributes_of(label, ",".join(settings)).items():
        values[place] = value
    chosen = [name for name, value in zip(label.names, values, strict=True) if value == 1]
    _check_groups(label, chosen, "--attributes", text)
    return values


def _check_groups(label, chosen, option, text):
    for group in label.groups:
        several = [name for name in group if name in chosen]
        if len(several) > 1:
            raise UserError(
                f"{option} {text}: {' and '.join(several)} exclude each other; name one of them"
            )


def _of_class(label, number):
    words = label_text(label, number)
    # The number tells apart two names that differ only in characters that files cannot have.
    name = _in_files(words)
    clash = [_in_files(other) for other in label.names].count(name) > 1
    return Target(int(number), words, f"{name}_{number}" if clash else name)


def _of_attributes(label, values):
    chosen = [name for name, value in zip(label.names, values, strict=True) if value == 1]
    return Target(tuple(values), label_text(label, values), _in_files("_".join(chosen) or "none"))


def _in_files(text):
    return re.sub(r"[^\w.-]+", "_", text)
