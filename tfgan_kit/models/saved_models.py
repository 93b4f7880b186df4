"""Loads Keras models from files that a user may have named, renamed or damaged."""

import os
import zipfile
import zlib

import keras

from tfgan_kit.errors import UserError
from tfgan_kit.models.known_classes import foreign_part

# The errors that Keras raises, depending on which byte of a file is wrong.
_DAMAGE = (
    *(OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError, EOFError),
    *(zipfile.BadZipFile, zlib.error),
)


def load_keras(path, *, name: str = "") -> keras.Model:
    """Loads an uncompiled model of layers of Keras and this kit, without running foreign code.

    Args:
      path: a .keras file.
      name: what the error calls it, by default its path.

    Raises:
      UserError: if the file does not exist, contains no model, or contains a model with anything
        else in it.
    """
    foreign = foreign_part(path)
    if foreign:
        raise UserError(
            f"{name or path}: cannot be loaded: it has {foreign}; name a file with "
            "layers of Keras and this kit only"
        )
    if not os.path.exists(path):
        reason = "no such file"
    elif not zipfile.is_zipfile(path):
        reason = "no .keras file, or cut off"
    else:
        try:
            return keras.saving.load_model(path, compile=False)
        except _DAMAGE as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    raise UserError(
        f"{name or path}: cannot be loaded ({reason}); name a .keras file that was saved whole"
    )
