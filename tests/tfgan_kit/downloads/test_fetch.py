import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from tests.conftest import ROOT
from tests.test_disk_full import no_room
from tfgan_kit.downloads import request
from tfgan_kit.downloads.fetch import fetch
from tfgan_kit.downloads.remote import Remote
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten

CONTENT = np.random.default_rng(0).bytes(1_000_000)
DIGEST = f"sha256:{hashlib.sha256(CONTENT).hexdigest()}"


@pytest.fixture
def remote(server):
    server.files["file.bin"] = CONTENT
    return Remote(f"{server.address}/file.bin", DIGEST, len(CONTENT))


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_gets_its_name_when_it_is_complete(remote, tmp_path):
    path = tmp_path / "new" / "file.bin"
    assert fetch(remote, path, "by hand") == len(CONTENT)
    assert path.read_bytes() == CONTENT
    assert names(path.parent) == ["file.bin"]


@pytest.mark.parametrize("have", [1, 999_999])
def test_only_what_is_missing_is_fetched(server, remote, tmp_path, have):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:have])
    assert fetch(remote, tmp_path / "file.bin", "") == len(CONTENT) - have
    assert server.ranges == [f"bytes={have}-"]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), None])
def test_a_complete_part_is_not_fetched_again(server, remote, tmp_path, size):
    (tmp_path / "file.bin.part").write_bytes(CONTENT)
    assert fetch(remote._replace(size=size), tmp_path / "file.bin", "") == 0
    assert len(server.ranges) == (0 if size else 1)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


@pytest.mark.parametrize("size", [len(CONTENT), None])
def test_a_part_that_is_too_long_is_fetched_anew(remote, tmp_path, size):
    (tmp_path / "file.bin.part").write_bytes(CONTENT + b"x")
    assert fetch(remote._replace(size=size), tmp_path / "file.bin", "") == len(CONTENT)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_broken_connection_is_taken_up_again(server, remote, tmp_path):
    server.sends = [300_000, 1, 600_000]
    assert fetch(remote, tmp_path / "file.bin", "") == len(CONTENT)
    assert server.ranges == [None, "bytes=300000-", "bytes=300001-", "bytes=900001-"]
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_server_that_continues_no_files(server, remote, tmp_path):
    server.continues = False
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:500])
    assert fetch(remote, tmp_path / "file.bin", "") == len(CONTENT)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_server_that_always_breaks_at_the_same_place(server, remote, tmp_path):
    server.continues, server.sends = False, [1000] * 10
    with pytest.raises(UserError, match=r"cannot be downloaded \(the connection broke off\)"):
        fetch(remote, tmp_path / "file.bin", "")
    assert len(server.ranges) == 2
    assert names(tmp_path) == ["file.bin.part"]


@pytest.mark.parametrize("breaks", [[], [1000]])
def test_a_server_that_tells_no_length(server, remote, tmp_path, breaks):
    server.tells_length, server.sends = False, breaks
    assert fetch(remote, tmp_path / "file.bin", "") == len(CONTENT)
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_a_length_that_is_no_number(server, remote, tmp_path):
    server.length = "many"
    assert fetch(remote, tmp_path / "file.bin", "") == len(CONTENT)


def test_another_file_is_removed(server, remote, tmp_path):
    server.files["file.bin"] = CONTENT[:-1] + b"?"
    with pytest.raises(UserError, match=r"file\.bin is not the published file \(sha256 \w{12}"):
        fetch(remote, tmp_path / "file.bin", "")
    assert names(tmp_path) == []


def test_a_page_in_place_of_the_file_costs_nothing_that_was_there(
    server,
    remote,
    tmp_path,
):
    (tmp_path / "file.bin.part").write_bytes(CONTENT[:400_000])
    server.page = b"<html>please log in</html>"
    with pytest.raises(UserError, match=r"\(it sends 26 bytes, not 1,000,000\)"):
        fetch(remote, tmp_path / "file.bin", "")
    assert (tmp_path / "file.bin.part").read_bytes() == CONTENT[:400_000]


