"""What is in a folder beside its images is counted and told."""

import json
import os

import numpy as np
import pytest
from PIL import Image

from data.folders.listing import list_folder
from data.formats.content import kind_of
from data.reading.decode import decode, probe
from data.reading.open import open_source
from data.source import BadExample
from tfgan_kit.errors import UserError

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)
JXL = b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(64)

COUNTS = {".heic": 5, ".jxl": 1, ".dng": 1, ".part": 1, ".png~": 1, "without ending": 1}


def save(path, kind="PNG", value=80):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        Image.fromarray(np.full((32, 32, 3), (value, 60, 40), np.uint8)).save(file, kind)
    return path.read_bytes()


@pytest.fixture
def mixed(tmp_path):
    folder = tmp_path / "photos"
    png = save(folder / "0.png")
    for k in range(5):
        (folder / f"IMG_{k}.HEIC").write_bytes(HEIC)
    for name in ("a.dat", "noending", "c.PNG~", "c.png.part"):
        (folder / name).write_bytes(png)
    (folder / "c.jxl").write_bytes(JXL)
    (folder / "d.dng").write_bytes(b"II*\0" + bytes(60))
    (folder / "unknown").write_bytes(b"\0\1\2")
    for name in ("Thumbs.db", ".DS_Store", "captions.txt", "LICENSE", "info.json"):
        (folder / name).write_text("no image")
    os.mkfifo(folder / "pipe")
    return folder


def test_content_decides_and_the_rest_is_counted(mixed):
    files, passed_over = list_folder(mixed)
    assert files == ["0.png", "a.dat", "noending"]
    assert passed_over == COUNTS
    source = open_source(str(mixed)).source
    assert source.passed_over == passed_over
    assert source.notes == (
        "passed over: 5 .heic, 1 .dng, 1 .jxl, 1 .part, 1 .png~, 1 without ending, which cannot "
        "be read as images; convert them to PNG or JPEG to use them",
    )


def test_commands_tell_it(mixed, command, tmp_path):
    grid = tmp_path / "grid.png"
    _, out, _ = command("data", "inspect", mixed, "--output", grid)
    assert "3 examples" in out
    assert "note    passed over: 5 .heic" in out
    told = json.loads(command("data", "inspect", mixed, "--output", grid, "--json")[1])
    assert told["passed_over"] == COUNTS
    assert told["notes"][0].startswith("passed over: 5 .heic")
    flags = ["--batch-size", 2, "--width", 0.05, "--dry-run", "--quiet"]
    _, _, err = command("train", "gan", "--dataset", f"{mixed}+{mixed}", *flags)
    assert err.count("warning: passed over: 5 .heic") == 2


def test_sets_made_of_others_tell_it(mixed):
    assert open_source(f"{mixed}+{mixed}").source.passed_over[".heic"] == 10


def test_all_images_that_are_given_are_worked_on(mixed):
    from data.reading.pictures import read_pictures

    with pytest.raises(UserError, match=r"5 \.heic, 1 \.dng, .* cannot be read; convert"):
        read_pictures(str(mixed), (32, 32, 3))


def test_what_lies_beside_splits_is_told(tmp_path):
    save(tmp_path / "train" / "a.png")
    save(tmp_path / "stray.png")
    assert open_source(str(tmp_path)).notes == (
        f"{tmp_path}: left out beside its splits: stray.png",
    )


@pytest.mark.parametrize("kind", ["TGA", "JPEG2000", "AVIF", "PPM", "BMP", "WEBP", "GIF", "TIFF"])
def test_more_formats_are_read(kind, tmp_path):
    ending = {"JPEG2000": "jp2", "PPM": "ppm"}.get(kind, kind.lower())
    data = save(tmp_path / f"a.{ending}", kind)
    assert kind_of(data[:64]) == (None if kind == "TGA" else kind)
    assert probe(tmp_path / f"a.{ending}") == (32, 32, 3)
    assert np.abs(decode(tmp_path / f"a.{ending}").astype(int) - (80, 60, 40)).max() <= 4
    assert len(open_source(str(tmp_path))) == 1


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (HEIC, "its content is HEIC, which is not read; convert it"),
        (JXL, "JPEG XL"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
        (b"\0\0\0\x18ftypmp42" + bytes(40), "a video"),
        (b"BM, they said", "not an image of a known format"),
        (b"P7 is a song", "not an image of a known format"),
    ],
)
def test_content_that_is_not_read_is_named(content, what, tmp_path):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(BadExample, match=rf"a\.png: .*{what}"):
        decode(tmp_path / "a.png")
