"""A data set of classes in which an image shows which example it is."""

import dataclasses

import numpy as np

from data.image_source import ImageSource
from data.source import BadExample
from tfgan_kit.settings.episodes import EpisodesConfig


class Classes(ImageSource):
    """Image k is filled with k; so many examples per class, mixed; some files are broken."""

    name, shape = "numbers", (2, 2, 1)

    def __init__(self, counts=(8,) * 9, names=None, broken=(), knows=True):
        self.classes = tuple(names or (f"class {k}" for k in range(len(counts))))
        everything = np.repeat(np.arange(len(counts)), counts)
        self.own = np.random.default_rng(0).permutation(everything)
        self.broken, self.knows = broken, knows

    def __len__(self):
        return len(self.own)

    def labels(self):
        return self.own.astype(np.int64) if self.knows else None

    def example(self, index):
        if index in self.broken:
            raise BadExample(f"{index}.png: cut off")
        return np.full(self.shape, index, np.uint8), self.own[index]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Config(EpisodesConfig):
    dataset: str = "numbers"
    ways: int = 3
    shots: int = 2
    queries: int = 3
    batch_size: int = 4
