"""What the metrics of a run compare."""

from typing import NamedTuple

from tfgan_kit.evaluation.images.image_set import ImageSet
from tfgan_kit.evaluation.instruments import Instruments


class Comparison(NamedTuple):
    """Two sets of images, the instruments to compare them, and the suffix of the numbers.

    Attributes:
      real: real images.
      fake: what the run made.
      tools: metrics and networks.
      letters: the suffix, "" without domains.
      held: other real images, to be measured in place of `fake`, or None.
      held_is: what protocols call those: "held_out", or "training" if they were trained on.
    """

    real: ImageSet
    fake: ImageSet
    tools: Instruments
    letters: str = ""
    held: ImageSet | None = None
    held_is: str = "held_out"
