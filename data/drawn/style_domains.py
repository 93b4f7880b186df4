"""Drawn digits whose domain is their style, and of which every style shows the same drawing.

Example i shows the digit and the affine map of example i of `glyphs`, in the style that is drawn
for it, always in three channels. The last `UNSEEN` styles are meant to be held out: one moves all
pixels, the other has colours, neighbours and blur that no other style has.
"""

import functools

import numpy as np

from data.drawn.glyph_styles import COUNTS, STYLES
from data.drawn.glyphs import draw
from data.drawn.recolour import Digits, Recolour

# The name of a domain -> that of its style of `glyphs`.
_LOOKS = {
    "plain": "plain",
    "edge": "edge",
    "negative": "negative",
    "colour": "color",
    "rotated": "rotate",
    "street": "street",
}
UNSEEN = 2


@functools.cache
def _labels(split: str) -> np.ndarray:
    """The style of each example, int64 (n,)."""
    rng = np.random.default_rng((0x5C4, list(COUNTS).index(split)))
    return rng.integers(0, len(_LOOKS), COUNTS[split])


class StyleDomains(Recolour):
    """One of six styles: plain, edge, negative, colour, rotated, street."""

    name = "style_domains"
    content = "style_domains-digits"
    classes = tuple(_LOOKS)

    def labels(self):
        """Returns the styles of all examples."""
        return _labels(self._split)

    def redrawn(self, index, label):
        """See `Recolour.redrawn`."""
        style = STYLES[tuple(_LOOKS.values())[label]]
        drawer = functools.partial(draw, self._split, index, self._size)
        image = style(drawer, self._split, index)
        return np.ascontiguousarray(np.broadcast_to(image, self.shape))


def open(argument: str, *, data_dir: str | None, split: str) -> StyleDomains | Digits:
    """Opens the digits by their styles, with the argument "digits" by their digits."""
    images = StyleDomains(split)
    return Digits(images) if argument == "digits" else images
