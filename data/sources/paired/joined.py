"""Several images of one example as the channels of one field."""

from collections.abc import Sequence

import numpy as np

from data.reading.image_files import ImageFiles
from data.reading.values import convert
from data.source import BadExample
from data.sources.paired.fields import check_sizes
from tfgan_kit.fields import image_field

_COMMON = ("float32", (0.0, 1.0))


class JoinedFiles:
    """Image files whose channels are joined, see `data.sources.paired.fields.Files`.

    If they differ in type or range, such as an 8-bit image and a 16-bit depth map, each is scaled
    from its own range to float32 in [0, 1].

    Args:
      name: name of the set, for messages.
      parts: the files, equally many of each part.

    Raises:
      UserError: if the files of two parts differ in size.
    """

    def __init__(self, name: str, parts: Sequence[ImageFiles]):
        fields = [part.field for part in parts]
        self._parts = parts
        self.mixed = next((part.mixed for part in parts if part.mixed), None)
        self.notes = tuple(note for part in parts for note in part.notes)
        size = (None, None)
        if not self.mixed:
            check_sizes(name, parts)
            size = fields[0].size
        kinds = {(field.dtype, field.range) for field in fields}
        dtype, bounds = kinds.pop() if len(kinds) == 1 else _COMMON
        self._wanted = [field.in_type(dtype, bounds) for field in fields]
        self.field = image_field((*size, sum(field.shape[2] for field in fields)), dtype, bounds)

    def __len__(self):
        return len(self._parts[0])

    def read(self, index):
        """Returns the joined image.

        Raises:
          BadExample: if an image cannot be read, or they differ in size.
        """
        images = [part.read(index) for part in self._parts]
        if len({image.shape[:2] for image in images}) > 1:
            listed = " and ".join(
                f"{part.path(index)} is {image.shape[1]}x{image.shape[0]}"
                for part, image in zip(self._parts, images, strict=True)
            )
            raise BadExample(f"{listed}; scale them to one size")
        pairs = zip(images, self._parts, self._wanted, strict=True)
        return np.concatenate([convert(x, part.field, to) for x, part, to in pairs], axis=-1)

    def path(self, index):
        """Returns the path of the first image of an example."""
        return self._parts[0].path(index)
