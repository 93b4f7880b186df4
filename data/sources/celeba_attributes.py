"""CelebA with a label vector of some of its attributes."""

import numpy as np

from data.image_source import ImageSource
from data.sources import celeba
from data.sources.celeba import CelebASource
from tfgan_kit.errors import UserError, suggest

# The attributes of the face, out of CelebA's 40, that at least 50,000 faces have (SCoGAN thesis).
ATTRIBUTES = (
    "Arched_Eyebrows",
    "Attractive",
    "Heavy_Makeup",
    "High_Cheekbones",
    "Male",
    "Mouth_Slightly_Open",
    "No_Beard",
    "Oval_Face",
    "Pointy_Nose",
    "Smiling",
    "Wavy_Hair",
    "Wearing_Lipstick",
    "Young",
)


class CelebAAttributes(ImageSource):
    """CelebA with a label vector per face: int64 (n,), 1 where the attribute applies, else 0.

    Args:
      faces: all faces of a split.
      names: the attributes.

    Raises:
      UserError: if the list of attributes lacks one of them, or one is named twice.
    """

    name = "celeba-attributes"

    def __init__(self, faces: CelebASource, names: tuple[str, ...] = ATTRIBUTES):
        for name in names:
            if name not in faces.attribute_names:
                near = suggest(name, faces.attribute_names)
                raise UserError(f"{self.name}: list_attr_celeba.txt has no {name!r}{near}")
            if names.count(name) > 1:
                raise UserError(f"{self.name}: {name} is named twice")
        self._faces = faces
        self.classes, self.label_shape = names, (len(names),)
        self.shape, self.channels, self.mixed = faces.shape, faces.channels, faces.mixed
        columns = [faces.attribute_names.index(name) for name in names]
        self._labels = (faces.attributes[:, columns] == 1).astype(np.int64)

    def __len__(self):
        return len(self._faces)

    def example(self, index):
        """Returns the face and its attributes."""
        return self._faces.example(index)[0], self._labels[index]

    def where(self, index):
        """Returns the path of the file."""
        return self._faces.where(index)

    def encoded(self, index):
        """Returns the content of the file."""
        return self._faces.encoded(index)

    def labels(self):
        """Returns the attributes of all faces, int64 (n, attributes)."""
        return self._labels


def open(argument: str, *, data_dir: str | None, split: str) -> CelebAAttributes:
    """Opens CelebA; see `data.sources.celeba.open` for the files and the splits.

    Args:
      argument: names of attributes joined with commas; `ATTRIBUTES` if it is empty.
      data_dir, split: see there.

    Raises:
      UserError: see there and `CelebAAttributes`.
    """
    names = tuple(name.strip() for name in argument.split(",")) if argument else ATTRIBUTES
    return CelebAAttributes(celeba.open("", data_dir=data_dir, split=split), names)
