"""The one image shape that several data sets are read at."""

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
    """Returns the image size and channel count that hold all of the sets.

    Args:
      sets: the opened sets.
      image_size: the size that is wished for; by default the one of `sizes` for the images of the
        largest set.
      channels: the wish; by default 3 if any set is in colour, else 1.
      sizes: that the networks have a form for.

    Raises:
      UserError: a set holds points, has no size of its own and none is given, or a wish makes no
        sense.
    """
    for raw in sets:
        if not any(field.has_size for field in raw.source.fields.values()):
            raise UserError(
                f"{raw.source.name} holds points; only images can stand beside another data set"
            )
    shapes = [Reader(raw.source, image_size, channels, memory_budget=0).image_shape for raw in sets]
    size = image_size or sizes.nearest(max((shape[:2] for shape in shapes), key=min))
    return size, channels or max(shape[2] for shape in shapes)
