"""The domains of a joint method: several unpaired data sets with the same image shape."""

import functools
from collections import Counter
from collections.abc import Callable, Sequence

from data.derived.part import Part
from data.derived.wanted import ALL, Wanted
from data.feeds.pairs import base_and_transform
from data.reading import transforms
from data.reading.common_shape import common_shape
from data.reading.reader import MEMORY_BUDGET, Reader
from data.reading.values import EIGHT_BIT, Values
from data.registry import OTHER_SPLIT, Raw
from tfgan_kit.errors import NotFound
from tfgan_kit.settings.size import USUAL, Sizes


def open_domains(
    names: Sequence[str],
    *,
    data_dir: str | None = None,
    split: str = "train",
    image_size: tuple[int, int] | int | None = None,
    channels: int | None = None,
    max_bad_files: int = 0,
    fit: str = "crop",
    values: Values = EIGHT_BIT,
    wanted: Wanted = ALL,
    sizes: Sizes = USUAL,
    memory_budget: int = MEMORY_BUDGET,
) -> "Domains":
    """Opens the data sets of a joint method.

    Domains that come from the same set, such as mnist and mnist-edge, split its examples: each gets
    its own `Part`, so that no example is used in two domains.

    Args:
      names: names of the data sets, one per domain; see `data.feeds.pairs.domain_names`.
      data_dir, split, max_bad_files, fit, values, wanted: see `data.reading.open.open_source`.
      image_size: size of all images; by default the size that `sizes` chooses for the images of the
        largest domain.
      channels: channels of all images; by default 3 if any domain is in colour, else 1.
      sizes: the sizes that the networks support.
      memory_budget: bytes for the images of all domains; see `data.reading.reader.Reader`.

    Raises:
      UserError: if a set cannot be opened, or contains points.
    """

    how = {"data_dir": data_dir, "values": values}
    raws = [wanted.opened(name, split=split, **how) for name in names]
    size, channels = common_shape(raws, image_size, channels, sizes)

    def read(raw, taken=0):
        budget = memory_budget // len(names) - taken
        return Reader(
            raw.source,
            size,
            channels,
            max_bad_files,
            fit=fit,
            depth=values.depth,
            transform=raw.transform,
            memory_budget=budget,
        )

    def open_held_out(name, taken):
        return read(wanted.held_out().opened(name, split=OTHER_SPLIT[split], **how), taken)

    return Domains(names, raws, read, open_held_out)


class Domains:
    """The data of a joint method; made by `open_domains`.

    Args:
      names: names of the data sets, one per domain.
      raws: the opened data sets.
      read: makes the `Reader` of a `Raw`.
      open_held_out: makes the `Reader` of a data set's other split, given its name and the bytes of
        memory that the training split takes.

    Attributes:
      names: names of the data sets as given.
      readers: one `Reader` per domain, of the training data.
      image_shape: (size, size, channels) of the images of all domains.
      classes: names of the classes if all domains have the same, else ().
      pairs_known: whether all domains are versions of the same set, so that example i of
        `held_out()` shows the same thing in every domain.
      parts_are_disjoint: whether domains that come from the same set each got a separate part of
        it.
      transforms: per domain, the function from uint8 (height, width, channels) to the same that
        turns the first domain's images into this domain's; None if unknown, and for the first
        domain.
    """

    def __init__(
        self,
        names: Sequence[str],
        raws: Sequence[Raw],
        read: Callable[[Raw], Reader],
        open_held_out: Callable[[str, int], Reader],
    ):
        self.names = tuple(names)
        self.readers = tuple(read(raw) for raw in _parts(raws))
        self.image_shape = self.readers[0].image_shape
        kinds = {(reader.classes, reader.label_shape) for reader in self.readers}
        self.classes = self.readers[0].classes if len(kinds) == 1 else ()
        identities = {raw.identity for raw in raws}
        self.pairs_known = len(identities) == 1
        self.parts_are_disjoint = len(identities) < len(raws)
        self.transforms = tuple(_from_first(self.names, k) for k in range(len(names)))
        self._open_held_out = open_held_out

    def __len__(self):
        return len(self.readers)

    def __str__(self):
        names = " + ".join(reader.name for reader in self.readers)
        *counts, last = (f"{len(reader):,}" for reader in self.readers)
        shape = "x".join(map(str, self.image_shape))
        classes = f", {len(self.classes)} classes" if self.classes else ""
        return f"{names}: {', '.join(counts)} and {last} examples of {shape}{classes}"

    def held_out(self) -> tuple[Reader | None, ...]:
        """Returns readers of the complete held-out splits, one per domain.

        They are opened on the first call. A domain whose set has no other split gets None.

        Raises:
          UserError: if another split exists but cannot be read.
        """
        return self._held_out

    @functools.cached_property
    def _held_out(self):
        readers = []
        for name, trained_on in zip(self.names, self.readers, strict=True):
            try:
                readers.append(self._open_held_out(name, trained_on.memory))
            except NotFound:
                readers.append(None)
        return tuple(readers)


def _parts(raws):
    """Splits the sets that several domains come from."""
    shares, given = Counter(raw.identity for raw in raws), Counter()
    for raw in raws:
        count, index = shares[raw.identity], given[raw.identity]
        given[raw.identity] += 1
        yield raw._replace(source=Part(raw.source, index, count)) if count > 1 else raw


def _from_first(names, domain):
    """Returns the known transform of the first domain into another, None if there is none."""
    (first, changed), (base, name) = (base_and_transform(names[k]) for k in (0, domain))
    return transforms.TRANSFORMS[name] if name and not changed and base == first else None
