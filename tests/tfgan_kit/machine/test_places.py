"""Where things are kept, and what ~ stands for, also where there is no home."""

import os
import subprocess
import sys
import tempfile

import numpy as np
import pytest
from PIL import Image

from data.registry import data_root
from tests.conftest import ROOT
from tfgan_kit.errors import UserError
from tfgan_kit.machine.places import cache_folder, expanded, not_kept, with_homes


@pytest.fixture
def homeless(tmp_path, monkeypatch):
    """A user that is in no list of users and has no HOME."""
    for name in ("HOME", "TFGAN_KIT_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)


def test_home_stands_for_what_a_shell_leaves(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    for given, meant in (
        ("~/a", "/home/me/a"),
        ("--data-dir=~/a", "--data-dir=/home/me/a"),
        ("folder:~/a", "folder:/home/me/a"),
        ("glyphs,~/a+npz:~/b.npz", "glyphs,/home/me/a+npz:/home/me/b.npz"),
        ("~", "/home/me"),
        ("a~/b", "a~/b"),
        ("./~/b", "./~/b"),
        ("a:~b", "a:~b"),
    ):
        assert with_homes(given) == meant
    monkeypatch.setenv("TFGAN_KIT_CACHE", "~/x")
    assert str(cache_folder()) == "/home/me/x"
    monkeypatch.setenv("TFGAN_KIT_DATA", "~/y")
    assert data_root(None) == "/home/me/y"
    assert data_root("~/z") == "/home/me/z"


def test_without_a_home(homeless, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert cache_folder() == tmp_path / "tfgan-kit-54321"
    for call in (
        lambda: expanded("~/a", "--x"),
        lambda: with_homes("~/a"),
        lambda: data_root("~/a"),
    ):
        with pytest.raises(UserError, match="no home directory is known here for its ~"):
            call()
    monkeypatch.setenv("TFGAN_KIT_CACHE", "~/x")
    with pytest.raises(UserError, match="TFGAN_KIT_CACHE ~/x: no home"):
        cache_folder()
    monkeypatch.delenv("TFGAN_KIT_CACHE")
    (tmp_path / "tfgan-kit-54321").mkdir()
    with pytest.raises(UserError, match="is of another user; name a folder in TFGAN_KIT_CACHE"):
        cache_folder()


def test_unknown_users_are_told():
    with pytest.raises(UserError, match="--run-dir=~nobody-at-all/a: no home"):
        with_homes("--run-dir=~nobody-at-all/a")


def test_what_cannot_be_kept_is_told_before(tmp_path):
    assert not_kept(tmp_path / "a" / "b") is None
    (tmp_path / "file").touch()
    assert "nothing is kept there (Not a directory)" in not_kept(tmp_path / "file" / "b")


def test_images_are_measured_without_a_home(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for k in range(4):
            noise = np.random.default_rng(k).integers(0, 256, (32, 32, 3), np.uint8)
            Image.fromarray(noise).save(tmp_path / name / f"{k}.png")
    code = (
        "import os, sys; os.getuid = lambda: 54321\n"
        "import main\n"
        f"sys.exit(main.main(['evaluate', '--real', {str(tmp_path / 'a')!r}, '--fake', "
        f"{str(tmp_path / 'b')!r}, '--metrics', 'swd']))"
    )
    names = ("HOME", "USER", "LOGNAME", "TFGAN_KIT_CACHE")
    env = {k: v for k, v in os.environ.items() if k not in names} | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert not (ROOT / "~").exists()
