"""The base of the drawn sets of which training never knows all modalities of an example."""

from data.drawn.pairs.drawn_pairs import DrawnPairs
from data.source import Source


class DrawnGroups(DrawnPairs):
    """Three modalities, of which the first is the anchor; see `DrawnPairs`.

    In training, examples of even numbers form the group of the anchor and the second modality,
    those of odd numbers that of the anchor and the third. In the other split, all three are known
    together.
    """

    def __init__(self, split: str = "train", size: int = 32):
        super().__init__(split, size)
        anchor, *others = self.fields
        self.groups = {"+".join(self.fields): self}
        if split == "train":
            self.groups = {
                f"{anchor}+{other}": _Half(self, (anchor, other), first)
                for first, other in enumerate(others)
            }


class _Half(Source):
    """Every other example, with some of the fields."""

    def __init__(self, source, names, first):
        self._source, self._names, self._first = source, names, first
        self.name = f"{source.name} {'+'.join(names)}"
        self.fields = {name: source.fields[name] for name in names}
        self.content = source.content

    def __len__(self):
        return (len(self._source) - self._first + 1) // 2

    def read(self, index):
        """See `Source.read`."""
        example = self._source.read(2 * index + self._first)
        return {name: example[name] for name in self._names}

    def at_size(self, size):
        """See `Source.at_size`."""
        return _Half(self._source.at_size(size), self._names, self._first)
