"""Measures of styles: how far they change a translation, and whether a reference's is obeyed."""

import numpy as np

from tfgan_kit.fields.network import as_pictures
from tfgan_kit.pictures.images import to_uint8
from trainers.unpaired.measures import DIRECTIONS
from trainers.unpaired.styles import INPUTS, in_styles, load_lpips_of, style_changes


class StyleMeasures:
    """Measures the translations of a method with styles.

    Args:
      config: a `MUNITConfig`.
      feed: the run's data, see `data.feeds.several.joint_feed`.

    Attributes:
      left_out: lines about what cannot be measured.
    """

    def __init__(self, config, feed):
        self._config, self._readers = config, feed.domains.held_out()
        fields = [reader.fields["image"] for reader in self._readers]
        self._lpips, self.left_out = load_lpips_of(fields)

    def __call__(self, bound, count: int) -> tuple[dict, dict]:
        """Measures translations of at most `INPUTS` held-out images of each domain.

        Args:
          bound: function from the name of a use to its `Bound`.
          count: number of images, at most as many as are held out.

        Returns:
          Name -> number, for each direction: "style_spread", the mean absolute difference between
          translations of one image in two styles, in % of the range; "style_lpips", the mean LPIPS
          of all pairs of `STYLES` translations of one image, if its network is there;
          "reference_error", the mean absolute difference between the mean colour of a translation
          and that of the reference whose style it took, in % of the range. And the last for other
          references than that one, to compare with.
        """
        found, chance = {}, {}
        count = min(count, INPUTS, *map(len, self._readers))
        reals = [self._read(reader, count) for reader in self._readers]
        for source, direction in enumerate(DIRECTIONS):
            real, reference = reals[source], reals[1 - source]
            outputs = self._in_styles(bound(f"translate_{direction}"), real)
            changes = style_changes(outputs, self._lpips)
            found |= {f"{name}_{direction}": value for name, value in changes.items()}
            inputs = {"input": real, "reference": reference}
            made = bound(f"translate_{direction}_reference").render(inputs)["image"]
            shown = as_pictures(self._readers[1 - source].fields["image"], reference)
            name = f"reference_error_{direction}"
            found[name] = colour_error(made, shown)
            chance[name] = colour_error(made, np.roll(shown, 1, axis=0))
        return found, chance

    def _read(self, reader, count):
        return reader.read(np.random.default_rng(0).permutation(len(reader))[:count])["image"]

    def _in_styles(self, bound, images):
        def render(styles):
            return bound.render({"input": images, "style": styles})["image"]

        return in_styles(render, len(images), self._config.style_size, self._config.seed)


def colour_error(images, references) -> float:
    """Mean absolute difference between the mean colours of images, in % of the range.

    Args:
      images, references: (n, height, width, channels), uint8 or float in [-1, 1].
    """
    colours = [to_uint8(each).mean((1, 2)) for each in (images, references)]
    return float(np.abs(colours[0] - colours[1]).mean() / 255 * 100)
