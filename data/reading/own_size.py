"""Image files that a user gives to a trained network, each in its own size."""

from pathlib import Path

import numpy as np

from data.folders.listing import about, checked, list_folder
from data.reading.decode import decode, decode_overlay
from data.reading.label_maps import decode_ids, decode_mask
from data.reading.native import decode_native
from data.reading.values import EIGHT_BIT, Values, convert, deep_field, own_range
from data.source import BadExample
from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, image_field


class OwnSizes:
    """An image file, or all those in a folder and its subfolders, as values of a field.

    Args:
      place: path of the file or folder.
      field: what they are: an image, a map of ids or a mask. Their size may differ from its own.
      values: how the training's files were read.
      option: the option that named the place, for errors.

    Attributes:
      files: paths relative to the folder, sorted; of a file, its name.
      notes: what a user should know of them, one line each.

    Raises:
      UserError: if there is nothing there, or no image in it.
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

    def __len__(self):
        return len(self.files)

    def path(self, index: int) -> Path:
        """The path of a file."""
        return self.root / self.files[index]

    def read(self, index: int) -> np.ndarray:
        """Reads a file in its own size, as values of the field's type.

        Gray images become RGB where the field is in colour.

        Raises:
          BadExample: if it cannot be read, or has another type, depth, number of channels or ids
            than the run was trained on.
        """
        path, field = self.path(index), self._field
        if field.kind == "mask":
            return decode_mask(path)
        if field.kind == "ids":
            ids = decode_ids(path)
            if field.names and ids.max() >= len(field.names):
                raise BadExample(
                    f"{path}: has the id {ids.max()}, but the run knows {len(field.names)}, 0 to "
                    f"{len(field.names) - 1}"
                )
            return ids
        return decode_overlay(path) if field.alpha else self._image(path)

    def _image(self, path):
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
        if image.shape[2] != field.shape[2]:
            raise BadExample(
                f"{path}: has {image.shape[2]} channels, but the run was trained on images of "
                f"{field.shape[2]}"
            )
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
