"""Labels to translate to: which there are, and how attributes exclude each other."""

import dataclasses

import numpy as np

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.fields import Field


def grouped(label: Field, groups: tuple[tuple[str, ...], ...], data: str) -> Field:
    """The field of attributes with the groups of which one applies.

    Args:
      label: the field of the label.
      groups: names of attributes, see `ManyDomainsConfig.groups`; without any, those that the data
        knows of.
      data: name of the data set, for messages.

    Raises:
      UserError: if labels are no attributes, a name is unknown or given twice, or a group has only
        one.
    """
    if groups and label.kind != "attributes":
        raise UserError(
            f"--exclusive: {data} has domains, which exclude each other anyway; leave it out"
        )
    names = [name for group in groups for name in group]
    for name in names:
        if name not in label.names:
            raise UserError(
                f"--exclusive: {data} has no attribute {name!r}{suggest(name, label.names)}; there "
                f"are {', '.join(label.names)}"
            )
        if names.count(name) > 1:
            raise UserError(f"--exclusive: {name} is named twice")
    for group in groups:
        if len(group) < 2:
            raise UserError(f"--exclusive {group[0]}: join two or more names with +")
    return dataclasses.replace(label, groups=groups or label.groups)


def toward(label: Field, labels: np.ndarray, number: int) -> np.ndarray:
    """Labels that differ from the given ones in one respect.

    Args:
      label: the field of the labels, classes or attributes.
      labels: those of images, int64 (n,) or (n, attributes).
      number: that of a class, which all get; or of an attribute, which is changed to the other
        value and stays unknown where it is unknown, or, in a group, set while the others of the
        group are cleared.

    Returns:
      int64 of the same shape.
    """
    if label.kind == "class":
        return np.full_like(labels, number)
    changed, name = labels.copy(), label.names[number]
    group = next((group for group in label.groups if name in group), None)
    if group is None:
        known = labels[:, number] >= 0
        changed[:, number] = np.where(known, 1 - labels[:, number], labels[:, number])
    else:
        changed[:, [label.names.index(other) for other in group]] = 0
        changed[:, number] = 1
    return changed
