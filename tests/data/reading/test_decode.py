import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from PIL import Image

from data.reading.decode import decode, probe
from data.source import BadExample
from tests.conftest import ROOT

GRAY = np.linspace(0, 255, 24 * 16).reshape(24, 16).astype(np.uint8)
COLOUR = np.stack([GRAY, GRAY[::-1], np.full_like(GRAY, 90)], -1)


def encode(image, format="PNG", **options) -> bytes:
    out = io.BytesIO()
    (image if isinstance(image, Image.Image) else Image.fromarray(image)).save(
        out, format, **options
    )
    return out.getvalue()


def write(path, data: bytes):
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("format", ["PNG", "BMP", "TIFF", "GIF", "PPM"])
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_lossless_formats_come_back_exactly(tmp_path, format, pixels):
    if format == "GIF":
        pixels = pixels // 64 * 64
    path = write(tmp_path / "x", encode(pixels, format))
    want = pixels.reshape(24, 16, -1)
    np.testing.assert_array_equal(decode(path), want)
    assert decode(path).dtype == np.uint8
    assert probe(path) == want.shape


def test_webp_comes_back_exactly(tmp_path):
    data = encode(COLOUR, "WEBP", lossless=True)
    np.testing.assert_array_equal(decode(data), COLOUR)
    assert probe(write(tmp_path / "x", data)) == (24, 16, 3)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("pixels", [GRAY, COLOUR], ids=["gray", "colour"])
def test_jpeg_is_rgb_and_near_the_original(tmp_path, pixels, progressive):
    path = write(tmp_path / "x", encode(pixels, "JPEG", quality=95, progressive=progressive))
    got, want = decode(path), pixels.reshape(24, 16, -1)
    assert got.shape == want.shape == probe(path)
    assert np.abs(got.astype(int) - want).max() < 40
    assert np.abs(got.astype(int) - want).mean() < 4


def test_jpeg_agrees_with_pillow():
    smooth = np.stack(np.meshgrid(np.arange(64), np.arange(48)), -1).astype(np.uint8) * 3
    data = encode(np.concatenate([smooth, smooth[..., :1]], -1), "JPEG")
    pillow = np.asarray(Image.open(io.BytesIO(data))).astype(int)
    assert np.abs(decode(data) - pillow).max() <= 3


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientation_is_applied(tmp_path, format, orientation):
    # The definition of each value: where row 0 and column 0 of the stored image belong.
    turn = {
        1: lambda x: x,
        2: lambda x: x[:, ::-1],
        3: lambda x: x[::-1, ::-1],
        4: lambda x: x[::-1],
        5: lambda x: x.transpose(1, 0, 2),
        6: lambda x: np.rot90(x, -1),
        7: lambda x: x[::-1, ::-1].transpose(1, 0, 2),
        8: lambda x: np.rot90(x),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"lossless": True} if format == "WEBP" else {}
    path = write(tmp_path / "x", encode(COLOUR, format, exif=exif, **options))
    got, want = decode(path), turn(COLOUR)
    assert got.shape == want.shape == probe(path)
    assert np.abs(got.astype(int) - want).mean() < (8 if format == "JPEG" else 0.01)


def test_sixteen_bits_are_scaled():
    wide = np.array([[0, 257, 65535], [128 * 257, 200, 100]], np.uint16)
    want = np.array([[0, 1, 255], [128, 1, 0]], np.uint8)[..., None]
    np.testing.assert_array_equal(decode(encode(wide, "PNG")), want)
    np.testing.assert_array_equal(decode(encode(wide, "TIFF")), want)
    np.testing.assert_array_equal(decode(encode(wide, "PPM")), want)


def test_sixteen_bit_colour():
    header = b"P6 2 1 65535\n" + np.array([65535, 0, 128 * 257, 0, 0, 0], ">u2").tobytes()
    np.testing.assert_array_equal(decode(header), [[[255, 0, 128], [0, 0, 0]]])


def test_transparency_is_composited_over_white():
    rgba = np.zeros((1, 3, 4), np.uint8)
    rgba[0, :, 0] = 200
    rgba[0, :, 3] = 0, 255, 51
    got = decode(encode(rgba))
    np.testing.assert_array_equal(got[0, 0], [255, 255, 255])
    np.testing.assert_array_equal(got[0, 1], [200, 0, 0])
    np.testing.assert_allclose(got[0, 2], [244, 204, 204], atol=1)


def test_gray_with_alpha_keeps_one_channel(tmp_path):
    la = np.zeros((1, 2, 2), np.uint8)
    la[0, 1] = 100, 255
    path = write(tmp_path / "x", encode(la))
    np.testing.assert_array_equal(decode(path)[..., 0], [[255, 100]])
    assert probe(path) == (1, 2, 1)


