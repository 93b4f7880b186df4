"""Tables of numbers in files that users give to options."""

import numpy as np

from tfgan_kit.errors import UserError


def read_numbers(path: str, option: str) -> np.ndarray:
    """Reads a .npy, or a .csv without a header; nothing is unpickled.

    Args:
      path: the file; any ending other than .npy is read as .csv.
      option: the option it was given to, for the error.

    Returns:
      float64 array, of two axes for a .csv.

    Raises:
      UserError: if the file cannot be read, or does not contain numbers.
    """
    try:
        if path.endswith(".npy"):
            numbers = np.load(path, allow_pickle=False)
        else:
            numbers = np.loadtxt(path, delimiter=",", ndmin=2)
        return np.asarray(numbers, np.float64)
    except (OSError, ValueError, TypeError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "not a matrix of numbers"
        raise UserError(f"{option} {path}: {reason}; give a .npy or a .csv") from None
