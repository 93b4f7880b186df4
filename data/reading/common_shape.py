"""The one image shape that several data sets are read at."""

from collections.abc import Sequence

from data.reading.reader import Reader
from data.reading.transforms import network_size
from data.registry import Raw
from tfgan_kit.errors import UserError


def common_shape(
    sets: Sequence[Raw], image_size: int | None, channels: int | None
) -> tuple[int, int]:
    """Returns the image size and channel count that hold all of the sets.

    Args:
      sets: the opened sets.
      image_size: the size that is wished for; by default the smallest size of a network that
        holds the largest set's own images.
      channels: the wish; by default 3 if any set is in colour, else 1.

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
    size = image_size or network_size(max(min(shape[:2]) for shape in shapes))
    return size, channels or max(shape[2] for shape in shapes)
