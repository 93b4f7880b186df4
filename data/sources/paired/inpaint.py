"""Images with holes to fill: `inpaint:PATH`, for context encoders."""

from data.reading.image_files import ImageFiles
from data.reading.label_maps import decode_hole
from data.reading.values import EIGHT_BIT, Values
from data.sources.paired.fields import FieldsSource
from data.sources.paired.maps import MapFiles
from data.sources.paired.matching import matched
from data.sources.paired.places import folder_of, place_of
from tfgan_kit.fields import mask_field

_LAYOUT = "a folder with images and masks in it, with files of the same names"


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens the folders images and masks as the fields "image" and "mask", which is 1 in the hole.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, or a file has no partner.
    """
    root = folder_of("inpaint", argument, data_dir, _LAYOUT, values)
    place = place_of(root, split)
    files, passed_over = matched(place.fields("inpaint", ("images", "masks"), ()))
    parts = {
        "image": ImageFiles(f"{place.name} images", files["images"], values),
        "mask": MapFiles(files["masks"], lambda size: mask_field((*size, 1)), decode_hole),
    }
    return FieldsSource(place.name, parts, passed_over, place.about(files, "images"))