def test_a_file_that_is_not_there(server, tmp_path):
    remote = Remote(f"{server.address}/other.bin")
    with pytest.raises(UserError) as error:
        fetch(remote, tmp_path / "a" / "b" / "other.bin", "put it into the drawer")
    assert str(error.value) == (
        f"{remote.address} cannot be downloaded (the server says 404 Not Found); try later, use "
        "another server with --mirror URL, or put it into the drawer"
    )
    assert names(tmp_path) == []


def test_nobody_listens(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/file.bin"
        with pytest.raises(UserError, match=r"downloaded \(Connection refused\); try later"):
            fetch(Remote(address), tmp_path / "file.bin", "")


def test_a_server_that_does_not_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(request, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        remote = Remote(f"http://127.0.0.1:{silent.getsockname()[1]}/file.bin")
        with pytest.raises(UserError, match=r"\(no answer within 0\.2 seconds\)"):
            fetch(remote, tmp_path / "file.bin", "")


def test_a_name_that_takes_long_to_look_up(tmp_path, monkeypatch):
    """A resolver knows no timeout."""
    done = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: done.wait(30) and [])
    monkeypatch.setattr(request, "SECONDS", 0.2)
    with pytest.raises(UserError, match=r"\(no answer within 0\.2 seconds\)"):
        fetch(Remote("http://nowhere.invalid/file.bin"), tmp_path / "file.bin", "")
    done.set()


def test_a_server_that_stops_sending(server, remote, tmp_path, monkeypatch):
    monkeypatch.setattr(request, "SECONDS", 0.2)
    server.wait = threading.Event()
    with pytest.raises(UserError, match=r"\(no answer within 0\.2 seconds\)"):
        fetch(remote, tmp_path / "file.bin", "")
    assert names(tmp_path) == []


def test_a_disk_without_room(remote, tmp_path):
    with no_room(300_000), pytest.raises(NotWritten) as error:
        fetch(remote, tmp_path / "file.bin", "")
    assert str(error.value).startswith(f"{tmp_path}/file.bin.part: cannot be written (File too")
    assert str(error.value).endswith("run the same command again, which continues where it stopped")
    assert (tmp_path / "file.bin.part").read_bytes() == CONTENT[:300_000]
    assert fetch(remote, tmp_path / "file.bin", "") == 700_000
    assert (tmp_path / "file.bin").read_bytes() == CONTENT


def test_two_at_a_time(remote, tmp_path):
    import fcntl

    with open(tmp_path / "file.bin.part", "ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(UserError, match=r"file\.bin\.part is in use by another process"):
            fetch(remote, tmp_path / "file.bin", "")


def test_a_proxy_is_asked(server, tmp_path, monkeypatch):
    """A proxy gets the whole address as the path."""
    server.files["http://nowhere.invalid/file.bin"] = CONTENT
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", server.address)
    assert fetch(Remote("http://nowhere.invalid/file.bin"), tmp_path / "x", "") == len(CONTENT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_keeps_what_has_arrived(server, tmp_path, number):
    """The command line ends with one line, and the part stays."""
    held = threading.Event()
    (tmp_path / "mnist").mkdir()
    part = tmp_path / "mnist" / "train-images-idx3-ubyte.gz.part"
    part.write_bytes(b"x" * 100)
    server.files["train-images-idx3-ubyte.gz"] = bytes(9_912_422)
    server.wait = held
    words = ["data", "get", "mnist", "--data-dir", tmp_path, "--mirror", server.address]
    process = subprocess.Popen(
        [sys.executable, "main.py", *words],
        cwd=ROOT,
        env=os.environ | {"no_proxy": "127.0.0.1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    while not server.ranges:
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    out, err = process.communicate()
    assert process.returncode == 128 + number
    assert "the same command continues" in out
    assert "Traceback" not in err
    assert part.read_bytes() == b"x" * 100
