"""A known corruption of labels, read from a file."""

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.machine.number_files import read_numbers


def read_noise_matrix(path: str, classes) -> np.ndarray:
    """Reads the probabilities that an example of one class is labelled as another.

    Thekumparampil et al., Robustness of Conditional GANs to Noisy Labels, 2018.

    Args:
      path: a .npy, or a .csv without a header.
      classes: names of the classes.

    Returns:
      float64 (classes, classes); row k has the label probabilities of class k and sums to 1.

    Raises:
      UserError: if the file cannot be read, or does not contain such a matrix.
    """
    matrix = read_numbers(path, "--noise-matrix")
    count = len(classes)
    if matrix.shape != (count, count):
        shape = "x".join(map(str, matrix.shape))
        raise UserError(f"--noise-matrix {path} is {shape}; {count} classes need {count}x{count}")
    if (matrix < 0).any() or not np.allclose(matrix.sum(1), 1, atol=1e-4):
        raise UserError(f"--noise-matrix {path}: each row needs chances that sum to 1")
    return matrix / matrix.sum(1, keepdims=True)
