import json

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.extractors.inception_arrays import shapes
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.conversion import read, renamed

RNG = np.random.default_rng(0)
ALEXNET = ((64, 3, 11), (192, 64, 5), (384, 192, 3), (256, 384, 3), (256, 256, 3))


def write_safetensors(path, arrays):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name, array in arrays.items():
        content = np.ascontiguousarray(array).tobytes()
        header[name] = {
            "dtype": {"float32": "F32", "int64": "I64"}[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [len(data), len(data) + len(content)],
        }
        data += content
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def torch_alexnet():
    """Arrays named as torchvision's AlexNet and the heads of the package lpips."""
    arrays = {}
    for place, (out, into, size) in zip((0, 3, 6, 8, 10), ALEXNET, strict=True):
        arrays[f"features.{place}.weight"] = RNG.standard_normal((out, into, size, size), "f4")
        arrays[f"features.{place}.bias"] = RNG.standard_normal(out, "f4")
    arrays["classifier.1.weight"] = np.zeros((2, 2), "f4")
    heads = {
        f"lin{i}.model.1.weight": RNG.random((1, out, 1, 1), "f4")
        for i, (out, *_) in enumerate(ALEXNET)
    }
    return arrays, heads


def test_files_are_read_by_their_ending(tmp_path):
    arrays = {"a": np.arange(6, dtype="f4").reshape(2, 3), "b": np.ones(2, "f4")}
    counted = arrays | {"batches": np.array(7)}
    np.savez(tmp_path / "w.npz", **arrays)
    write_safetensors(tmp_path / "w.safetensors", counted)
    with tf.Graph().as_default() as graph:
        for name, array in arrays.items():
            tf.constant(array, name=name)
    (tmp_path / "w.pb").write_bytes(graph.as_graph_def().SerializeToString())
    for ending in ("npz", "safetensors", "pb"):
        found = read(tmp_path / f"w.{ending}")
        assert found.keys() == arrays.keys()
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)


@pytest.mark.parametrize("ending", ["npz", "safetensors", "pth", "pb"])
def test_a_damaged_file(tmp_path, ending):
    path = tmp_path / f"w.{ending}"
    path.write_bytes(b"\xff" * 30)
    with pytest.raises(UserError, match="fetch it again"):
        read(path)


def test_what_is_not_read(tmp_path):
    with pytest.raises(UserError, match=r"w\.pkl: weights are read from \.npz, .*, \.pth, \.pb"):
        read(tmp_path / "w.pkl")
    with pytest.raises(UserError, match="no such file"):
        read(tmp_path / "w.npz")


def test_pytorch_names_of_inception():
    """Every convolution gets a place, and kernels are turned."""
    torch, expected = {}, {}
    modules = dict(zip(torch_names(), shapes(), strict=True))
    for module, (own, (height, width, into, out)) in modules.items():
        kernel = np.zeros((out, into, height, width), "f4")
        kernel[-1, 0, 0, -1] = 1
        torch[f"{module}.conv.weight"] = kernel
        expected[f"{own}/weight"] = (height, width, into, out)
        for part, ours in (("bias", "beta"), ("running_mean", "mean"), ("running_var", "var")):
            torch[f"{module}.bn.{part}"] = RNG.standard_normal(out, "f4")
            expected[f"{own}/{ours}"] = (out,)
        torch[f"{module}.bn.weight"] = np.ones(out, "f4")
    torch["fc.weight"], torch["fc.bias"] = np.zeros((1008, 2048), "f4"), np.zeros(1008, "f4")
    found = renamed("inception-2015", torch)
    shown = {name: array.shape for name, array in found.items()}
    assert shown == expected | {"softmax/weight": (2048, 1008)}
    assert all(found[f"{own}/weight"][0, -1, 0, -1] == 1 for own, _ in shapes())
    last = "Mixed_7c.branch3x3dbl_3b.bn.running_var"
    np.testing.assert_array_equal(found["mixed_10/tower_1_mixed_conv_1/var"], torch[last])
    torch["Mixed_5b.branch1x1.bn.weight"] *= 2
    with pytest.raises(UserError, match=r"Mixed_5b.*torchvision's Inception"):
        renamed("inception-2015", torch)


