"""The common image shape of several data sets."""

from collections.abc import Sequence

from data.reading.reader import Reader
from data.registry import Raw
from tfgan_kit.errors import UserError
from tfgan_kit.settings.size import USUAL, Sizes


def common_shape(
    sets: Sequence[Raw],
    image_size: tuple[int, int] | int | None,
    channels: int | None,
    sizes: Sizes = USUAL,
) -> tuple[tuple[int, int] | int, int]:
    """Returns the image size and channel count at which all sets are read.

    Args:
      sets: the opened sets.
      image_size: the requested size; by default the one of `sizes` that is nearest to the images of
        the largest set.
      channels: the requested channel count; by default 3 if any set is in colour, else 1.
      sizes: the sizes that the networks support.

    Raises:
      UserError: if a set holds points, a set has no size of its own and none is given, or the
        request is invalid.
    """
    for raw in sets:
        if not any(field.has_size for field in raw.source.fields.values()):
            raise UserError(
                f"{raw.source.name} holds points; only images can be combined with another data set"
            )
    shapes = [Reader(raw.source, image_size, channels, memory_budget=0).image_shape for raw in sets]
    size = image_size or sizes.nearest(max((shape[:2] for shape in shapes), key=min))
    return size, channels or max(shape[2] for shape in shapes)
