"""A part of a source, for domains that must not share examples."""

from data.source import Source
from tfgan_kit.errors import UserError


class Part(Source):
    """Every `count`-th example of a source: example i is the source's example i * count + index.

    The parts are interleaved, so that they have the same shares of the classes even if the set is
    sorted by class. The parts 0 to count - 1 are disjoint and together make up the source.

    Args:
      source: the whole source.
      index: number of the part, from 0.
      count: number of parts.

    Raises:
      UserError: if the source has fewer examples than there are parts.
    """

    def __init__(self, source: Source, index: int, count: int):
        if len(source) < count:
            raise UserError(
                f"{source.name}: its {len(source)} examples cannot be shared by {count} domains"
            )
        self._source, self._index, self._count = source, index, count
        self.name = f"{source.name}[{index}/{count}]"
        self.fields = source.fields
        self.mixed, self.notes = source.mixed, source.notes
        self.passed_over = source.passed_over

    def __len__(self):
        return len(range(self._index, len(self._source), self._count))

    def read(self, index):
        """See `Source.read`."""
        return self._source.read(self._of_source(index))

    def where(self, index):
        """See `Source.where`."""
        return self._source.where(self._of_source(index))

    def labels(self):
        """See `Source.labels`."""
        labels = self._source.labels()
        return None if labels is None else labels[self._index :: self._count]

    def fingerprint(self):
        """The fingerprint of the whole source."""
        return self._source.fingerprint()

    def at_size(self, size):
        """Returns the same part of the source at that size."""
        return Part(self._source.at_size(size), self._index, self._count)

    def _of_source(self, index):
        return index * self._count + self._index
