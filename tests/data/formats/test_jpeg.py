"""A JPEG ends where its structure says, whatever lies behind it."""

import io

import numpy as np
import pytest
from PIL import Image

from data.formats.jpeg import only_jpeg
from data.reading.decode import decode
from data.reading.native import decode_native, page_count
from data.source import BadExample

Y, X = np.mgrid[0:48, 0:64]
PIXELS = np.stack([X * 4, Y * 5, (X * 7 + Y * 11) % 256], -1).astype(np.uint8)


def jpeg(mode="RGB", **options):
    file = io.BytesIO()
    Image.fromarray(PIXELS).convert(mode).save(file, "JPEG", **{"quality": 95} | options)
    return file.getvalue()


def thumbnail():
    """EXIF with a JPEG in it, which has an end of its own."""
    small = jpeg()[:20_000]
    return b"Exif\0\0" + b"II*\0\x08\0\0\0\0\0\0\0\0\0" + small


KINDS = {
    "baseline": jpeg(),
    "progressive": jpeg(progressive=True),
    "restarts": jpeg(restart_marker_blocks=2),
    "gray": jpeg("L"),
    "CMYK": jpeg("CMYK"),
    "thumbnail": jpeg(exif=thumbnail()),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_what_follows_changes_nothing(kind, seed):
    whole = KINDS[kind]
    tail = np.random.default_rng(seed).integers(0, 256, 50_000, np.uint8).tobytes()
    for behind in (b"\0\0\0\x18ftypmp42" + tail + b"\xff\xda", b"\xff\xd8\xff" + tail, whole):
        assert only_jpeg(whole + behind) == whole
        np.testing.assert_array_equal(decode(whole + behind), decode(whole))
    assert decode(whole).shape == (48, 64, 1 if kind == "gray" else 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95, 1])
def test_a_cut_one_is_cut(kind, share):
    data = KINDS[kind]
    with pytest.raises(BadExample, match=r"a\.jpg: "):
        decode(data[: int(len(data) * share) - 2], "a.jpg")


def test_an_end_without_a_picture():
    with pytest.raises(ValueError, match="no picture"):
        only_jpeg(b"\xff\xd8\xff\xe0\0\x02\xff\xd9")


def test_several_pictures_in_a_file_are_one(tmp_path):
    images = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    images[0].save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=images[1:], quality=95)
    assert Image.open(tmp_path / "a.jpg").format == "MPO"
    assert np.abs(decode(tmp_path / "a.jpg").astype(int) - PIXELS).mean() < 12
    assert page_count(tmp_path / "a.jpg") == 1
    with pytest.raises(BadExample, match="truncated"):
        decode((tmp_path / "a.jpg").read_bytes()[:1500])
    assert decode_native(tmp_path / "a.jpg").dtype == np.uint8
