"""Drawn digits in several domains: the colour of the ink, or attributes of which any may apply.

Example i shows the digit and the affine map of example i of `glyphs`, in one domain that is drawn
for it. It can be redrawn in every other domain, so that the true translation is known. Training
never uses this; the metrics do.
"""

import abc
import functools

import numpy as np

from data.drawn.glyph_styles import COUNTS, looks
from data.drawn.glyphs import SIZES, check_drawn, draw, poses
from data.image_source import ImageSource

INKS = {
    "red": (255, 40, 40),
    "green": (40, 220, 60),
    "blue": (60, 110, 255),
    "yellow": (255, 225, 30),
}
ATTRIBUTES = ("red", "pale", "warm", "faded")
_SHADES = (0.5, 1.0), (0.0, 0.5)  # Factor on an ink, then share of white.
# All are fixed, so that every translation between attributes has one right answer.
_OTHER_INK = (0, 120, 255)
_GROUNDS = ((20, 25, 75), (85, 50, 20))
_PALE = 0.55  # Share of white in a pale ink.
_FADED = 0.3  # What is left of a fading ink at the bottom of the image.


@functools.cache
def _domains(split: str) -> np.ndarray:
    """The ink of each example, int64 (n,)."""
    rng = np.random.default_rng((0x5C0, list(COUNTS).index(split)))
    return rng.integers(0, len(INKS), COUNTS[split])


@functools.cache
def _attributes(split: str) -> np.ndarray:
    """The attributes of each example, each with a probability of 1/2, int64 (n, 4)."""
    rng = np.random.default_rng((0x5C1, list(COUNTS).index(split)))
    return rng.integers(0, 2, (COUNTS[split], len(ATTRIBUTES)))


class Recolour(ImageSource):
    """Digits whose label is how they are drawn.

    Args:
      split: "train" (60,000 examples) or "test" (10,000), drawn from disjoint streams.
      size: side in pixels, 16 to 256.

    Raises:
      UserError: if there is no such split, or examples cannot be drawn at this size.
    """

    def __init__(self, split: str = "train", size: int = 32):
        check_drawn(self.name, split, size)
        self._split, self._size = split, size
        self.shape = (size, size, 3)

    def __len__(self):
        return COUNTS[self._split]

    def example(self, index):
        """Returns the image and its label."""
        label = self.labels()[index]
        return self.redrawn(index, label), label

    def contents(self) -> np.ndarray:
        """Returns the digits of all examples, int64 (n,)."""
        return poses(self._split).labels

    @abc.abstractmethod
    def redrawn(self, index: int, label) -> np.ndarray:
        """Returns the same digit as if it had another label, uint8 (size, size, 3)."""

    def at_size(self, size):
        """Returns the same examples in squares that contain `size`, within the limits."""
        return type(self)(self._split, min(max(*size, SIZES[0]), SIZES[1]))


@functools.cache
def _shades(split: str) -> tuple[np.ndarray, np.ndarray]:
    """How dark and how pale the ink of each example is, float (n, 1) each."""
    rng = np.random.default_rng((0x5C2, list(COUNTS).index(split)))
    dark, pale = (rng.uniform(*limits, (COUNTS[split], 1)) for limits in _SHADES)
    return dark, pale


class Inks(Recolour):
    """One of four inks, on a dark ground whose tint belongs to the example."""

    name = "glyph_recolour"
    content = "glyph_recolour-digits"
    classes = tuple(INKS)

    def labels(self):
        """Returns the inks of all examples."""
        return _domains(self._split)

    def redrawn(self, index, label):
        """See `Recolour.redrawn`."""
        ink, ground = tuple(INKS.values())[label], looks(self._split).dark[index]
        return painted(draw(self._split, index, self._size), self.shade(index, ink), ground)

    def shade(self, index: int, ink: tuple[int, int, int]):
        """Returns an ink as this example shows it, three numbers in [0, 255]."""
        return ink


class Shades(Inks):
    """One of four inks in any shade: an ink says nothing of how dark and pale it is.

    The same example has the same shade in every ink, so a redrawn one is one of many that are
    right.
    """

    name = "glyph_recolour-shades"
    content = "glyph_recolour-shades-digits"

    def shade(self, index, ink):
        """See `Inks.shade`."""
        dark, pale = (values[index] for values in _shades(self._split))
        ink = dark * np.asarray(ink, np.float32)
        return ink + (255 - ink) * pale


class Attributes(Recolour):
    """Any of: ink red (or blue), ink pale, ground warm (brown, not blue), ink fades downwards.

    Each changes colours and no shape: a StarGAN of a few minutes keeps the digit.
    """

    name = "glyph_recolour-attributes"
    content = "glyph_recolour-attributes-digits"
    classes = ATTRIBUTES
    label_shape = (len(ATTRIBUTES),)

    def labels(self):
        """Returns the attributes of all examples, int64 (n, 4)."""
        return _attributes(self._split)

    def redrawn(self, index, label):
        """See `Recolour.redrawn`."""
        red, pale, warm, faded = label
        ink = np.float32(INKS["red"] if red else _OTHER_INK)
        if pale:
            ink = (1 - _PALE) * ink + _PALE * 255
        cover = draw(self._split, index, self._size)
        if faded:
            cover = cover * np.linspace(1, _FADED, self._size, dtype=np.float32)[:, None]
        return painted(cover, ink, _GROUNDS[warm])


class Digits(ImageSource):
    """The same images with the digits as labels.

    Args:
      images: the source of the images.
    """

    classes = tuple("0123456789")

    def __init__(self, images: Recolour):
        self._images, self.name, self.shape = images, images.content, images.shape

    def __len__(self):
        return len(self._images)

    def example(self, index):
        """Returns the image and its digit."""
        return self._images.example(index)[0], self.labels()[index]

    def labels(self):
        """Returns the digits of all examples."""
        return self._images.contents()

    def at_size(self, size):
        """See `Recolour.at_size`."""
        return Digits(self._images.at_size(size))


def painted(cover, ink, ground) -> np.ndarray:
    """Returns a drawing in colour, uint8 (height, width, 3).

    Args:
      cover: how far the ink covers each pixel, (height, width) in [0, 255].
      ink, ground: three numbers in [0, 255] each.
    """
    share = cover[..., None] * np.float32(1 / 255)
    ground = np.asarray(ground, np.float32)
    return np.rint(ground + (np.float32(ink) - ground) * share).astype(np.uint8)


_SETS = {"inks": Inks, "shades": Shades, "attributes": Attributes}


def open(argument: str, *, data_dir: str | None, split: str) -> ImageSource:
    """Opens the digits by "inks", "shades" or "attributes"; with "-digits", by their digits."""
    name, digits, _ = argument.partition("-digits")
    images = _SETS[name](split)
    return Digits(images) if digits else images
