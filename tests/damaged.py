"""Ways in which a .keras file is none: each makes it of the path of a sound one."""

import numpy as np


def renamed_npz(path):
    with open(path, "wb") as file:
        np.savez(file, x=np.zeros(3))


def truncated(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def flipped(path):
    """One bit is wrong, among the weights."""
    content = bytearray(path.read_bytes())
    content[content.index(b"model.weights.h5") + 100] ^= 1
    path.write_bytes(content)


def text(path):
    path.write_text("not a model")


def folder(path):
    path.unlink()
    path.mkdir()


def missing(path):
    path.unlink()


DAMAGES = (renamed_npz, truncated, flipped, text, folder, missing)
