"""CelebA with a label vector of the attributes that face classifiers learn."""

import numpy as np

from data.image_source import ImageSource
from data.sources import celeba
from data.sources.celeba import CelebASource
from tfgan_kit.errors import UserError

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
    """CelebA with a label vector per face: int64 (13,), 1 where the attribute applies, else 0.

    Args:
      faces: all faces of a split.

    Raises:
      UserError: if the list of attributes lacks one of `ATTRIBUTES`.
    """

    name = "celeba-attributes"
    classes = ATTRIBUTES
    label_shape = (len(ATTRIBUTES),)

    def __init__(self, faces: CelebASource):
        missing = [name for name in ATTRIBUTES if name not in faces.attribute_names]
        if missing:
            raise UserError(
                f"{self.name}: list_attr_celeba.txt has no {', '.join(missing)}; fetch it again"
            )
        self._faces = faces
        self.shape, self.channels, self.mixed = faces.shape, faces.channels, faces.mixed
        columns = [faces.attribute_names.index(name) for name in ATTRIBUTES]
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
        """Returns the attributes of all faces, int64 (n, 13)."""
        return self._labels


def open(argument: str, *, data_dir: str | None, split: str) -> CelebAAttributes:
    """Opens CelebA; see `data.sources.celeba.open` for the files and the splits."""
    return CelebAAttributes(celeba.open("", data_dir=data_dir, split=split))