def torch_names():
    """PyTorch's names in the order of the graph."""
    yield from (f"Conv2d_{n}" for n in ("1a_3x3", "2a_3x3", "2b_3x3", "3b_1x1", "4a_3x3"))
    double = [f"branch3x3dbl_{i}" for i in (1, 2, 3)]
    for block in "bcd":
        names = ["branch1x1", "branch5x5_1", "branch5x5_2", *double, "branch_pool"]
        yield from (f"Mixed_5{block}.{n}" for n in names)
    yield from (f"Mixed_6a.{n}" for n in ("branch3x3", *double))
    seven = [f"branch7x7_{i}" for i in (1, 2, 3)] + [f"branch7x7dbl_{i}" for i in (1, 2, 3, 4, 5)]
    for block in "bcde":
        yield from (f"Mixed_6{block}.{n}" for n in ("branch1x1", *seven, "branch_pool"))
    yield from (f"Mixed_7a.branch3x3_{i}" for i in (1, 2))
    yield from (f"Mixed_7a.branch7x7x3_{i}" for i in (1, 2, 3, 4))
    wide = ["branch3x3_1", "branch3x3_2a", "branch3x3_2b"]
    wide += [f"branch3x3dbl_{i}" for i in ("1", "2", "3a", "3b")]
    for block in "bc":
        yield from (f"Mixed_7{block}.{n}" for n in ("branch1x1", *wide, "branch_pool"))


def test_the_graph_of_inception():
    graph = {
        "conv/conv2d_params": np.ones((3, 3, 3, 32)),
        "conv/batchnorm/beta": np.ones(32),
        "conv/batchnorm/gamma": np.ones(32),
        "mixed_1/tower/conv_1/conv2d_params": np.ones((5, 5, 48, 64)),
        "mixed_10/tower_1/mixed/conv_1/batchnorm/moving_variance": np.ones(384),
        "mixed_9/tower_2/conv/batchnorm/moving_mean": np.ones(192),
        "mixed_10/join/concat_dim": np.array(3),
        "softmax/weights": np.ones((2048, 1008)),
        "softmax/biases": np.ones(1008),
    }
    assert renamed("inception-2015", graph).keys() == {
        "conv/weight",
        "conv/beta",
        "mixed_1/tower/conv_1/weight",
        "mixed_10/tower_1_mixed_conv_1/var",
        "mixed_9/tower_2_conv/mean",
        "softmax/weight",
    }


def test_the_command(command, refused, tmp_path):
    backbone, heads = torch_alexnet()
    write_safetensors(tmp_path / "alexnet.safetensors", backbone)
    np.savez(tmp_path / "alex.npz", **heads)
    files, output = [tmp_path / "alexnet.safetensors", tmp_path / "alex.npz"], tmp_path / "out.npz"
    flags = ["--network", "alexnet-lpips", "--output", output]
    message = refused("data", "weights", files[0], *flags)
    assert f"{files[0]}: lacks NetLinLayer_0/Conv_0/kernel" in message
    assert "no array of it" in refused(
        "data", "weights", files[1], "--network", "inception-2015", *flags[2:]
    )
    assert not list(tmp_path.glob("*out*"))
    status, out, err = command("data", "weights", *files, *flags)
    assert (status, err) == (0, "")
    assert f"wrote {output}" in out
    assert "not those that were published" in out
    found = np.load(output)
    expected = backbone["features.10.weight"].transpose(2, 3, 1, 0)
    np.testing.assert_array_equal(found["AlexNet_0/Conv_4/kernel"], expected)
    head = heads["lin2.model.1.weight"].ravel()
    np.testing.assert_array_equal(found["NetLinLayer_2/Conv_0/kernel"].ravel(), head)
    assert "exists already" in refused("data", "weights", *files, *flags)
    # What is in this kit's form already stays as it is.
    again = tmp_path / "again.npz"
    assert command("data", "weights", output, *flags[:3], again)[0] == 0
    assert np.load(again).files == found.files