def test_palettes(tmp_path):
    image = Image.fromarray(np.array([[0, 1, 2]], np.uint8), "L").convert("P")
    image.putpalette([10, 20, 30, 40, 50, 60, 70, 80, 90])
    path = write(tmp_path / "x", encode(image))
    np.testing.assert_array_equal(decode(path), [[[10, 20, 30], [40, 50, 60], [70, 80, 90]]])
    assert probe(path) == (1, 3, 3)
    np.testing.assert_array_equal(decode(encode(image, transparency=1))[0, 1], [255, 255, 255])
    image.putpalette([10, 10, 10, 40, 40, 40, 70, 70, 70])
    path = write(tmp_path / "y", encode(image))
    np.testing.assert_array_equal(decode(path)[..., 0], [[10, 40, 70]])
    assert probe(path) == (1, 3, 1)


def test_one_bit_and_cmyk(tmp_path):
    np.testing.assert_array_equal(
        decode(encode(Image.fromarray(GRAY > 100)))[..., 0], (GRAY > 100) * 255
    )
    cmyk = Image.fromarray(np.full((16, 16, 3), (220, 30, 60), np.uint8)).convert("CMYK")
    path = write(tmp_path / "x", encode(cmyk, "JPEG", quality=100))
    assert np.abs(decode(path).astype(int) - (220, 30, 60)).max() < 12
    assert probe(path) == (16, 16, 3)


def test_floating_point_is_refused():
    with pytest.raises(BadExample, match=r"floating-point.*--value-range"):
        decode(encode(GRAY.astype(np.float32), "TIFF"))


def noisy(format, **options):
    pixels = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    return encode(pixels, format, **options)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("TIFF", {}),
        ("BMP", {}),
        ("GIF", {}),
    ],
)
@pytest.mark.parametrize("fraction", [0.001, 0.3, 0.6, 0.95])
def test_truncated_files_are_named_quietly(tmp_path, capfd, format, options, fraction):
    whole = noisy(format, **options)
    assert decode(whole).shape == (64, 64, 3)
    path = write(tmp_path / "cut.img", whole[: max(1, int(len(whole) * fraction))])
    with pytest.raises(BadExample) as error:
        decode(path)
    assert str(error.value).startswith(f"{path}: ")
    assert "\n" not in str(error.value)
    assert "0x" not in str(error.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("tail", [b"", b"\0" * 4000])
def test_jpeg_without_its_last_bytes_is_truncated(capfd, tail):
    data = noisy("JPEG")
    with pytest.raises(BadExample, match=r"^a\.jpg: .*truncated"):
        decode(data[:-40] + tail, "a.jpg")
    assert capfd.readouterr() == ("", "")


def test_jpeg_with_bytes_after_its_end_is_good():
    np.testing.assert_array_equal(decode(noisy("JPEG") + b"more"), decode(noisy("JPEG")))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"hello, I am a text file", "not an image"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "not an image|broken|damaged"),
        (b"\xff\xd8\xff" + b"\xab" * 200, "."),
    ],
)
def test_what_is_not_an_image_is_named(tmp_path, capfd, data, reason):
    path = write(tmp_path / "bad.png", data)
    with pytest.raises(BadExample, match=reason) as error:
        decode(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)
    with pytest.raises(BadExample, match=r"bad\.png"):
        probe(path)
    assert capfd.readouterr() == ("", "")


def test_missing_file_and_folder(tmp_path):
    with pytest.raises(BadExample, match=r"none\.png: the file does not exist"):
        decode(tmp_path / "none.png")
    with pytest.raises(BadExample, match="directory"):
        decode(tmp_path)


def png_header(side):
    def chunk(kind, body):
        crc = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + crc

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("side", [10_000, 60_000])
def test_decompression_bomb_is_refused(tmp_path, side):
    path = write(tmp_path / "bomb.png", png_header(side))
    for function in (decode, probe):
        with pytest.raises(BadExample, match=r"bomb.png: more than .* pixels"):
            function(path)


def test_no_warning_reaches_the_terminal(tmp_path):
    # In a process of its own: pytest sets the warning filters back before each test.
    write(tmp_path / "bomb.png", png_header(10_000))
    write(tmp_path / "cut.tif", noisy("TIFF")[:12])
    code = (
        "import sys; from data.reading.decode import decode, BadExample\n"
        "for path in sys.argv[1:]:\n"
        "    try: decode(path)\n"
        "    except BadExample: print('bad')\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "bomb.png", tmp_path / "cut.tif"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert (result.stdout, result.stderr) == ("bad\nbad\n", "")
