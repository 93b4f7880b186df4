"""Reads image files as input of a trained network, each at its own size."""

from pathlib import Path

import numpy as np

from data.folders.listing import about, checked, list_folder
from data.folders.table import labels_beside
from data.reading.decode import decode, decode_overlay, has_alpha
from data.reading.depths import decode_depth
from data.reading.fitting import fit_example
from data.reading.label_maps import IGNORE, decode_hole, decode_ids, decode_instances
from data.reading.native import decode_native
from data.reading.values import EIGHT_BIT, Values, convert, deep_field, own_range
from data.source import BadExample
from tfgan_kit.errors import UserError
from tfgan_kit.fields import IGNORED, Field, image_field
from tfgan_kit.fields.network import from_network, to_network
from tfgan_kit.pictures.lab import gray_of


class OwnSizes:
    """An image file, or all those in a folder and its subfolders, as values of a field.

    Args:
      place: path of the file or folder.
      field: the field that they are values of: an image, ids, a depth or a mask. Sizes may differ
        from its own.
      values: how the training's files were read.
      option: the option that named the place, for errors.

    Attributes:
      files: sorted paths relative to the folder; for a file, its name.
      notes: notes for the user, one line each.
      composited: the files read so far whose transparency was composited over white.
      reduced: those in colour of which only the lightness was taken.

    Raises:
      UserError: if the path does not exist, or contains no image.
    """

    def __init__(self, place: str, field: Field, values: Values, option: str):
        path = Path(place)
        if not path.exists():
            raise UserError(f"{option} {place}: there is no such file or folder")
        self.root, self.files, self.notes = path, [path.name], ()
        if path.is_dir():
            listing = checked(path, list_folder(path))
            self.files, self.notes = listing.files, about(listing.passed_over)
        else:
            self.root = path.parent
        self._field, self._values = field, values
        self.composited: set[str] = set()
        self.reduced: set[str] = set()

    def __len__(self):
        return len(self.files)

    def path(self, index: int) -> Path:
        """The path of a file."""
        return self.root / self.files[index]

    def labels(self, names) -> np.ndarray:
        """The attributes of all files; see `data.folders.table.labels_beside`."""
        return labels_beside(self.root, self.files, names)

    def read(self, index: int) -> np.ndarray:
        """Reads a file at its own size, as values of the field's type.

        Gray images become RGB if the field is in colour, and images in colour become gray if it
        takes their lightness.

        Raises:
          BadExample: if it cannot be read, or its type, depth, number of channels or ids differ
            from those that the run was trained on.
        """
        path, field = self.path(index), self._field
        if field.kind == "mask":
            return decode_hole(path)
        if field.kind == "depth":
            return decode_depth(path, field.dtype)
        if field.kind == "ids":
            return self._ids(path) if field.names else decode_instances(path)
        return decode_overlay(path) if field.alpha else self._image(path, index)

    def fitted(self, index: int, how: str) -> np.ndarray:
        """Reads a file as `read` does, and fits it to the field's size.

        Args:
          index: of the file.
          how: see `data.reading.fitting.fit_example`.
        """
        fields = {"input": self._field}
        return fit_example({"input": self.read(index)}, fields, how, str(self.path(index)))["input"]

    def _ids(self, path):
        ids, names = decode_ids(path), self._field.names
        ignored = (ids == IGNORE) & (names[-1] == IGNORED)
        count = len(names) - (names[-1] == IGNORED)
        largest = ids.max(where=~ignored, initial=0)
        if largest >= count:
            raise BadExample(
                f"{path}: has the id {largest}, but the run knows {count}, 0 to {count - 1}"
            )
        return np.where(ignored, np.int32(count), ids)

    def _image(self, path, index):
        field, values = self._field, self._values
        exact = values != EIGHT_BIT or field.dtype != "uint8" or field.shape[2] not in (1, 3)
        image = decode_native(path, values.pages) if exact else decode(path)
        own = image_field(image.shape, image.dtype.name, values.bounds() or own_range(image.dtype))
        wanted = deep_field(own, values.depth)
        if (wanted.dtype, wanted.range) != (field.dtype, field.range):
            raise BadExample(
                f"{path}: its values are {_told(wanted)}, but the run was trained on {_told(field)}"
            )
        if image.shape[2] == 1 and field.shape[2] == 3:
            image = np.repeat(image, 3, axis=2)
        if image.shape[2] == 3 and field.lightness:
            colour = wanted.resized(image.shape[:2], 3)
            gray = gray_of(to_network(colour, convert(image, own, wanted)[None]))
            self.reduced.add(self.files[index])
            return from_network(field, gray)[0]
        if image.shape[2] != field.shape[2]:
            raise BadExample(
                f"{path}: has {image.shape[2]} channels, but the run was trained on images of "
                f"{field.shape[2]}"
            )
        if not exact and has_alpha(path):
            self.composited.add(self.files[index])
        return convert(image, own, wanted)


def _told(field):
    low, high = field.range
    return f"{field.dtype} from {low:g} to {high:g}"


def open_files(place: str, field: Field, settings, option: str) -> OwnSizes:
    """Opens files for a run.

    Args:
      place, field, option: see `OwnSizes`.
      settings: the run's settings, which say how its files were read.
    """
    read_as = Values(settings["depth"], settings["value_range"], settings["pages"])
    return OwnSizes(place, field, read_as, option)
