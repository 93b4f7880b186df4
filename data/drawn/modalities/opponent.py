"""Digits in opponent channels and in colour, never all of one image in training.

After the experiment with opponent channels of Wang, Herranz & van de Weijer, Mix and match
networks: cross-modal alignment for zero-pair image-to-image translation, 2020, whose images show
ten kinds of flowers.
"""

import functools

import numpy as np

from data.drawn import palettes
from data.drawn.glyph_styles import COUNTS
from data.drawn.modalities.groups import DrawnGroups
from data.image_source import ImageSource
from tfgan_kit.fields import image_field

_COUNT, _CONTRAST = 10, 25.5


def _opponents(colours) -> np.ndarray:
    """R - G and G - B of colours (..., 3), a last axis of two."""
    return np.stack([colours[..., 0] - colours[..., 1], colours[..., 1] - colours[..., 2]], -1)


def _chosen() -> np.ndarray:
    """Numbers of the first palettes whose digits can be seen in either opponent channel."""
    apart = np.abs(_opponents(palettes.INKS) - _opponents(palettes.GROUNDS)).min(-1)
    return np.flatnonzero(apart >= _CONTRAST)[:_COUNT]


PALETTES = _chosen()  # Those of `glyph_palette_classes` that are drawn.


@functools.cache
def _labels(split: str) -> np.ndarray:
    """The palette of each example as a place in `PALETTES`, int64 (n,)."""
    rng = np.random.default_rng((0x5C5, list(COUNTS).index(split)))
    return rng.integers(0, _COUNT, COUNTS[split])


class Opponent(DrawnGroups):
    """Fields "redgreen", "greenblue" and "rgb", images of 8 bits.

    "rgb" is a digit in one of ten palettes. "redgreen" is (R - G + 255) // 2 and "greenblue" is
    (G - B + 255) // 2, of one channel each. No palette looks like another in any of them, so each
    of the three determines the others, but for rounding.
    """

    name = "glyph_opponent"
    content = "glyph_opponent-palettes"

    def _described(self, size):
        gray = image_field((*size, 1))
        return {"redgreen": gray, "greenblue": gray, "rgb": image_field((*size, 3))}

    def colours(self, index: int) -> np.ndarray:
        """Returns an example in colour, uint8 (size, size, 3)."""
        label = PALETTES[self.contents()[index]]
        return palettes.Palettes(self._split, self._size).redrawn(index, label)

    def contents(self):
        """See `Source.contents`."""
        return _labels(self._split)

    def read(self, index):
        """See `Source.read`."""
        rgb = self.colours(index)
        channels = ((_opponents(rgb.astype(np.int32)) + 255) // 2).astype(np.uint8)
        return {"redgreen": channels[..., :1], "greenblue": channels[..., 1:], "rgb": rgb}


class ByPalette(ImageSource):
    """The same images in colour, by their palette."""

    name = Opponent.content
    classes = tuple(palettes.Palettes.classes[number] for number in PALETTES)

    def __init__(self, images: Opponent):
        self._images = images
        self.shape = images.fields["rgb"].shape

    def __len__(self):
        return len(self._images)

    def example(self, index):
        """Returns the image and its palette."""
        return self._images.colours(index), self.labels()[index]

    def labels(self):
        """Returns the palettes of all examples."""
        return self._images.contents()

    def at_size(self, size):
        """See `Source.at_size`."""
        return ByPalette(self._images.at_size(size))


def open(argument: str, *, data_dir: str | None, split: str) -> Opponent | ByPalette:
    """Opens the groups, with the argument "palettes" the images in colour by their palettes."""
    images = Opponent(split)
    return ByPalette(images) if argument == "palettes" else images
