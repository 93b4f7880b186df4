"""`data inspect` on each format, and its refusals."""

import json

import cv2
import numpy as np
import pytest

from tests.data.sources.paired.files import noise, write

COUNT, SIDES = 3, (24, 32)
HOLE = np.zeros(SIDES, np.uint8)
HOLE[5:15, 5:20] = 255
MAP = (np.arange(24 * 32).reshape(SIDES) // 100).astype(np.uint8)
PICTURE = noise(0, *SIDES, 3)
# Format -> what is in each of its folders, and the fields that come of it.
FORMATS = {
    "aligned": ({"": noise(0, 24, 64, 3)}, ["input", "target"]),
    "paired": ({"trainA1": HOLE, "trainA2": PICTURE, "trainB": PICTURE}, ["input", "target"]),
    "labelmap": (
        {"images": PICTURE, "labels": MAP, "instances": MAP.astype(np.uint16) * 1000},
        ["ids", "target", "instances"],
    ),
    "sketch": ({"images": PICTURE, "segments": HOLE}, ["input", "target", "segments"]),
    "texture": (
        {"images": PICTURE, "segments": HOLE, "edges": HOLE, "textures": noise(1, 9, 99, 3)},
        ["input", "target", "segments", "texture"],
    ),
    "sides": (
        {"left": PICTURE, "right": PICTURE, "parts": MAP},
        ["input", "reference", "target", "parts"],
    ),
    "inpaint": ({"images": PICTURE, "masks": HOLE}, ["image", "mask"]),
}


@pytest.fixture(params=FORMATS)
def made(request, tmp_path):
    """The name of a set, its folder and its fields."""
    folders, fields = FORMATS[request.param]
    for folder, pixels in folders.items():
        for k in range(COUNT):
            write(tmp_path / "set" / folder / f"{k}.png", pixels)
    return f"{request.param}:{tmp_path / 'set'}", tmp_path / "set" / next(iter(folders)), fields


def test_inspect(made, tmp_path, command):
    name, _, fields = made
    status, out, _ = command("data", "inspect", name, "--output", tmp_path / "grid.png", "--json")
    assert status == 0
    said = json.loads(out)
    assert (said["examples"], said["bad"], said["notes"]) == (COUNT, [], [])
    assert cv2.imread(str(tmp_path / "grid.png")) is not None
    out = command("data", "inspect", name, "--output", tmp_path / "grid.png")[1]
    lines = [line.split()[1] for line in out.splitlines() if line.startswith("field ")]
    assert lines == [f"{field}:" for field in fields]


def test_what_is_wrong_is_one_line_and_status_2(made, tmp_path, refused):
    name, folder, _ = made
    (folder / "1.png").write_bytes(b"no picture")
    line = refused("data", "prepare", name, "--output", tmp_path / "shards")
    assert f"{folder / '1.png'}: not an image of a known format" in line
    for file in folder.iterdir():
        file.unlink()
    line = refused("data", "inspect", name, "--output", tmp_path / "grid.png")
    assert f"{folder}: the folder is empty; put images into it" in line
    assert not (tmp_path / "grid.png").exists()
    kind = name.partition(":")[0]
    line = refused("data", "inspect", f"{kind}:{tmp_path / 'none'}", "--output", "grid.png")
    assert f"{kind}: there is no {tmp_path / 'none'}" in line


def test_a_file_is_no_set(made, refused):
    name, folder, _ = made
    line = refused("data", "inspect", f"{name.partition(':')[0]}:{folder / '1.png'}")
    assert "1.png is a file; give a folder" in line


def test_a_split_that_is_not_there(made, tmp_path, refused):
    line = refused("data", "inspect", made[0], "--split", "test", "--output", tmp_path / "grid.png")
    assert "has no split 'test'" in line
    assert "it has: train" in line


def test_pages_as_examples_are_for_single_files(made, tmp_path, command, refused):
    name, _, _ = made
    words = "data", "inspect", name, "--pages", "examples", "--output", tmp_path / "grid.png"
    if name.startswith("aligned"):
        assert command(*words)[0] == 0
    else:
        assert "--pages examples is not for paired files; join or split them" in refused(*words)
