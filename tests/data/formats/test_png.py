"""PNG of 16 bits with transparency, and with what it says of its bits."""

import struct
import zlib

import numpy as np
import pytest

from data.reading.decode import decode, probe
from data.reading.native import decode_native

GRAY, RGB, GRAY_ALPHA, RGB_ALPHA = 0, 2, 4, 6
VALUES = np.array([[0, 1000, 65535], [7, 40000, 257]], np.uint16)


def write_png(path, pixels, colour, **chunks):
    """Writes uint16 (height, width, channels)."""
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, colour, 0, 0, 0)
    listed = [("IHDR", head), *chunks.items(), ("IDAT", zlib.compress(rows)), ("IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n"
    for name, content in listed:
        body = name.encode() + content
        data += struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
    path.write_bytes(data)


@pytest.mark.parametrize("colour", [GRAY_ALPHA, RGB_ALPHA])
@pytest.mark.parametrize("alpha", [65535, 32768, 0])
def test_transparency_goes_over_white_without_a_loss(colour, alpha, tmp_path):
    channels = 1 if colour == GRAY_ALPHA else 3
    shown = np.repeat(VALUES[..., None], channels, -1)
    pixels = np.concatenate([shown, np.full((2, 3, 1), alpha, np.uint16)], -1)
    write_png(tmp_path / "a.png", pixels, colour)
    share = alpha / 65535
    expected = np.rint(shown * share + 65535 * (1 - share))
    assert probe(tmp_path / "a.png") == (2, 3, channels)
    np.testing.assert_array_equal(decode_native(tmp_path / "a.png"), expected)
    np.testing.assert_allclose(decode(tmp_path / "a.png"), expected / 257, atol=0.5)


@pytest.mark.parametrize(("colour", "bits"), [(GRAY, b"\x0c"), (RGB, b"\x0c\x0c\x0c")])
def test_significant_bits_change_nothing(colour, bits, tmp_path):
    pixels = np.repeat(VALUES[..., None], len(bits), -1)
    write_png(tmp_path / "a.png", pixels, colour, sBIT=bits)
    np.testing.assert_array_equal(decode_native(tmp_path / "a.png"), pixels)
