"""The free sets, from a server on the loopback address."""

import bz2
import hashlib
import io
import json
import re
import shutil
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import tensorflow_datasets
from PIL import Image

from data.published import PUBLISHED
from data.registry import open_raw
from tests.data.sources import test_cifar10, test_idx, test_svhn, test_usps
from tfgan_kit.downloads.remote import Remote
from tfgan_kit.errors import UserError

IDX = ("mnist", "fashion_mnist", "kmnist")
PIX2PIX = [name for name in PUBLISHED if name.startswith("pix2pix-")]
CYCLEGAN = [name for name, entry in PUBLISHED.items() if "trainA" in entry.holds]


def images(folder, count):
    folder.mkdir(parents=True)
    for i in range(count):
        Image.fromarray(np.full((6, 12, 3), i, np.uint8)).save(folder / f"{i}.png")


def files_of(name, made):
    """Writes a small set in its published layout; gives file name -> content."""
    if name in IDX:
        test_idx.write_set(made)
        test_idx.write_set(made, prefix="t10k")
    elif name == "svhn":
        test_svhn.write(made / "train_32x32.mat")
        test_svhn.write(made / "test_32x32.mat")
    elif name == "usps":
        made.mkdir()
        for file in ("usps.bz2", "usps.t.bz2"):
            (made / file).write_bytes(bz2.compress(test_usps.libsvm_lines()))
    else:
        return {PUBLISHED[name].files[0].name: archive_of(name, made)}
    return {path.name: path.read_bytes() for path in made.iterdir()}


def archive_of(name, made):
    content = io.BytesIO()
    if name in CYCLEGAN:
        for count, part in enumerate(("trainA", "trainB", "testA", "testB"), 1):
            images(made / name / part, count)
        with zipfile.ZipFile(content, "w") as archive:
            for path in made.rglob("*.png"):
                archive.write(path, path.relative_to(made))
        return content.getvalue()
    if name == "cifar10":
        test_cifar10.write_all(made / "cifar-10-batches-bin")
    else:
        for count, part in enumerate(("train", "val"), 1):
            images(made / name.removeprefix("pix2pix-") / part, count)
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        archive.add(next(made.iterdir()), next(made.iterdir()).name)
    return content.getvalue()


@pytest.fixture
def serve(server, tmp_path, monkeypatch):
    """Puts a small set on the server, as if it were the published one; gives its folder."""

    def put(name):
        made = tmp_path / "made"
        server.files = files_of(name, made)
        shutil.rmtree(made)
        small = [
            Remote(
                file.address,
                file.digest and f"sha256:{hashlib.sha256(server.files[file.name]).hexdigest()}",
                file.size and len(server.files[file.name]),
            )
            for file in PUBLISHED[name].files
        ]
        assert {file.name for file in small} == set(server.files)
        monkeypatch.setitem(PUBLISHED, name, PUBLISHED[name]._replace(files=small))
        return tmp_path / "data" / name

    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)
    return put


def words(name, folder, server):
    return ["data", "get", name, "--data-dir", folder.parent, "--mirror", server.address]


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_kit_reads_what_was_downloaded(name, serve, server, command):
    folder = serve(name)
    status, out, err = command(*words(name, folder, server), "--json")
    assert status == 0, err
    told = json.loads(out)
    size = sum(map(len, server.files.values()))
    assert (told["output"], told["downloaded"]) == (str(folder), size)
    assert set(told["checked"].values()) == {"structure" if name in PIX2PIX else "sha256"}
    assert told["terms"] == PUBLISHED[name].terms
    assert PUBLISHED[name].terms in err
    for dataset, counts in told["examples"].items():
        for split, count in counts.items():
            raw = open_raw(dataset, data_dir=str(folder.parent), split=split)
            assert len(raw.source) == count > 0
    assert all(set(counts) == {"train", "test"} for counts in told["examples"].values())
    # Neither an archive nor a part of anything is left.
    assert [path.name for path in folder.parent.iterdir()] == [name]
    assert not list(folder.rglob("*.part"))
    # Nothing is fetched twice.
    server.files = {}
    status, out, err = command(*words(name, folder, server), "--json")
    assert (status, json.loads(out)["downloaded"]) == (0, 0), err


def test_what_is_said(serve, server, command):
    folder = serve("horse2zebra")
    _, out, err = command(*words("horse2zebra", folder, server))
    first, second, last = out.splitlines()
    assert err == ""
    assert first == "horse2zebra: images from ImageNet, for non-commercial research and education"
    assert second == f"unpacking {folder}.zip"
    assert last == (
        f"{folder} is complete (0.0 MB downloaded): --dataset horse2zebra:a has 1 train and 3 test;"
        " --dataset horse2zebra:b has 2 train and 4 test examples, with --data-dir "
        f"{folder.parent}"
    )


