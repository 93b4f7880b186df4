"""Drawings and the images they were drawn from: `sketch:PATH`, for Scribbler."""

from collections.abc import Mapping
from pathlib import Path

from data.reading.image_files import ImageFiles
from data.reading.label_maps import decode_mask
from data.reading.values import EIGHT_BIT, Values
from data.sources.paired.fields import FieldsSource, Files, Made
from data.sources.paired.maps import MapFiles
from data.sources.paired.matching import matched
from data.sources.paired.outlines import edges, outline_field
from data.sources.paired.places import folder_of, place_of
from tfgan_kit.fields import mask_field

_LAYOUT = "a folder with images in it, and maybe edges and segments, with files of the same names"


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens the folders images and, if they are there, edges and segments.

    See `sketch_parts` for the fields.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, or a file has no partner.
    """
    root = folder_of("sketch", argument, data_dir, _LAYOUT, values)
    place = place_of(root, split)
    folders = place.fields("sketch", ("images",), ("edges", "segments"))
    parts, passed_over = sketch_parts(place.name, folders, values)
    return FieldsSource(place.name, parts, passed_over, place.about(folders, "images"))


def sketch_parts(name: str, folders: Mapping[str, Path], values: Values):
    """Returns the fields "input", "target" and maybe "segments", and what is passed over.

    "target" are the images. "input" are the files in edges, or else the edges that
    `data.sources.paired.outlines.edges` finds in the images, black on white. "segments" are the
    masks in the folder of that name: 1 for the object in the image.

    Args:
      name: name of the set, for messages.
      folders: images and maybe edges and segments, by these names.
      values: how images are read.
    """
    files, passed_over = matched(folders)
    target = ImageFiles(f"{name} images", files["images"], values)
    if "edges" in files:
        drawing = ImageFiles(f"{name} edges", files["edges"], values)
    else:
        field = target.field
        outline = outline_field(field.size)
        drawing = Made(outline, lambda example, _: edges(example["target"], field))
    parts: dict[str, Files | Made] = {"input": drawing, "target": target}
    if "segments" in files:
        paths = files["segments"]
        parts["segments"] = MapFiles(paths, lambda size: mask_field((*size, 1)), decode_mask)
    return parts, passed_over
