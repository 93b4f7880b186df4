"""Reads the arrays in a file of PyTorch, `.pth`, without PyTorch and without running its code.

Such a file is a pickle that describes tensors, and beside it their numbers. The unpickler here
knows tensors and dictionaries, and refuses a file that names anything else.
"""

import collections
import dataclasses
import pickle
import zipfile
from typing import NamedTuple

import numpy as np

_TYPES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "HalfStorage": "<f2", "LongStorage": "<i8"}
# The first pickle of a file in the form before PyTorch 1.6.
_MAGIC = 0x1950A86A20F9469CFC6C


def read_torch(path) -> dict[str, np.ndarray]:
    """Reads the tensors of a dictionary, such as the `state_dict` of a module.

    Args:
      path: a file that `torch.save` wrote, as a zip file (since 1.6) or in the form before it.

    Raises:
      ValueError: if it is no such file, or names anything but tensors and dictionaries.
      OSError, EOFError, zipfile.BadZipFile, zlib.error: if it is damaged.
    """
    read = _read_zip if zipfile.is_zipfile(path) else _read_sequence
    try:
        content = read(path)
        tensors = {k: v for k, v in content.items() if isinstance(v, _Tensor)}
        return {name: tensor.array() for name, tensor in tensors.items()}
    except (pickle.UnpicklingError, LookupError, AttributeError, TypeError) as error:
        raise ValueError(f"not a dictionary of tensors as PyTorch writes it: {error}") from error


@dataclasses.dataclass
class _Storage:
    """The numbers of one or more tensors."""

    type: str
    numbers: np.ndarray | None = None


class _Tensor(NamedTuple):
    """Where the values of a tensor lie in a storage; offset and strides count numbers."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> np.ndarray:
        """The values, copied."""
        numbers, strides = self.storage.numbers[self.offset :], self.strides
        last = sum((n - 1) * s for n, s in zip(self.shape, strides, strict=True))
        if min((self.offset, *self.shape, *strides)) < 0 or last >= len(numbers):
            raise ValueError("a tensor lies outside its storage")
        steps = [s * numbers.itemsize for s in strides]
        return np.lib.stride_tricks.as_strided(numbers, self.shape, steps).copy()


_KNOWN = {
    ("collections", "OrderedDict"): collections.OrderedDict,
    ("torch._utils", "_rebuild_tensor"): lambda *parts: _Tensor(*parts[:4]),
    ("torch._utils", "_rebuild_tensor_v2"): lambda *parts: _Tensor(*parts[:4]),
    ("torch._utils", "_rebuild_parameter"): lambda tensor, *_: tensor,
    **{("torch", name): type for name, type in _TYPES.items()},
}


class _Unpickler(pickle.Unpickler):
    """Unpickles tensors; `storages` gets each storage under its key."""

    def __init__(self, file):
        super().__init__(file, encoding="utf-8")
        self.storages = {}

    def find_class(self, module, name):
        if (module, name) not in _KNOWN:
            raise pickle.UnpicklingError(f"it names {module}.{name}")
        return _KNOWN[module, name]

    def persistent_load(self, identity):
        _, type, key, _, _, *view = identity
        if any(view):
            raise pickle.UnpicklingError("it has a view of a storage")
        return self.storages.setdefault(key, _Storage(type))


def _read_zip(path):
    with zipfile.ZipFile(path) as archive:
        (name,) = [n for n in archive.namelist() if n.endswith("/data.pkl")] or [None]
        if name is None:
            raise ValueError("a zip file, but not of PyTorch")
        with archive.open(name) as file:
            unpickler = _Unpickler(file)
            content = unpickler.load()
        for key, storage in unpickler.storages.items():
            numbers = archive.read(f"{name.removesuffix('data.pkl')}data/{key}")
            storage.numbers = np.frombuffer(numbers, storage.type)
    return content


def _read_sequence(path):
    """Pickles one after the other: magic number, version, machine, object, keys; then numbers."""
    with open(path, "rb") as file:
        if _Unpickler(file).load() != _MAGIC:
            raise ValueError("not a file of PyTorch")
        for _ in range(2):
            _Unpickler(file).load()
        unpickler = _Unpickler(file)
        content = unpickler.load()
        for key in _Unpickler(file).load():
            storage, size = unpickler.storages[key], int.from_bytes(file.read(8), "little")
            length = size * np.dtype(storage.type).itemsize
            storage.numbers = np.frombuffer(file.read(length), storage.type)
    return content