def test_only_files_that_are_missing(serve, server, command):
    folder = serve("mnist")
    folder.mkdir(parents=True)
    labels = "t10k-labels-idx1-ubyte.gz"
    (folder / labels).write_bytes(server.files.pop(labels))
    mine = "train-labels-idx1-ubyte.gz"
    server.files.pop(mine)
    test_idx.write_set(folder.parent / "mine", labels=test_idx.LABELS[::-1])
    mine_content = (folder.parent / "mine" / mine).read_bytes()
    (folder / mine).write_bytes(mine_content)
    status, out, err = command(*words("mnist", folder, server))
    assert status == 0, err
    assert len(server.ranges) == 2
    assert f"warning: {folder / mine} is kept but is not the published file (sha256 " in out
    assert f"{folder / labels} is kept" not in out
    assert (folder / mine).read_bytes() == mine_content


def test_an_archive_that_somebody_put_there(serve, server, command, refused):
    folder = serve("cifar10")
    archive = folder.parent / "cifar-10-binary.tar.gz"
    folder.parent.mkdir()
    archive.write_bytes(b"x" * len(server.files[archive.name]))
    assert f"{archive} is not the published file (sha256 " in refused(
        *words("cifar10", folder, server)
    )
    archive.write_bytes(server.files.pop(archive.name))
    status, out, err = command(*words("cifar10", folder, server))
    assert status == 0, err
    assert f"{archive} is no longer needed" in out
    assert archive.exists()
    assert (folder / "test_batch.bin").exists()
    assert server.ranges == []


def test_a_folder_that_lacks_something(serve, server, refused):
    folder = serve("horse2zebra")
    (folder / "trainA").mkdir(parents=True)
    message = refused(*words("horse2zebra", folder, server))
    assert message.endswith(f"; move {folder} away to download it")
    assert server.ranges == []


def test_without_a_network(serve, server, refused, command):
    """One line has the addresses, and what to put where; then it goes on by itself."""
    folder = serve("usps")
    kept, server.files = server.files, {}
    message = refused(*words("usps", folder, server))
    assert message == (
        f"error: {server.address}/usps.bz2 cannot be downloaded (the server says 404 Not Found); "
        "try later, use another server with --mirror URL, or put usps.bz2, usps.t.bz2 into "
        f"{folder} by hand"
    )
    assert not folder.parent.exists()
    folder.mkdir(parents=True)
    for name, content in kept.items():
        (folder / name).write_bytes(content)
    assert command(*words("usps", folder, server))[0] == 0


def test_a_cut_archive_without_a_hash_is_found_out(serve, server, refused, command):
    folder = serve("pix2pix-facades")
    content = server.files["facades.tar.gz"]
    server.files["facades.tar.gz"] = content[: len(content) // 2]
    message = refused(*words("pix2pix-facades", folder, server))
    assert f"{folder.parent}/facades.tar.gz: cannot be unpacked (" in message
    assert not folder.exists()
    (folder.parent / "facades.tar.gz").unlink()
    server.files["facades.tar.gz"] = content
    assert command(*words("pix2pix-facades", folder, server))[0] == 0


@pytest.mark.parametrize("mirror", ["ftp://a/b", "mirror", "http://", "http://[a", "file:///tmp"])
def test_a_mirror_is_an_address(tmp_path, refused, mirror):
    message = refused("data", "get", "mnist", "--data-dir", tmp_path, "--mirror", mirror)
    assert f"--mirror {mirror}: give the http or https address" in message


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("minst", r"no free data set 'minst'; did you mean 'mnist'\?"),
        ("cityscapes", r"cityscapes is not among .*; it reads a folder with trainA"),
        ("glyphs", "glyphs needs no files: --dataset glyphs"),
    ],
)
def test_what_cannot_be_downloaded(tmp_path, refused, name, message):
    assert re.search(message, refused("data", "get", name, "--data-dir", tmp_path))


def test_no_folder_is_named(refused, monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)
    assert "pass --data-dir DIR, or set TFGAN_KIT_DATA" in refused("data", "get", "mnist")


@pytest.mark.parametrize("name", [name for name in PUBLISHED if name not in PIX2PIX])
def test_a_set_that_is_missing_names_the_command(name, tmp_path, monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_DATA", raising=False)
    dataset = PUBLISHED[name].opened_as[0]
    for data_dir in (str(tmp_path), str(tmp_path / "nowhere"), None):
        with pytest.raises(UserError, match=f"`main.py data get {name}` downloads it"):
            open_raw(dataset, data_dir=data_dir)


def test_hashes_and_sizes_are_those_that_tensorflow_datasets_lists():
    root = Path(tensorflow_datasets.__file__).parent
    known = set()
    for listing in [*root.glob("url_checksums/*.txt"), *root.glob("datasets/*/checksums.tsv")]:
        for line in listing.read_text().splitlines():
            address, size, digest, *_ = [*line.split("\t"), "", ""]
            known.add((address.rpartition("/")[2], size, f"sha256:{digest}"))
    files = [file for entry in PUBLISHED.values() for file in entry.files]
    compared = [file for file in files if file.digest.startswith("sha256:")]
    assert len(compared) == 25
    assert not [file for file in compared if (file.name, str(file.size), file.digest) not in known]
    others = {file.name for file in files} - {file.name for file in compared}
    assert others >= {"usps.bz2", "usps.t.bz2", "edges2shoes.tar.gz", "night2day.tar.gz"}
