"""Which examples of a data set are taken: some classes, or a few of all."""

import contextlib
import dataclasses

import numpy as np

from data.registry import Raw, open_raw
from data.source import BadExample, Source
from tfgan_kit.errors import NotFound, UserError, suggest


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Examples by class and number.

    Attributes:
      classes: names of classes, or of the first and the last of several as "0-8"; () for all.
      examples: how many, None for all.
      seed: of the choice.
    """

    classes: tuple[str, ...] = ()
    examples: int | None = None
    seed: int = 0

    def held_out(self) -> "Wanted":
        """The examples that measures take of the other split: all of the same classes."""
        return dataclasses.replace(self, examples=None)

    def opened(self, name: str, **how) -> Raw:
        """A data set with the wanted examples only; see `data.registry.open_raw`."""
        raw = open_raw(name, **how)
        return raw._replace(source=self.of(raw.source))

    def of(self, source: Source) -> Source:
        """The wanted examples of a source, with the wanted classes only.

        Of several classes, equally many are taken as far as there are enough. Of fewer examples
        with the same seed, each is also among more.

        Raises:
          UserError: if there are no classes, no such class, or too few examples.
        """
        if not self.classes and self.examples is None:
            return source
        label = source.fields.get("label")
        by_class = label is not None and label.kind == "class" and bool(label.names)
        if self.classes and not by_class:
            raise UserError(
                f"--classes: the examples of {source.name} have no classes; leave it out"
            )
        chosen = _numbers(self.classes, label.names, source.name) if self.classes else ()
        labels = _labels(source) if by_class else None
        places = np.arange(len(source))
        if self.classes:
            places = places[np.isin(labels, chosen)]
            for k in set(chosen) - {*labels[places].tolist()}:
                raise NotFound(
                    f"--classes: {source.name} has no examples of the class {label.names[k]}"
                )
        if self.examples is not None:
            if self.examples > len(places):
                raise UserError(
                    f"--examples {self.examples}: {source.name} has {len(places)} of these; give "
                    "that many or fewer"
                )
            rng = np.random.default_rng((0xE4A, self.seed))
            order = rng.permutation(places)
            if by_class:
                order = order[np.argsort(_turns(labels[order]), kind="stable")]
            places = np.sort(order[: self.examples])
        return _Some(source, places, chosen)


ALL = Wanted()


class _Some(Source):
    """Examples of a source, at these places; with classes, these become its classes."""

    def __init__(self, source, places, classes):
        self._source, self._places, self._classes = source, places, classes
        self.name, self.fields = source.name, source.fields
        self.mixed, self.notes = source.mixed, source.notes
        self.passed_over, self.unbiased = source.passed_over, source.unbiased
        self.content = source.content
        self._of_points(source, classes)
        self._number = None
        if classes:
            label = source.fields["label"]
            names = tuple(label.names[k] for k in classes)
            self.fields = source.fields | {"label": dataclasses.replace(label, names=names)}
            self._number = np.full(len(label.names) + 1, -1)  # The last is that of unknown ones.
            self._number[list(classes)] = np.arange(len(classes))

    def __len__(self):
        return len(self._places)

    def read(self, index):
        """See `Source.read`."""
        example = self._source.read(self._at(index))
        if self._number is None:
            return example
        return example | {"label": self._number[example["label"]]}

    def _of_points(self, source, classes):
        """What is known of points, whose classes are their modes."""
        if hasattr(source, "centres"):
            every = source.centres
            self.centres = every[list(classes)] if classes else every
            self.sigma = source.sigma

    def where(self, index):
        """See `Source.where`."""
        return self._source.where(self._at(index))

    def encoded(self, index):
        """See `Source.encoded`."""
        return self._source.encoded(self._at(index))

    def labels(self):
        """See `Source.labels`."""
        labels = self._source.labels()
        if labels is None:
            return None
        labels = labels[self._places]
        return labels if self._number is None else self._number[labels]

    def contents(self):
        """See `Source.contents`."""
        contents = self._source.contents()
        return None if contents is None else contents[self._places]

    def redrawn(self, index, label):
        """See `Source.redrawn`."""
        if self._number is not None:
            label = self._classes[label]
        return self._source.redrawn(self._at(index), label)

    def figure(self, index):
        """See `Source.figure`."""
        return self._source.figure(self._at(index))

    def at_size(self, size):
        """See `Source.at_size`."""
        return _Some(self._source.at_size(size), self._places, self._classes)

    def _at(self, index):
        return int(self._places[index])


def _numbers(wanted, names, source):
    """The numbers of named classes, in the order of the data."""
    found = set()
    for text in wanted:
        first, dash, last = text.partition("-")
        if text in names:
            found.add(names.index(text))
        elif dash and first in names and last in names:
            low, high = names.index(first), names.index(last)
            found |= {*range(low, high + 1)}
            if low > high:
                raise UserError(f"--classes {text}: the first comes after the last; swap them")
        else:
            known = ", ".join(names) if len(names) <= 20 else f"{len(names)} others"
            raise UserError(
                f"--classes {text}: {source} has no such class{suggest(text, names)}; there are "
                f"{known}"
            )
    return tuple(sorted(found))


def _labels(source):
    """All labels, -1 where there is none; a source that does not list them is read once."""
    labels = source.labels()
    if labels is None:
        labels = np.full(len(source), -1)
        for i in range(len(source)):
            with contextlib.suppress(BadExample):  # Whether it counts is up to its reader.
                labels[i] = source.read(i)["label"]
    return labels


def _turns(labels):
    """How many of the same label come before each: 0 for the first of each, and so on.

    Those without a label come last.
    """
    turns = np.full(len(labels), len(labels))
    for k in np.unique(labels[labels >= 0]):
        places = np.flatnonzero(labels == k)
        turns[places] = np.arange(len(places))
    return turns
