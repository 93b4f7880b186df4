"""Label maps and the images they describe: `labelmap:PATH`, for pix2pixHD and SPADE."""

from functools import partial

import numpy as np

from data.reading.image_files import ImageFiles
from data.reading.label_maps import IGNORE, decode_ids, decode_instances
from data.reading.values import EIGHT_BIT, Values
from data.source import BadExample
from data.sources.paired.class_names import class_names
from data.sources.paired.fields import FieldsSource
from data.sources.paired.maps import MapFiles
from data.sources.paired.matching import matched
from data.sources.paired.places import folder_of, place_of
from tfgan_kit.errors import UserError
from tfgan_kit.fields import IGNORED, ids_field, instances_field

_NAMES = "labels.txt"
_LAYOUT = "a folder with images and labels in it, with files of the same names"


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens the folders images, labels and, if it is there, instances.

    An example has the fields "ids", "target" and "instances". The classes are named by
    labels.txt, one per line, beside the folders or the splits; without it, they are the numbers up
    to the largest in a sample of the maps of all splits. After these comes the class "ignore", for
    the value 255.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, a file has no partner, or the maps cannot be
        read.
    """
    root = folder_of("labelmap", argument, data_dir, _LAYOUT, values)
    place = place_of(root, split)
    files, passed_over = matched(place.fields("labelmap", ("images", "labels"), ("instances",)))
    names = class_names(place, "labels", _NAMES, IGNORE)
    if len(names) > IGNORE:
        raise UserError(
            f"{root}: {len(names)} classes, but {IGNORE} stands for pixels without one; have at "
            f"most {IGNORE}"
        )
    decode = partial(read_labels, classes=len(names))
    parts = {
        "ids": MapFiles(files["labels"], partial(ids_field, names=(*names, IGNORED)), decode),
        "target": ImageFiles(f"{place.name} images", files["images"], values),
    }
    if "instances" in files:
        parts["instances"] = MapFiles(files["instances"], instances_field, decode_instances)
    return FieldsSource(place.name, parts, passed_over, place.about(files, "images"))


def read_labels(file: str, classes: int, listing: str = _NAMES) -> np.ndarray:
    """Reads a label map; `IGNORE` becomes the class after the last.

    Args:
      file: its path.
      classes: their number.
      listing: the file that names them, for messages.

    Returns:
      int32 (height, width), 0 to `classes`.

    Raises:
      BadExample: see `decode_ids`; also for a number that is not below `classes`.
    """
    ids = decode_ids(file)
    ignored = ids == IGNORE
    largest = int(ids.max(where=~ignored, initial=0))
    if largest >= classes:
        raise BadExample(
            f"{file}: label {largest}, but there are {classes} classes, 0 to {classes - 1}, and "
            f"{IGNORE} for none; name them all in {listing}, or correct the map"
        )
    return np.where(ignored, classes, ids).astype(np.int32)
