"""The data of a method that generates by label, with hidden or balanced labels."""

import dataclasses

import numpy as np

from data.feeds.feed import Feed, check_single, open_for
from data.feeds.label_views import Balanced, PartlyLabelled, all_labels, choose_labelled
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field

EXAMPLES = 256  # Number of rows of attributes, or of vectors, kept to draw from.


def open_labelled(config):
    """Opens a labelled data set; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `TrainConfig` with `labelled_per_class` and `balanced_real`.

    Raises:
      UserError: see `LabelledFeed`.
    """
    reader, config = open_for(config)
    return LabelledFeed(reader, config), config


class LabelledFeed(Feed):
    """The data of one run, with labels hidden or balanced as configured.

    Args:
      reader: the examples.
      config: see `open_labelled`.

    Attributes:
      spec: see `Feed`; the label's field has the rates of the classes and of unknown labels, and
        rows of attributes or vectors.

    Raises:
      UserError: if examples have several fields, there are no labels, fewer than two classes, a
        class without examples, or an attribute that has one value throughout.
    """

    def __init__(self, reader, config):
        check_single(reader)
        label, per_class = reader.fields["label"], config.labelled_per_class
        if not label.names and label.kind != "vector":
            raise UserError(
                f"{config.dataset} has no labels, which this method needs; choose another "
                "--dataset, or sort the images into one folder per class"
            )
        labels = all_labels(reader)
        view = reader
        if label.kind == "class":
            _check_classes(reader.name, labels, label.names)
            if per_class:
                known = choose_labelled(labels, per_class, config.seed, reader.name)
                view, labels = PartlyLabelled(view, known), np.where(known, labels, -1)
            if config.balanced_real:
                view = Balanced(view, labels)
        elif label.kind == "attributes":
            _check_attributes(reader.name, labels, label.names)
        if label.kind != "class" and (per_class or config.balanced_real):
            option = "--labelled-per-class" if per_class else "--balanced-real"
            kind = "vectors" if label.kind == "vector" else "attributes"
            raise UserError(f"{option} needs exclusive classes; {config.dataset} has {kind}")
        super().__init__(view, config)
        self.spec = self.spec | {"label": _described(label, labels, config.seed, reader.name)}
        self._hidden = f", {per_class} labelled per class" if per_class else ""

    def __str__(self):
        return super().__str__() + self._hidden


def _check_classes(name, labels, names):
    counts = np.bincount(labels[labels >= 0], minlength=len(names))
    if len(names) < 2:
        raise UserError(f"{name} has one class, {names[0]!r}; this method needs 2 or more")
    if not counts.all():
        told = ", ".join(f"{n} {c}" for n, c in zip(names[:12], counts, strict=False))
        missing = names[int(np.argmin(counts))]
        raise UserError(
            f"{name}: there are no examples of the class {missing!r} (examples: {told}); leave the "
            "class out or add some"
        )


def _check_attributes(name, labels, names):
    for attribute, values in zip(names, labels.T, strict=True):
        if not (values == 1).any() or not (values == 0).any():
            which = "with" if not (values == 1).any() else "without"
            raise UserError(
                f"{name}: there are no examples {which} the attribute {attribute!r}; leave the "
                "attribute out or add some"
            )


def _described(label: Field, labels, seed, name) -> Field:
    """The field with statistics of its values in the data."""
    missing = np.isnan(labels) if label.kind == "vector" else labels < 0
    missing = missing.reshape(len(labels), -1).any(1)
    unknown = float(missing.mean())
    if label.kind == "class":
        counts = np.bincount(labels[labels >= 0], minlength=len(label.names))
        shares = counts / counts.sum()
        return dataclasses.replace(label, rates=tuple(shares.tolist()), unknown_rate=unknown)
    known = labels[~missing]
    if not len(known) and label.kind == "attributes" and (labels >= 0).any():
        known = labels  # Of several sets, each with other attributes.
    if not len(known):
        raise UserError(f"{name}: no example has a complete label; add some")
    rows = np.random.default_rng(seed).choice(len(known), min(EXAMPLES, len(known)), replace=False)
    examples = tuple(tuple(row) for row in known[np.sort(rows)].tolist())
    return dataclasses.replace(label, examples=examples, unknown_rate=unknown)
