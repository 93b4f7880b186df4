"""Reads published weight files and maps their array names to this kit's names.

Files in .npz, .safetensors, PyTorch's .pth and TensorFlow's .pb format are read without PyTorch.
Nothing in a file can make the kit run code.
"""

import json
import os
import re

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.extractors.published import PUBLISHED_AT
from tfgan_kit.extractors.torch_file import read_torch
from tfgan_kit.extractors.weights import DAMAGED, open_npz

_TYPES = {"F32": "<f4", "F64": "<f8", "F16": "<f2"}
_HEADS = re.compile(r"lin(\d)\.model\.1\.weight")
_CONVOLUTIONS = re.compile(r"(?:features|net\.slice\d)\.(\d+)\.(weight|bias)")
_PREFIXES = {"vgg16-lpips": "VGG16_0", "alexnet-lpips": "AlexNet_0"}


def read(path) -> dict[str, np.ndarray]:
    """Reads the arrays of a file, in the format given by its extension.

    Raises:
      UserError: if the format is not supported, or the file is missing or damaged.
    """
    path = os.fspath(path)
    readers = {
        ".npz": _read_npz,
        ".safetensors": _read_safetensors,
        ".pth": read_torch,
        ".pb": _read_graph,
    }
    ending = os.path.splitext(path)[1]
    if ending not in readers:
        raise UserError(f"{path}: weights are read from {', '.join(readers)}")
    if not os.path.isfile(path):
        raise UserError(f"{path}: no such file")
    try:
        return readers[ending](path)
    except (*DAMAGED, KeyError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise UserError(f"{path}: cannot be read ({reason}); fetch it again") from error


def _read_npz(path):
    with open_npz(path) as archive:
        return {name: archive[name] for name in archive.files}


def _read_safetensors(path):
    with open(path, "rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if size > os.path.getsize(path):
            raise ValueError("not a whole .safetensors file")
        header = json.loads(file.read(size))
        data = file.read()
    header.pop("__metadata__", None)
    arrays = {}
    for name, told in header.items():
        if told["dtype"] in _TYPES:  # Integers are counters, not weights.
            start, end = told["data_offsets"]
            flat = np.frombuffer(data[start:end], _TYPES[told["dtype"]])
            arrays[name] = flat.reshape(told["shape"])
    return arrays


def _read_graph(path):
    import tensorflow as tf
    from google.protobuf.message import DecodeError

    graph = tf.compat.v1.GraphDef()
    with open(path, "rb") as file:
        try:
            graph.ParseFromString(file.read())
        except DecodeError as error:
            raise ValueError("not a graph of TensorFlow") from error
    constants = (node for node in graph.node if node.op == "Const")
    return {node.name: tf.make_ndarray(node.attr["value"].tensor) for node in constants}


def renamed(network: str, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The network's arrays under this kit's names, with kernels (height, width, in, out).

    Other arrays are left out.

    Args:
      network: a key of `PUBLISHED_AT`.
      arrays: arrays by the names of the published files, or already by this kit's names.

    Raises:
      UserError: if none belong to this network, or they belong to torchvision's Inception.
    """
    if network not in PUBLISHED_AT:
        raise UserError(f"--network {network}: choose from {', '.join(PUBLISHED_AT)}")
    found = (_inception if network == "inception-2015" else _lpips)(network, arrays)
    if not found:
        shown = ", ".join(list(arrays)[:3])
        raise UserError(
            f"--network {network}: no array of it under a known name, only {shown}, ...; it is "
            f"published as {PUBLISHED_AT[network]}"
        )
    return found


def _lpips(network, arrays):
    prefix, found = _PREFIXES[network], {}
    ours = (f"{prefix}/Conv_", "NetLinLayer_")
    places = {name: _CONVOLUTIONS.fullmatch(name) for name in arrays}
    numbers = sorted({int(place[1]) for place in places.values() if place})
    for name, array in arrays.items():
        place, head = places[name], _HEADS.fullmatch(name)
        if name.startswith(ours):
            found[name] = array
        elif head:
            found[f"NetLinLayer_{head[1]}/Conv_0/kernel"] = _kernel(array)
        elif place:
            part = "kernel" if place[2] == "weight" else "bias"
            i = numbers.index(int(place[1]))
            found[f"{prefix}/Conv_{i}/{part}"] = _kernel(array) if part == "kernel" else array
    return found


def _inception(network, arrays):
    found, modules = {}, _torch_modules()
    graph = {
        "conv2d_params": "weight",
        "batchnorm/beta": "beta",
        "batchnorm/moving_mean": "mean",
        "batchnorm/moving_variance": "var",
    }
    torch = {"bn.bias": "beta", "bn.running_mean": "mean", "bn.running_var": "var"}
    for name, array in arrays.items():
        module, _, part = name.rpartition(".")
        module, _, kind = module.rpartition(".")
        if name.startswith(("conv", "mixed")) and name.endswith(tuple(graph)):
            ending = next(e for e in graph if name.endswith(e))
            own = re.sub(r"(mixed_(?:9|10))/(tower.*)", _joined, name[: -len(ending) - 1])
            found[f"{own}/{graph[ending]}"] = array
        elif name.startswith(("conv", "mixed", "softmax/weight")) and name.count(".") == 0:
            if name.startswith("softmax") or name.endswith(("/weight", "/beta", "/mean", "/var")):
                found[name.replace("softmax/weights", "softmax/weight")] = array
        elif name == "fc.weight":
            found["softmax/weight"] = array.T
        elif module in modules and (kind, part) == ("bn", "weight"):
            if not (array == 1).all():
                raise UserError(
                    f"{name} is not 1: that is torchvision's Inception, not the one of FID, whose "
                    "batch norm has no scale; take the published file"
                )
        elif module in modules and f"{kind}.{part}" in torch:
            found[f"{modules[module]}/{torch[f'{kind}.{part}']}"] = array
        elif module in modules and (kind, part) == ("conv", "weight"):
            found[f"{modules[module]}/weight"] = _kernel(array)
    return found


def _joined(match):
    """In the last blocks, this kit's names have one level where the graph's have several."""
    return f"{match[1]}/{match[2].replace('/', '_')}"


def _torch_modules():
    """PyTorch's name of each convolution -> this kit's."""

    def chain(branch, tower, count):
        names = [f"{branch}_{i + 1}" for i in range(count)]
        return {n: f"{tower}/conv_{i}" if i else f"{tower}/conv" for i, n in enumerate(names)}

    stem = ("1a_3x3", "2a_3x3", "2b_3x3", "3b_1x1", "4a_3x3")
    found = {f"Conv2d_{s}": f"conv_{i}" if i else "conv" for i, s in enumerate(stem)}
    ends = {"branch1x1": "conv", "branch_pool": "tower_2/conv"}
    early = ends | chain("branch5x5", "tower", 2) | chain("branch3x3dbl", "tower_1", 3)
    middle = ends | chain("branch7x7", "tower", 3) | chain("branch7x7dbl", "tower_1", 5)
    late = ends | {"branch_pool": "tower_2_conv"}
    for branch, tower, count in (("branch3x3", "tower", 1), ("branch3x3dbl", "tower_1", 2)):
        numbered = chain(branch, tower, count)
        late |= {name: own.replace("/", "_") for name, own in numbered.items()}
        late |= {
            f"{branch}_{count + 1}a": f"{tower}_mixed_conv",
            f"{branch}_{count + 1}b": f"{tower}_mixed_conv_1",
        }
    blocks = {
        "5b": early,
        "5c": early,
        "5d": early,
        "6a": {"branch3x3": "conv", **chain("branch3x3dbl", "tower", 3)},
        "6b": middle,
        "6c": middle,
        "6d": middle,
        "6e": middle,
        "7a": chain("branch3x3", "tower", 2) | chain("branch7x7x3", "tower_1", 4),
        "7b": late,
        "7c": late,
    }
    for i, (block, branches) in enumerate(blocks.items()):
        own = f"mixed_{i}" if i else "mixed"
        found |= {f"Mixed_{block}.{branch}": f"{own}/{n}" for branch, n in branches.items()}
    return found


def _kernel(array):
    """A kernel (out, in, height, width) as (height, width, in, out)."""
    return np.ascontiguousarray(array.transpose(2, 3, 1, 0))
