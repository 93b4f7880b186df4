"""Compares translations with their truths, one at a time."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import as_pictures
from tfgan_kit.metrics.images import luma
from tfgan_kit.metrics.images.psnr import psnr
from tfgan_kit.metrics.images.resize import resize
from tfgan_kit.metrics.images.ssim import WINDOW, ssim

BICUBIC = "_bicubic"  # Ends the names of the same measures of the input, so enlarged.


class Comparison:
    """The measures of translations.

    Args:
      given: the field of what is translated.
      made: the field of translations.

    Attributes:
      scale: how many times as large as its input a translation is.
      names: of the measures: "l1", a share of the range; "psnr" in dB, "ssim"; and if translations
        are larger than inputs, "psnr_y" and "ssim_y" (see `tfgan_kit.metrics.images.luma`) without
        a border of as many pixels, and the last two again for the input, enlarged by antialiased
        bicubic interpolation.
    """

    def __init__(self, given: Field, made: Field):
        self._given, self._made = given, made
        self.scale = made.size[0] // given.size[0]
        self.names = ("l1", "psnr", "ssim")
        if self._enlarges:
            of_luma = ("psnr_y", "ssim_y")
            self.names += (*of_luma, *(f"{name}{BICUBIC}" for name in of_luma))

    @property
    def _enlarges(self):
        channels = {self._given.shape[-1], self._made.shape[-1]}
        return self.scale > 1 and channels in ({1}, {3})

    def __call__(self, given, made, truth, path) -> dict[str, float]:
        """The measures of one translation by name, NaN where it is too small.

        Args:
          given: what was translated, (height, width, ...).
          made, truth: (height', width', channels), values of the field.
          path: of the truth, for the error.

        Raises:
          UserError: if the truth has another shape than the translation.
        """
        if made.shape != truth.shape:
            sizes = ["x".join(map(str, values.shape)) for values in (truth, made)]
            raise UserError(
                f"{path}: is {sizes[0]}, but the translation is {sizes[1]}; give its truth"
            )
        low, high = self._made.range
        distance = np.abs(made.astype(np.float64) - truth).mean() / (high - low)
        seen, true = (as_pictures(self._made, values[None]) for values in (made, truth))
        whole = min(truth.shape[:2]) >= WINDOW
        parts = [v[..., :3] if v.shape[-1] in (1, 3) else v[..., :1] for v in (seen, true)]
        found = {
            "l1": float(distance),
            "psnr": float(psnr(*parts)[0]),
            "ssim": float(ssim(*parts)[0]) if whole else float("nan"),
        }
        if self._enlarges:
            found |= self._of_luma(true, seen, "")
            small = as_pictures(self._given, given[None])
            larger = np.rint(resize(small, true.shape[1:3])).astype(np.uint8)
            found |= self._of_luma(true, larger, BICUBIC)
        return found

    def _of_luma(self, true, seen, ending):
        border, side = self.scale, min(true.shape[1:3])
        found = {"psnr_y": luma.psnr_y, "ssim_y": luma.ssim_y}
        least = {"psnr_y": 2 * border + 1, "ssim_y": 2 * border + WINDOW}
        return {
            f"{name}{ending}": float(of(true, seen, border)[0])
            if side >= least[name]
            else float("nan")
            for name, of in found.items()
        }
