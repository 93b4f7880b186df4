"""Digits of which some are rare in training: domains that differ in more than their style."""

import numpy as np

from data.drawn.glyphs import Glyphs
from data.image_source import ImageSource

COMMON = 5  # Digits below are common.
SHARE = 0.95  # Of the common ones among all examples.


class BiasedGlyphs(ImageSource):
    """Drawn digits, 95 % of them below 5; those of "test" are all drawn equally often.

    So a translator that draws what is frequent shows when it is measured: the held-out images ask
    for every digit.

    Args:
      style, split, size: see `Glyphs`.
    """

    classes = Glyphs.classes

    def __init__(self, style: str, split: str = "train", size: int = 32):
        self._glyphs = Glyphs(style, split, size)
        self.name, self.shape = f"glyph_biased_{style}", self._glyphs.shape
        self.unbiased = self._glyphs.name
        self._style, self._split = style, split
        labels = self._glyphs.labels()
        self._places = np.arange(len(labels))
        if split == "train":
            common, rare = np.flatnonzero(labels < COMMON), np.flatnonzero(labels >= COMMON)
            count = round(len(common) * (1 - SHARE) / SHARE)
            # At equal distances, so that every part of the set has as many of them.
            kept = rare[np.linspace(0, len(rare) - 1, count).astype(int)]
            self._places = np.sort(np.concatenate([common, kept]))

    def __len__(self):
        return len(self._places)

    def example(self, index):
        """Returns the drawn digit and its value."""
        return self._glyphs.example(int(self._places[index]))

    def labels(self):
        """Returns the digits of all examples."""
        return self._glyphs.labels()[self._places]

    def at_size(self, size):
        """See `Glyphs.at_size`."""
        side = self._glyphs.at_size(size).shape[0]
        return BiasedGlyphs(self._style, self._split, side)


def open(argument: str, *, data_dir: str | None, split: str, **given) -> BiasedGlyphs:
    """Opens the digits in a style."""
    return BiasedGlyphs(argument, split, **given)
