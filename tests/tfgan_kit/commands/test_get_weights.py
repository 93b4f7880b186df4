"""Published weights, from a server on the loopback address."""

import io
import json
import tarfile

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.extractors import test_torch_file
from tests.tfgan_kit.extractors.inception_arrays import shapes
from tests.tfgan_kit.extractors.test_conversion import torch_alexnet
from tests.tfgan_kit.extractors.test_torch_file import torch  # noqa: F401 (a fixture)
from tfgan_kit.extractors import alexnet_lpips, inception
from tfgan_kit.extractors.conversion import renamed
from tfgan_kit.extractors.published import DOWNLOADS
from tfgan_kit.extractors.registry import find
from tfgan_kit.extractors.weights import Published, digest


@pytest.fixture
def alexnet(torch, server, tmp_path, monkeypatch):  # noqa: F811
    """AlexNet and its heads with random numbers, on the server."""
    arrays, small = {}, []
    for file, part in zip(DOWNLOADS["alexnet-lpips"].files, torch_alexnet(), strict=True):
        test_torch_file.write_zip(tmp_path / "w", *test_torch_file.tensors(part, torch))
        server.files[file.name] = (tmp_path / "w").read_bytes()
        small.append(file._replace(digest="", size=None))
        arrays |= part
    (tmp_path / "w").unlink()
    entry = DOWNLOADS["alexnet-lpips"]
    monkeypatch.setitem(DOWNLOADS, "alexnet-lpips", entry._replace(files=small))
    arrays = renamed("alexnet-lpips", arrays)
    as_published(monkeypatch, alexnet_lpips, arrays)
    return arrays


def as_published(monkeypatch, module, arrays):
    one = Published(module.NAME, module.PUBLISHED.file, digest(arrays))
    monkeypatch.setattr(module, "PUBLISHED", one)


def test_files_of_pytorch_become_the_kits(alexnet, server, tmp_path, command, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_WEIGHTS", str(tmp_path / "weights"))
    words = ["data", "get", "alexnet-lpips", "--mirror", server.address]
    status, out, err = command(*words, "--json")
    assert status == 0, err
    told = json.loads(out)
    output = tmp_path / "weights" / "lpips-alexnet.npz"
    assert told["output"] == str(output)
    assert told["downloaded"] == sum(map(len, server.files.values()))
    assert told["terms"] == DOWNLOADS["alexnet-lpips"].terms
    found = np.load(output)
    assert set(found.files) == set(alexnet)
    for name, array in alexnet.items():
        np.testing.assert_array_equal(found[name], array)
    assert [path.name for path in output.parent.iterdir()] == [output.name]
    assert find("alexnet-lpips").warnings == ()
    # What is there is not fetched again.
    server.files = {}
    status, out, err = command(*words)
    assert (status, out) == (0, f"{output} is complete (0.0 MB downloaded)\n"), err


def test_a_folder_of_its_own_is_told(alexnet, server, tmp_path, command, monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    words = ["data", "get", "alexnet-lpips", "--mirror", server.address]
    status, out, err = command(*words, "--data-dir", tmp_path / "data")
    assert status == 0, err
    assert f"; set TFGAN_KIT_WEIGHTS={tmp_path}/data/weights, where the kit looks" in out


def test_other_weights_are_refused(alexnet, server, tmp_path, refused, monkeypatch):
    as_published(monkeypatch, alexnet_lpips, {})
    words = ["data", "get", "alexnet-lpips", "--mirror", server.address]
    message = refused(*words, "--data-dir", tmp_path)
    assert "alex.pth: not the published weights of alexnet-lpips; remove them" in message
    left = {path.name for path in (tmp_path / "weights").iterdir()}
    assert left == {"alexnet-owt-7be5be79.pth", "alex.pth"}


def test_a_file_that_was_put_there_is_checked(alexnet, server, tmp_path, refused, monkeypatch):
    first, second = DOWNLOADS["alexnet-lpips"].files
    files = [first._replace(digest="sha256:7be5be79"), second]
    entry = DOWNLOADS["alexnet-lpips"]
    monkeypatch.setitem(DOWNLOADS, "alexnet-lpips", entry._replace(files=files))
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / first.name).write_bytes(b"mine")
    words = ["data", "get", "alexnet-lpips", "--mirror", server.address]
    message = refused(*words, "--data-dir", tmp_path)
    assert f"{first.name} is not the published file (sha256 " in message
    assert server.ranges == []


def test_without_a_network(server, tmp_path, refused):
    words = ["data", "get", "vgg16-lpips", "--mirror", server.address]
    message = refused(*words, "--data-dir", tmp_path / "data")
    assert "/vgg16-397923af.pth cannot be downloaded (the server says 404 Not Found)" in message
    assert f"put vgg16-397923af.pth, vgg.pth into {tmp_path}/data/weights by hand" in message
    assert not (tmp_path / "data").exists()


def test_no_folder_is_named(refused, monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    message = refused("data", "get", "inception-2015")
    assert "set TFGAN_KIT_WEIGHTS, or pass --data-dir DIR for DIR/weights" in message


def test_weights_that_are_missing_name_the_command(tmp_path, refused, monkeypatch):
    flags = ["evaluate", "--real", "glyphs", "--fake", "glyphs-edge", "--metrics", "fid"]
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    assert "`main.py data get inception-2015` downloads them" in refused(*flags)
    monkeypatch.setenv("TFGAN_KIT_WEIGHTS", str(tmp_path))
    assert "`main.py data get inception-2015` downloads it there" in refused(*flags)


def test_the_archive_of_inception(server, tmp_path, command, monkeypatch):
    graph, arrays = tf.compat.v1.GraphDef(), {}
    for name, shape in shapes():
        arrays[f"{name}/weight"] = np.zeros(shape, "f4")
        arrays |= {f"{name}/{part}": np.ones(shape[-1], "f4") for part in ("beta", "mean", "var")}
    for name, array in arrays.items():
        node = graph.node.add(name=name, op="Const")
        node.attr["value"].tensor.CopyFrom(tf.make_tensor_proto(array))
    content, member = io.BytesIO(), tarfile.TarInfo("classify_image_graph_def.pb")
    serialised = graph.SerializeToString()
    member.size = len(serialised)
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.addfile(member, io.BytesIO(serialised))
    server.files["inception-2015-12-05.tgz"] = content.getvalue()
    as_published(monkeypatch, inception, arrays)
    words = ["data", "get", "inception-2015", "--mirror", server.address]
    status, _, err = command(*words, "--data-dir", tmp_path)
    assert status == 0, err
    found = np.load(tmp_path / "weights" / "inception-2015-12-05.npz")
    assert set(found.files) == set(arrays)
    assert [p.name for p in (tmp_path / "weights").iterdir()] == ["inception-2015-12-05.npz"]
