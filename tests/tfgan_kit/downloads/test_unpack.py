import io
import stat
import tarfile
import zipfile

import numpy as np
import pytest

from tests.test_disk_full import no_room
from tfgan_kit.downloads.unpack import unpack
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten

NOISE = np.random.default_rng(0).bytes(200_000)
FILES = {"set/trainA/1.png": b"one", "set/trainB/2.png": NOISE, "set/readme.txt": b"read"}


def write_zip(path, files=FILES, links=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in links:
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    return path


def write_tar(path, files=FILES, links=()):
    with tarfile.open(path, "w:gz") as archive:
        for name, target in links:
            for kind, other in ((tarfile.SYMTYPE, name), (tarfile.LNKTYPE, f"{name}-hard")):
                member = tarfile.TarInfo(other)
                member.type, member.linkname = kind, target
                archive.addfile(member)
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(params=[write_zip, write_tar])
def write(request):
    return request.param


@pytest.mark.parametrize("above", ["", "./", "a/b/"])
def test_the_folder_that_holds_what_is_wanted(write, tmp_path, above):
    extra = {f"{above}__MACOSX/set/trainA/._1.png": b"", f"{above}set/.DS_Store": b""}
    files = {above + name: content for name, content in FILES.items()} | extra
    archive = write(tmp_path / "archive", files)
    unpack(archive, tmp_path / "new", ["trainA", "readme.txt"])
    wanted = {name.removeprefix("set/"): content for name, content in FILES.items()}
    assert contents(tmp_path / "new") == wanted
    assert sorted(p.name for p in tmp_path.iterdir()) == ["archive", "new"]


@pytest.mark.parametrize("name", ["../evil", "set/../../evil", "/tmp/evil-of-tfgan-kit"])
def test_a_path_that_leads_out(write, tmp_path, name):
    archive = write(tmp_path / "archive", FILES | {name: b"evil"})
    with pytest.raises(UserError, match=r"archive: the path .*evil\S* in it leads out of it"):
        unpack(archive, tmp_path / "in" / "new", ["trainA"])
    assert contents(tmp_path).keys() == {"archive"}


def test_links_are_left_out(write, tmp_path):
    """A file below a link would be written where the link leads."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine").write_bytes(b"mine")
    links = [("set/link", str(outside)), ("set/mine", str(outside / "mine"))]
    files = FILES | {"set/link/evil": b"evil"}
    unpack(write(tmp_path / "archive", files, links), tmp_path / "new", ["trainA"])
    assert contents(outside) == {"mine": b"mine"}
    assert not [path for path in (tmp_path / "new").rglob("*") if path.is_symlink()]
    assert not (tmp_path / "new" / "mine").exists()


@pytest.mark.parametrize("damage", ["cut", "changed", "other", "empty"])
def test_damage(write, tmp_path, damage):
    archive = write(tmp_path / "archive")
    content = bytearray(archive.read_bytes())
    if damage == "cut":
        del content[100_000:]
    elif damage == "changed":
        content[100_000] ^= 1
    else:
        content = b"<html>no such file</html>" if damage == "other" else b""
    archive.write_bytes(content)
    with pytest.raises(UserError, match=r"archive: cannot be unpacked \(.+\); remove it"):
        unpack(archive, tmp_path / "new", ["trainA"])
    assert contents(tmp_path).keys() == {"archive"}


def test_another_archive(write, tmp_path):
    with pytest.raises(UserError, match=r"no folder in it holds trainA, testA; it is another"):
        unpack(write(tmp_path / "archive"), tmp_path / "new", ["trainA", "testA"])
    assert contents(tmp_path).keys() == {"archive"}


def test_a_disk_without_room(write, tmp_path):
    archive = write(tmp_path / "archive")
    with no_room(1000), pytest.raises(NotWritten, match=r"/new: cannot be written \(File too la"):
        unpack(archive, tmp_path / "new", ["trainA"])
    assert contents(tmp_path).keys() == {"archive"}


def test_what_was_left_by_a_killed_process_goes(write, tmp_path):
    (tmp_path / ".new.part" / "trainA").mkdir(parents=True)
    unpack(write(tmp_path / "archive"), tmp_path / "new", ["trainA"])
    assert (tmp_path / "new" / "trainA" / "1.png").read_bytes() == b"one"
    assert not (tmp_path / ".new.part").exists()
