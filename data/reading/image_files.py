"""Image files as one field: their common properties, and their pixels."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from data.reading.decode import decode, header
from data.reading.native import array_header, decode_native, is_array, page_count
from data.reading.values import FULL, MEASURED, Values, check_range, own_range, small_part
from data.source import BadExample
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, image_field

# Number of headers read at opening, however many files there are: about a tenth of a second.
_SURVEY = 1000
_PLAIN = 4  # Number of 8-bit images decoded at opening, to check whether they are dark.
_DECODED = 16  # Number of files decoded at opening if types and values are needed.


class ImageFiles:
    """Image files, decoded as they are read.

    Args:
      name: name of the set, for messages.
      paths: the files, in the order of the examples.
      values: how they are read.

    Attributes:
      field: the field of the images: their common size, from the headers of up to 1000 evenly
        spread files, None if these differ; the largest number of channels; their type and range.
      mixed: two files of different size, as text for a message; None if all have one size.
      notes: notes for the user on their values.

    Raises:
      UserError: if none of the sampled files is an image, or a range is invalid.
    """

    def __init__(self, name: str, paths: Sequence[str], values: Values):
        self._pages = [(path, 0) for path in paths]
        if values.pages == "examples":
            self._pages = [(path, k) for path in paths for k in range(page_count(path))]
        self._name, self._values, self.notes = name, values, ()
        heads, problem = {}, None
        for index in _spread(len(self), _SURVEY):
            try:
                heads[index] = _header(self.path(index))
            except BadExample as error:
                problem = problem or error
        if not heads:
            raise UserError(f"{name}: none of its files can be read, starting with {problem}")
        firsts = {head[:2]: index for index, head in reversed(heads.items())}
        size, self.mixed = next(iter(firsts)), None
        if len(firsts) > 1:
            size, two = (None, None), sorted(firsts.items(), key=lambda item: item[1])[:2]
            self.mixed = " and ".join(f"{self.path(k)} is {w}x{h}" for (h, w), k in two)
        self._exact = values.exact or any(is_array(self.path(k)) for k in heads)
        self.field: Field = image_field((*size, max(head[2] for head in heads.values())))
        readable, deep = list(heads), [index for index, head in heads.items() if head[3]]
        if self._exact:
            self.field = self._declared(readable, values)
        else:
            some = _some(deep) if deep else _some(readable, _PLAIN)
            self._warn(self._survey(some)[0])

    def __len__(self):
        return len(self._pages)

    def of_pages(self, rows: Sequence) -> list:
        """Repeats the value of each file for all of its pages that are examples."""
        counts = Counter(path for path, _ in self._pages)
        files = dict.fromkeys(path for path, _ in self._pages)
        return [row for path, row in zip(files, rows, strict=True) for _ in range(counts[path])]

    def path(self, index: int) -> str:
        """Returns the path of the file of an example."""
        return self._pages[index][0]

    def read(self, index: int) -> np.ndarray:
        """Returns an image of the field's type; gray images among coloured ones become RGB.

        Raises:
          BadExample: if it cannot be read, or its values are out of range.
        """
        image = self._decoded(index) if self._exact else decode(self.path(index))
        if self._exact and image.dtype == self.field.dtype:
            wrong = check_range(image, self.field.range, self.path(index))
            if wrong:
                raise BadExample(wrong)
        return _harmonised(image, self.field.shape[2])

    def _decoded(self, index):
        return decode_native(self.path(index), self._values.pages, self._pages[index][1])

    def _survey(self, indices):
        """The facts of the readable files, and the error of the first unreadable one."""
        found, problem = [], None
        for index in indices:
            try:
                found.append(_Facts.of(self._decoded(index)))
            except BadExample as error:
                problem = problem or error
        return found, problem

    def _declared(self, readable, values):
        """The field with the type, channels and range of the decoded files."""
        measured = values.range == MEASURED
        found, problem = self._survey(range(len(self)) if measured else _some(readable))
        if not found:
            raise UserError(f"{self._name}: none of its files can be read, starting with {problem}")
        bounds = values.bounds() or own_range(found[0].dtype)
        if measured:
            bounds = min(facts.low for facts in found), max(facts.high for facts in found)
            if not bounds[0] < bounds[1]:
                raise UserError(f"{self._name}: all values are {bounds[0]:g}; they have no range")
        elif not values.range:
            self._warn(found)
        shape = (*self.field.size, max(facts.channels for facts in found))
        return image_field(shape, found[0].dtype, bounds)

    def _warn(self, found):
        """Adds a note if images are nearly black in the range of their type."""
        if not found:
            return
        deepest = max((facts.dtype for facts in found), key=lambda t: (t in FULL, len(t), t))
        largest = max(facts.high for facts in found if facts.dtype == deepest)
        note = small_part(self._name, deepest, largest)
        self.notes = (note,) if note else ()


class _Facts(NamedTuple):
    """The relevant facts of decoded files."""

    dtype: str
    channels: int
    low: float
    high: float

    @classmethod
    def of(cls, image):
        return cls(image.dtype.name, image.shape[2], float(image.min()), float(image.max()))


def _header(path):
    """(height, width, channels, whether it has more than 8 bits), from the header."""
    if is_array(path):
        shape = array_header(path)
        return (*shape, False)
    return header(path)


def _harmonised(image, channels):
    return np.repeat(image, 3, axis=2) if channels == 3 and image.shape[2] == 1 else image


def _spread(count, most):
    """Up to `most` evenly spread numbers below `count`."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(int)).tolist()


def _some(indices, most=_DECODED):
    return [indices[k] for k in _spread(len(indices), most)]
