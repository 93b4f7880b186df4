"""Labels that are vectors of numbers, as people write them.

Importing this module imports nothing heavier than numpy.
"""

from collections.abc import Sequence

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field
from tfgan_kit.machine.number_files import read_numbers

FILES = (".npy", ".csv")


def vectors_of(field: Field, texts: Sequence[str], option: str = "--vector") -> np.ndarray:
    """The vectors of an option that may be repeated.

    Args:
      field: the field of the label, of kind "vector".
      texts: each a vector such as "0.1,-0.3", the path of a .npy (n, length) or (length,) or a .csv
        with a vector per line, or "unknown" where the field has it.
      option: the option, for the error.

    Returns:
      float32 (n, length), n >= 1; NaN in the rows of unknown labels.

    Raises:
      UserError: if a file cannot be read, or a vector has another length or values that are not
        finite.
    """
    return np.concatenate([_vectors(field, text, option) for text in texts])


def _vectors(field, text, option):
    size = field.shape[0]
    if text == "unknown":
        if not field.unknown:
            raise UserError(
                f"{option} unknown: the run was trained with labels throughout; give {size} numbers"
            )
        return np.full((1, size), np.nan, np.float32)
    if text.lower().endswith(FILES):
        rows = np.atleast_2d(read_numbers(text, option))
    else:
        try:
            rows = np.array([[float(word) for word in text.split(",")]])
        except ValueError:
            raise UserError(
                f"{option} {text}: not {size} numbers with commas between them, nor a .npy or .csv"
            ) from None
    if rows.ndim != 2 or not len(rows) or rows.shape[1] != size:
        shape = "x".join(map(str, rows.shape))
        found = f"has {rows.shape[1]} numbers" if len(rows) == 1 else f"is an array of {shape}"
        raise UserError(f"{option} {text} {found}; a label of the run has {size}")
    with np.errstate(over="ignore"):
        rows = rows.astype(np.float32)
    wrong = ~np.isfinite(rows).all(1)
    if wrong.any():
        where = f"row {int(wrong.argmax())} has" if len(rows) > 1 else "it has"
        raise UserError(f"{option} {text}: {where} a value that is not finite; give numbers")
    return rows
