"""Corresponding files: `paired:PATH`, a folder with a subfolder for each field."""

from functools import partial
from pathlib import Path

from data.folders.layout import folders_in
from data.reading.image_files import ImageFiles
from data.reading.label_maps import decode_ids, decode_mask
from data.reading.values import EIGHT_BIT, Values
from data.sources.paired import train_a_b
from data.sources.paired.class_names import counted_names, listed_names
from data.sources.paired.fields import FieldsSource
from data.sources.paired.maps import MapFiles, VectorFiles
from data.sources.paired.matching import matched
from data.sources.paired.places import folder_of, place_of
from tfgan_kit.errors import UserError
from tfgan_kit.fields import ids_field, mask_field

_LAYOUT = "a folder for each field, such as input and target, with files of the same names"


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens a folder with a subfolder for each field, or with these in train, test or val.

    The first word of a subfolder's name, up to a "_", is the kind of the field: "ids" for label
    maps, "mask" for masks, "vector" for .npy files of numbers; all others hold images. A folder
    with trainA and trainB is read by `data.sources.paired.train_a_b`.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, there are fewer than two folders, a file has
        no partner, or nothing in a folder can be read.
    """
    root = folder_of("paired", argument, data_dir, _LAYOUT, values)
    if train_a_b.is_layout(root):
        return train_a_b.open_folders(root, split, values)
    place = place_of(root, split)
    names = folders_in(place.folder)
    if len(names) < 2:
        raise UserError(f"{place.folder}: {len(names)} folders in it; a paired set is {_LAYOUT}")
    files, passed_over = matched({name: place.folder / name for name in names})
    parts = {name: _part(place.name, place.folder / name, files[name], values) for name in names}
    return FieldsSource(place.name, parts, passed_over, place.about(names, names[0]))


def _part(set_name, folder: Path, paths, values):
    match folder.name.partition("_")[0]:
        case "vector":
            return VectorFiles(folder, paths)
        case "mask":
            return MapFiles(paths, lambda size: mask_field((*size, 1)), decode_mask)
        case "ids":
            names = listed_names(folder.with_name(f"{folder.name}.txt"))
            names = names or counted_names(paths, decode_ids)
            return MapFiles(paths, partial(ids_field, names=names), decode_ids)
    return ImageFiles(f"{set_name} {folder.name}", paths, values)
