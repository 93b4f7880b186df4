"""Drawings with shapes, and textures to fill these: `texture:PATH`, for TextureGAN."""

from pathlib import Path

import numpy as np

from data.folders.listing import checked, list_folder
from data.reading.image_files import ImageFiles
from data.reading.values import EIGHT_BIT, Values
from data.sources.paired.fields import FieldsSource, Made
from data.sources.paired.places import folder_of, place_of
from data.sources.paired.sketch import sketch_parts

_LAYOUT = "a folder with images, segments and maybe edges and textures in it"


def open(
    argument: str, *, data_dir: str | None, split: str, values: Values = EIGHT_BIT
) -> FieldsSource:
    """Opens the folders images, segments and, if they are there, edges and textures.

    The fields are those of `data.sources.paired.sketch.sketch_parts`, and "texture": a part of one
    of the images in textures, which may have any name, number and size. The texture of example i
    and the part of it are functions of i, see `covering`.

    Args:
      argument: path of the folder, from the working directory or from `data_dir`.
      data_dir: root of the local data sets, or None.
      split: "train" or "test", which takes val if there is no test.
      values: how images are read.

    Raises:
      UserError: if there is no such folder or split, or a file has no partner.
    """
    root = folder_of("texture", argument, data_dir, _LAYOUT, values)
    place = place_of(root, split, shared=("textures",))
    folders = place.fields("texture", ("images", "segments"), ("edges",))
    parts, passed_over = sketch_parts(place.name, folders, values)
    notes = place.about((*folders, "textures"), "images")
    textures = _textures(place)
    if textures is not None:
        found = checked(textures, list_folder(textures))
        passed_over += found.passed_over
        paths = [str(textures / file) for file in found.files]
        images = ImageFiles(f"{place.name} textures", paths, values)
        parts["texture"] = Made(
            images.field.resized(parts["target"].field.size),
            lambda example, index: _texture(images, example["target"].shape[:2], index),
        )
        notes += images.notes
    return FieldsSource(place.name, parts, passed_over, notes)


def _textures(place) -> Path | None:
    """The folder of textures, beside the other folders or the splits, if there is one."""
    folders = (place.folder / "textures", place.root / "textures")
    return next((folder for folder in folders if folder.is_dir()), None)


def _texture(textures, size, index):
    rng = np.random.default_rng(index)
    return covering(textures.read(int(rng.integers(len(textures)))), size, rng)


def covering(texture: np.ndarray, size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """Crops a window from a texture, which is extended by reflection if it is too small.

    Args:
      texture: (height, width, channels).
      size: (height, width) of the window.
      rng: random numbers for the position.
    """
    missing = [max(0, wanted - own) for wanted, own in zip(size, texture.shape, strict=False)]
    texture = np.pad(texture, [(0, n) for n in missing] + [(0, 0)], "symmetric")
    top, left = (
        int(rng.integers(own - wanted + 1))
        for wanted, own in zip(size, texture.shape, strict=False)
    )
    return texture[top : top + size[0], left : left + size[1]]
