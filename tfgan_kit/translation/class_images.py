"""The class to translate into, as some images show it."""

import dataclasses
import hashlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.uses.apply import Bound

_ENCODE, _DECODE = "encode_class", "translate_with_code"


class ClassImages(NamedTuple):
    """A class that images show.

    Attributes:
      bound: what translates into it: a use in whose inputs the code of the class is the default.
      field: the field of the images.
      values: the images as the encoder sees them, (n, height, width, channels).
    """

    bound: Bound
    field: Field
    values: np.ndarray

    @property
    def hashes(self) -> list[str]:
        """SHA-256 of each image's values, as they lie in memory."""
        return [hashlib.sha256(image.tobytes()).hexdigest() for image in self.values]

    def beside(self, row: int) -> tuple[Field, np.ndarray]:
        """The image to show beside a translation: in turn, each of them."""
        return self.field, self.values[row % len(self.values)]


def of_class(saved, place: str | None, open_files: Callable) -> ClassImages | None:
    """Encodes the class that images show; its code is the mean of their codes.

    The images are fitted to the size of training, the only one that the encoder has seen, in the
    way that those of training were.

    Args:
      saved: the `SavedRun`.
      place: path of an image, or of a folder of images, as the user named it, or None.
      open_files: see `tfgan_kit.commands.translate.translate`.

    Returns:
      The class, or None for a run that does not translate into classes of images.

    Raises:
      UserError: if the run translates into such classes and no path is given, or the other way
        round; or there is no image, or one cannot be read.
    """
    path, option = saved.run.path, "--class-images"
    if _ENCODE not in saved.uses:
        if place:
            raise UserError(f"{option}: {path} does not translate into classes that images show")
        return None
    if not place:
        raise UserError(
            f"{path} translates into a class that images show: give {option} PATH, one image or a "
            "folder of some"
        )
    encode, decode = saved.bound(_ENCODE), saved.bound(_DECODE)
    ((name, field),) = encode.use.inputs.items()
    ((code, of_code),) = encode.use.outputs.items()
    files = open_files(place, field, saved.settings, option)
    values = np.stack([files.fitted(k, saved.settings["fit"]) for k in range(len(files))])
    mean = encode.render({name: values})[code].mean(0)
    default = dataclasses.replace(of_code, default=tuple(map(float, mean)))
    use = dataclasses.replace(decode.use, inputs=decode.use.inputs | {code: default})
    networks = {call.network: saved.load(call.network) for call in use.calls}
    return ClassImages(Bound(use, networks), field, values)
