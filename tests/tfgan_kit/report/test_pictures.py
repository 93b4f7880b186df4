"""Pictures within a limit of bytes."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from tests.tfgan_kit.report.runs import write_picture
from tfgan_kit.report.pictures import evenly, read_frame, read_frames


def opened(frame):
    return Image.open(io.BytesIO(base64.b64decode(frame.source.partition(",")[2])))


@pytest.mark.parametrize("count", [1, 2, 3, 7, 40])
def test_thinning_is_even_and_keeps_the_ends(count):
    kept = evenly(list(range(40)), count)
    assert len(kept) == len(set(kept)) == count
    assert kept[-1] == 39
    if count > 1:
        assert kept[0] == 0
        gaps = np.diff(kept)
        assert gaps.max() - gaps.min() <= 1


def test_pictures_are_kept_as_they_are_where_they_fit(tmp_path):
    for step in (0, 5, 12):
        write_picture(tmp_path / f"{step:08d}.png", (8, 6), step)
    write_picture(tmp_path / "mine.png", (8, 6))
    frames = read_frames(tmp_path, 10**6, [])
    assert [f.step for f in frames] == [0, 5, 12]
    assert (frames[0].width, frames[0].height) == (8, 6)
    content = (tmp_path / "00000012.png").read_bytes()
    assert frames[-1].source == "data:image/png;base64," + base64.b64encode(content).decode()
    assert not any(f.compressed for f in frames)


def test_many_pictures_are_thinned_to_the_limit(tmp_path):
    for step in range(40):
        write_picture(tmp_path / f"{step:08d}.png", (32, 32), step)
    one = len(read_frame(tmp_path / "00000000.png", 10**6).source)
    frames = read_frames(tmp_path, 20 * one + 500, [])
    assert 18 <= len(frames) <= 20
    assert sum(len(f.source) for f in frames) <= 20 * one + 500
    assert frames[0].step == 0
    assert frames[-1].step == 39
    assert len(read_frames(tmp_path, 10**7, [], frames=5)) == 5


def test_large_pictures_are_compressed_rather_than_left_out(tmp_path):
    for step in range(30):
        write_picture(tmp_path / f"{step:08d}.png", (160, 120), step)
    limit = 12 * 9000
    frames = read_frames(tmp_path, limit, [])
    assert len(frames) == 12
    assert frames[-1].step == 29
    assert sum(len(f.source) for f in frames) <= limit
    assert all(f.compressed for f in frames)
    picture = opened(frames[-1])
    assert picture.format == "WEBP"
    assert picture.width / picture.height == pytest.approx(160 / 120, rel=0.05)
    assert (frames[-1].width, frames[-1].height) == (160, 120)


def test_a_damaged_picture_gives_way_to_the_one_before(tmp_path):
    for step in range(4):
        write_picture(tmp_path / f"{step:08d}.png", (8, 8), step)
    whole = (tmp_path / "00000003.png").read_bytes()
    (tmp_path / "00000003.png").write_bytes(whole[:-40])
    (tmp_path / "00000001.png").write_text("<script>")
    notes = []
    assert [f.step for f in read_frames(tmp_path, 10**6, notes)] == [0, 2]
    (note,) = notes
    assert "00000001.png, 00000003.png" in note


def test_no_damage_escapes(tmp_path):
    path, generator = tmp_path / "00000001.png", np.random.default_rng(0)
    write_picture(path, (8, 8))
    whole = np.frombuffer(path.read_bytes(), np.uint8)
    for _ in range(200):
        damaged = whole.copy()
        damaged[generator.integers(0, len(whole), 3)] = generator.integers(0, 256, 3)
        path.write_bytes(damaged.tobytes())
        frame = read_frame(path, 10**6)
        assert frame is None or frame.source


def test_no_pictures(tmp_path):
    assert read_frames(tmp_path / "none", 100, []) == []
