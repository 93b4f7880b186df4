"""The way back from translations, through the networks of the other direction."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.apply import Bound

CYCLE = "cycle_l1"  # The mean absolute error of the way there and back, in % of the range.
_REFERENCE = "reference"


def way_back(saved: SavedRun, direction: str) -> Bound:
    """The use that translates back; it takes the look of the image where it can take one.

    So a run whose images have a style comes back in the image's own, as in its cycle loss.

    Args:
      saved: the run.
      direction: letters of the domains of the way there, "" if the run has none.

    Raises:
      UserError: if there is no way back.
    """
    path, back = saved.run.path, f"translate_{direction[::-1]}"
    if not direction:
        raise UserError(f"--cycle: {path} does not translate between domains a and b; leave it out")
    if direction == direction[::-1]:
        raise UserError(
            f"--cycle: domain {direction[0]} is translated into itself; name two domains or leave "
            "it out"
        )
    styled = f"{back}_{_REFERENCE}"
    return saved.bound(styled if styled in saved.uses else back)


def cycle_error(field: Field, image, back) -> float:
    """The mean absolute difference of an image and its way there and back, in % of the range.

    Args:
      field: of both.
      image, back: values of the field, (height, width, channels).
    """
    low, high = field.range
    return float(np.abs(image.astype(np.float64) - back).mean() / (high - low) * 100)
