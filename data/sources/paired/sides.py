"""Two sides of an object, one to be coloured like the other: `sides:PATH`, for the colouriser."""

from functools import partial

from data.reading.image_files import ImageFiles
from data.reading.label_maps import decode_ids
from data.reading.values import EIGHT_BIT, Values
from data.sources.paired.class_names import class_names
from data.sources.paired.fields import FieldsSource, Files, Made
from data.sources.paired.maps import MapFiles
from data.sources.paired.matching import matched
from data.sources.paired.outlines import boundaries, edges, outline_field
from data.sources.paired.places import folder_of, place_of
from tfgan_kit.fields import ids_field

_LAYOUT = "a folder with left and right in it, with files of the same names"


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens the folders left, right and, if they are there, parts and edges.

    An example has the fields "target", the left side in colour; "reference", the right side in
    colour; "parts", the part numbers of the left side, which parts.txt can name; and "input", the
    outline of the left side. The outline comes from the folder edges; without it, from the
    boundaries of the parts, black on white; without these, from
    `data.sources.paired.outlines.edges` of the left side.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, or a file has no partner.
    """
    root = folder_of("sides", argument, data_dir, _LAYOUT, values)
    place = place_of(root, split)
    files, passed_over = matched(place.fields("sides", ("left", "right"), ("parts", "edges")))
    target = ImageFiles(f"{place.name} left", files["left"], values)
    parts = {
        "input": _outline(place.name, files, target.field, values),
        "reference": ImageFiles(f"{place.name} right", files["right"], values),
        "target": target,
    }
    if "parts" in files:
        names = class_names(place, "parts", "parts.txt")
        parts["parts"] = MapFiles(files["parts"], partial(ids_field, names=names), decode_ids)
    return FieldsSource(place.name, parts, passed_over, place.about(files, "left"))


def _outline(name, files, target, values) -> Files | Made:
    if "edges" in files:
        return ImageFiles(f"{name} edges", files["edges"], values)
    field = outline_field(target.size)
    if "parts" in files:
        return Made(field, lambda example, _: boundaries(example["parts"]))
    return Made(field, lambda example, _: edges(example["target"], target))
