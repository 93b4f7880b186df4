"""Label maps, masks and vectors in files, each of which is one field."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from data.reading.decode import header
from data.reading.native import array_header, is_array, load_array
from data.source import BadExample
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, vector_field

_HEADERS = 1000  # Number of headers read at opening, however many files there are.


class MapFiles:
    """Maps with a value per pixel, see `data.sources.paired.fields.Files`.

    Args:
      paths: the files.
      field: function from a size to the field.
      decode: function from a path to the map.
    """

    notes: tuple[str, ...] = ()

    def __init__(
        self,
        paths: Sequence[str],
        field: Callable[[tuple], Field],
        decode: Callable[[str], np.ndarray],
    ):
        self._paths, self._decode = paths, decode
        size, self.mixed = _common_size(paths)
        self.field = field(size)

    def __len__(self):
        return len(self._paths)

    def read(self, index):
        """Returns the map of an example; raises BadExample if it cannot be read."""
        return self._decode(self._paths[index])

    def path(self, index):
        """Returns the path of the map of an example."""
        return self._paths[index]


class VectorFiles:
    """Vectors of one length in .npy files, see `data.sources.paired.fields.Files`.

    Args:
      place: the folder, for messages.
      paths: the files.

    Raises:
      UserError: if they differ in length, or are not vectors.
    """

    mixed: str | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, place: Path, paths: Sequence[str]):
        self._paths, self._vectors = paths, [load_array(path) for path in paths]
        shapes = {vector.shape for vector in self._vectors}
        if len(shapes) > 1 or self._vectors[0].ndim != 1:
            raise UserError(
                f"{place}: its files hold arrays of shape {next(iter(shapes))} and others; vectors "
                "have one length"
            )
        self.field = vector_field(*shapes.pop())

    def __len__(self):
        return len(self._paths)

    def read(self, index):
        """Returns the vector of an example, float32."""
        return self._vectors[index].astype(np.float32)

    def path(self, index):
        """Returns the path of the vector of an example."""
        return self._paths[index]


def _common_size(paths):
    """The common size of a sample of the headers, and two files of different size as text."""
    firsts = {}
    for path in sample_of(paths, _HEADERS):
        try:
            size = (array_header if is_array(path) else header)(path)[:2]
        except BadExample:
            continue  # Reported when it is its turn to be read.
        firsts.setdefault(size, path)
    if len(firsts) == 1:
        return next(iter(firsts)), None
    two = list(firsts.items())[:2]
    return (None, None), " and ".join(f"{path} is {w}x{h}" for (h, w), path in two) or None


def sample_of(paths: Sequence[str], most: int) -> list[str]:
    """Returns up to `most` evenly spread elements."""
    places = np.unique(np.linspace(0, len(paths) - 1, min(len(paths), most)).astype(int))
    return [paths[k] for k in places]
