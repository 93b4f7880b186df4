"""Files of PyTorch, written here in the two forms that it writes, without PyTorch."""

import collections
import io
import os
import pickle
import sys
import types
import zipfile

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.conversion import read
from tfgan_kit.extractors.torch_file import read_torch

RNG = np.random.default_rng(0)
ARRAYS = {
    "features.0.weight": RNG.standard_normal((4, 3, 2, 2), "f4"),
    "features.0.bias": RNG.standard_normal(4, "f4"),
    "counter": np.array(7),
    "half": RNG.standard_normal((2, 3)).astype("f2"),
}
STORAGES = {"f4": "FloatStorage", "i8": "LongStorage", "f2": "HalfStorage"}


class Storage:
    def __init__(self, key, numbers):
        self.key, self.numbers = key, numbers


class Tensor:
    """Is pickled as PyTorch pickles a tensor."""

    def __init__(self, rebuild, storage, offset, shape, strides):
        self.parts = (storage, offset, shape, strides)
        self.rebuild = rebuild

    def __reduce__(self):
        return self.rebuild, (*self.parts, False, collections.OrderedDict())


class Pickler(pickle.Pickler):
    def __init__(self, file, legacy):
        super().__init__(file, 2)
        self.legacy = legacy

    def persistent_id(self, thing):
        if not isinstance(thing, Storage):
            return None
        kind = getattr(sys.modules["torch"], STORAGES[thing.numbers.dtype.str[1:]])
        identity = ("storage", kind, thing.key, "cpu", thing.numbers.size)
        return (*identity, None) if self.legacy else identity


@pytest.fixture
def torch(monkeypatch):
    """The names that such files hold."""
    names = {"torch": [*STORAGES.values()], "torch._utils": ["_rebuild_tensor_v2"]}
    for module, inside in names.items():
        made = types.ModuleType(module)
        for name in inside:
            setattr(made, name, type(name, (), {"__module__": module}))
        monkeypatch.setitem(sys.modules, module, made)
    return sys.modules["torch._utils"]._rebuild_tensor_v2


def tensors(arrays, rebuild):
    """Each array in a storage of its own, but transposed: the strides count."""
    found, storages = collections.OrderedDict(), []
    for i, (name, array) in enumerate(arrays.items()):
        storage = Storage(str(i), np.concatenate([np.zeros(5, array.dtype), array.T.ravel()]))
        strides = tuple(s // array.itemsize for s in array.T.copy().T.strides)
        found[name] = Tensor(rebuild, storage, 5, array.shape, strides)
        storages.append(storage)
    found._metadata = {"": {"version": 1}}  # As the `state_dict` of a module has it.
    return found, storages


def write_zip(path, content, storages):
    with zipfile.ZipFile(path, "w") as archive, io.BytesIO() as file:
        Pickler(file, False).dump(content)
        archive.writestr("archive/data.pkl", file.getvalue())
        for storage in storages:
            archive.writestr(f"archive/data/{storage.key}", storage.numbers.tobytes())


def write_sequence(path, content, storages):
    with open(path, "wb") as file:
        for part in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True}):
            pickle.dump(part, file, 2)
        Pickler(file, True).dump(content)
        pickle.dump([storage.key for storage in storages], file, 2)
        for storage in storages:
            file.write(storage.numbers.size.to_bytes(8, "little") + storage.numbers.tobytes())


@pytest.fixture(params=[write_zip, write_sequence])
def write(request):
    return request.param


def test_the_tensors_of_a_state_dict(write, torch, tmp_path):
    write(tmp_path / "w.pth", *tensors(ARRAYS, torch))
    found = read(tmp_path / "w.pth")
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(found[name], array)
        assert found[name].dtype == array.dtype


class Runs:
    def __reduce__(self):
        return os.mkdir, (Runs.place,)


def test_nothing_runs(write, torch, tmp_path):
    Runs.place = str(tmp_path / "made")
    content, storages = tensors(ARRAYS, torch)
    content["evil"] = Runs()
    write(tmp_path / "w.pth", content, storages)
    with pytest.raises(UserError, match=r"w\.pth: cannot be read \(.*it names posix\.mkdir\)"):
        read(tmp_path / "w.pth")
    assert not (tmp_path / "made").exists()


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (9, (2,), (1,)),
        (-1, (1,), (1,)),
        (0, (3, 3), (4, 1)),
        (5, (2,), (-1,)),
        (0, (2,), (1 << 60,)),
    ],
)
def test_a_tensor_stays_inside_its_numbers(write, torch, tmp_path, offset, shape, strides):
    storage = Storage("0", np.zeros(10, "f4"))
    content = {"w": Tensor(torch, storage, offset, shape, strides)}
    write(tmp_path / "w.pth", content, [storage])
    with pytest.raises(ValueError, match="lies outside its storage"):
        read_torch(tmp_path / "w.pth")


def test_no_numbers_at_all(write, torch, tmp_path):
    storage = Storage("0", np.zeros(0, "f4"))
    write(tmp_path / "w.pth", {"w": Tensor(torch, storage, 0, (0, 3), (3, 1))}, [storage])
    assert read_torch(tmp_path / "w.pth")["w"].shape == (0, 3)


@pytest.mark.parametrize("share", [0, 0.2, 0.5, 0.9])
def test_a_cut_file(write, torch, tmp_path, share):
    write(tmp_path / "w.pth", *tensors(ARRAYS, torch))
    content = (tmp_path / "w.pth").read_bytes()
    (tmp_path / "w.pth").write_bytes(content[: int(share * len(content))])
    with pytest.raises(UserError, match=r"w\.pth: cannot be read \(.+\); fetch it again"):
        read(tmp_path / "w.pth")


def test_other_pickles(tmp_path):
    for content in ([1, 2], 0x1950A86A20F9469CFC6C, {"a": 1}):
        (tmp_path / "w.pth").write_bytes(pickle.dumps(content))
        with pytest.raises(UserError, match=r"w\.pth: cannot be read"):
            read(tmp_path / "w.pth")
