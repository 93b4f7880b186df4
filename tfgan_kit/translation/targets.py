"""Which labels images are translated to, as users name them."""

import re
from typing import NamedTuple

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.uses.labels import attributes_of, check_kind, classes_of, label_text


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
    *,
    domain: str | None = None,
    attributes: str | None = None,
    all_domains: bool = False,
) -> list[Target | None]:
    """The labels to translate each image to; [None] for a run that takes none.

    Args:
      run_dir: the run.
      label: the field of its label, None if it takes none.
      domain: names or numbers of classes, joined with commas.
      attributes: names of the attributes that apply, or with ! before them that do not, joined with
        commas; those that are not named do not apply.
      all_domains: whether to translate to every class, or to every attribute alone.

    Raises:
      UserError: if the run takes no label, or none is given, or a wrong one.
    """
    given = {"--domain": domain, "--attributes": attributes, "--all-domains": all_domains}
    given = {option: value for option, value in given.items() if value}
    if label is None:
        for option in given:
            raise UserError(f"{option}: {run_dir} was not trained on labels; leave it out")
        return [None]
    if len(given) != 1:
        one = "--domain NAME" if label.kind == "class" else "--attributes NAME,NAME"
        known = ", ".join(label.names)
        problem = f"{' and '.join(given)}: give one of them" if given else f"{run_dir} needs {one}"
        raise UserError(f"{problem}, or --all-domains; there are {known}")
    if domain:
        check_kind(run_dir, label, "class", "--domain")
        return [_of_class(label, k) for k in classes_of(label, domain, "--domain")]
    if attributes:
        check_kind(run_dir, label, "attributes", "--attributes")
        return [_of_attributes(label, _values(label, attributes))]
    numbers = range(len(label.names))
    if label.kind == "class":
        return [_of_class(label, k) for k in numbers]
    return [_of_attributes(label, [int(k == other) for other in numbers]) for k in numbers]


def _values(label, text):
    words = [word.strip() for word in text.split(",")]
    settings = [f"{w[1:].strip()}=0" if w.startswith("!") else f"{w}=1" for w in words]
    values = [0] * len(label.names)
    for place, value in attributes_of(label, ",".join(settings)).items():
        values[place] = value
    for group in label.groups:
        chosen = [name for name in group if values[label.names.index(name)] == 1]
        if len(chosen) > 1:
            raise UserError(
                f"--attributes {text}: {' and '.join(chosen)} exclude each other; name one of them"
            )
    return values


def _of_class(label, number):
    words = label_text(label, number)
    # The number tells apart two names that differ only in characters that files cannot have.
    name = _in_files(words)
    clash = [_in_files(other) for other in label.names].count(name) > 1
    return Target(int(number), words, f"{name}_{number}" if clash else name)


def _of_attributes(label, values):
    chosen = [name for name, value in zip(label.names, values, strict=True) if value]
    return Target(tuple(values), label_text(label, values), _in_files("_".join(chosen) or "none"))


def _in_files(text):
    return re.sub(r"[^\w.-]+", "_", text)
