"""Samples of any kind are read right, or refused in a line."""

import numpy as np
import pytest

from data.reading.decode import decode, probe
from data.reading.label_maps import decode_ids, decode_mask
from data.reading.native import decode_native
from data.reading.open import open_source
from data.reading.values import Values
from data.source import BadExample
from tests.data.formats.tiffs import write_tiff

WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, CMYK, CFA = 0, 1, 2, 5, 32803
HEIGHT, WIDTH = 5, 6
SHARES = np.linspace(0, 1, HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
COLOUR = np.stack([SHARES, SHARES[::-1], SHARES[:, ::-1]], -1)


def whole(shares, bits):
    return np.rint(shares * (2**bits - 1)).astype(np.int64)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 10, 12, 14, 16])
@pytest.mark.parametrize("photometric", [WHITE_IS_ZERO, BLACK_IS_ZERO])
def test_gray_of_any_bits(order, bits, photometric, tmp_path):
    stored = whole(SHARES, bits)
    path = tmp_path / "a.tif"
    write_tiff(path, stored, bits, photometric, order=order)
    shown = stored / (2**bits - 1)
    shown = 1 - shown if photometric == WHITE_IS_ZERO else shown
    assert probe(path) == (HEIGHT, WIDTH, 1)
    np.testing.assert_allclose(decode(path)[..., 0], shown * 255, atol=1)
    exact = decode_native(path)[..., 0]
    assert exact.dtype == (np.uint16 if bits > 8 else np.uint8)
    np.testing.assert_allclose(exact, shown * np.iinfo(exact.dtype).max, atol=1 if bits < 16 else 0)
    assert len(np.unique(exact)) == len(np.unique(stored))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_colour_of_any_bits(order, bits, tmp_path):
    path = tmp_path / "a.tif"
    write_tiff(path, whole(COLOUR, bits), bits, RGB, order=order)
    assert probe(path) == (HEIGHT, WIDTH, 3)
    np.testing.assert_allclose(decode(path), COLOUR * 255, atol=1)
    exact = decode_native(path)
    stored = whole(COLOUR, bits) / (2**bits - 1)
    np.testing.assert_allclose(exact, stored * np.iinfo(exact.dtype).max, atol=1)


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("kind", [0, 1, 2])
def test_what_the_fourth_sample_is(bits, kind, tmp_path):
    alpha = np.full((HEIGHT, WIDTH, 1), 0.5)
    colours = COLOUR * alpha if kind == 1 else COLOUR
    path = tmp_path / "a.tif"
    write_tiff(path, whole(np.concatenate([colours, alpha], -1), bits), bits, RGB, extra=[kind])
    expected = COLOUR if kind == 0 else COLOUR / 2 + 0.5
    np.testing.assert_allclose(decode(path), expected * 255, atol=2)


def test_planes_of_8_bits(tmp_path):
    write_tiff(tmp_path / "a.tif", whole(COLOUR, 8), 8, RGB, planes=True)
    np.testing.assert_array_equal(decode(tmp_path / "a.tif"), whole(COLOUR, 8))


@pytest.mark.parametrize(("bits", "kind"), [(8, 2), (16, 2), (32, 2), (32, 3), (64, 3)])
@pytest.mark.parametrize("order", ["<", ">"])
def test_signed_and_floating_point_samples(bits, kind, order, tmp_path):
    values = np.rint(SHARES * 200 - 100)
    write_tiff(tmp_path / "a.tif", values, bits, BLACK_IS_ZERO, kind=kind, order=order)
    exact = decode_native(tmp_path / "a.tif")
    assert exact.dtype == np.float32
    np.testing.assert_array_equal(exact[..., 0], values)
    with pytest.raises(BadExample, match=r"--value-range LOW,HIGH, such as -100,100"):
        decode(tmp_path / "a.tif")
    reader = open_source(str(tmp_path), values=Values("8", "-100,100"))
    np.testing.assert_allclose(reader.read([0])["image"][0, ..., 0], SHARES * 255, atol=1.5)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"bits": 24}, "a TIFF of 24 bits, which is not supported"),
        ({"bits": 64}, "a TIFF of 64 bits, which is not supported"),
        ({"bits": 16, "kind": 3}, "floating-point 16 bits, which is not supported"),
        ({"bits": 16, "kind": 2, "photometric": WHITE_IS_ZERO}, "signed 16 bits in which 0 is"),
        ({"bits": 32, "kind": 3, "photometric": WHITE_IS_ZERO}, "in which 0 is white"),
        ({"bits": 16, "photometric": CFA}, "raw data of a camera"),
        ({"bits": 8, "t50706": 1}, "raw data of a camera"),
        ({"bits": 8, "photometric": 999}, "PhotometricInterpretation 999"),
        ({"bits": 16, "channels": 3, "photometric": RGB, "planes": True}, "PlanarConfiguration 1"),
        ({"bits": 16, "channels": 4, "photometric": CMYK}, "neither gray nor RGB"),
        ({"bits": 16, "channels": 2, "extra": [2]}, "a gray TIFF of 16 bits with transparency"),
        ({"bits": 8, "channels": 5, "photometric": RGB, "extra": [0, 0]}, "5 channels in a TIFF"),
        ({"bits": 4, "channels": 3, "photometric": RGB}, "its samples are not supported"),
        ({"bits": 16, "t256": 100_000, "t257": 100_000}, "pixels; scale the image down"),
    ],
)
def test_what_cannot_be_read_is_told(how, told, tmp_path):
    how = {"photometric": BLACK_IS_ZERO} | how
    channels = how.pop("channels", 1)
    write_tiff(tmp_path / "a.tif", np.ones((HEIGHT, WIDTH, channels)), **how)
    for read in (decode, decode_native, probe):
        with pytest.raises(BadExample, match=rf"a\.tif: .*{told}") as error:
            read(tmp_path / "a.tif")
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("length", [5, 9, 60, 150, 200])
def test_a_cut_file_is_told(length, tmp_path):
    write_tiff(tmp_path / "a.tif", whole(SHARES, 16), 16, BLACK_IS_ZERO)
    data = (tmp_path / "a.tif").read_bytes()
    (tmp_path / "a.tif").write_bytes(data[:length])
    with pytest.raises(BadExample, match=r"a\.tif: it"):
        decode_native(tmp_path / "a.tif")


def test_turned_pictures_of_16_bits(tmp_path):
    write_tiff(tmp_path / "a.tif", whole(COLOUR, 16), 16, RGB, t274=6)
    assert probe(tmp_path / "a.tif") == (WIDTH, HEIGHT, 3)
    expected = np.rot90(whole(COLOUR, 16), -1)
    np.testing.assert_array_equal(decode_native(tmp_path / "a.tif"), expected)


def test_ids_are_not_turned_round(tmp_path):
    ids = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH)
    for bits in (8, 16):
        write_tiff(tmp_path / "a.tif", ids, bits, BLACK_IS_ZERO)
        np.testing.assert_array_equal(decode_ids(tmp_path / "a.tif"), ids)
        write_tiff(tmp_path / "a.tif", ids, bits, WHITE_IS_ZERO)
        for read in (decode_ids, decode_mask):
            with pytest.raises(BadExample, match="its numbers would change; store"):
                read(tmp_path / "a.tif")


@pytest.mark.parametrize(("bits", "told"), [(12, "0,4095"), (14, "0,16383"), (16, None)])
def test_few_bits_in_16_are_warned_of_and_declared(bits, told, tmp_path, command):
    folder = tmp_path / "set"
    folder.mkdir()
    for k in range(3):
        write_tiff(folder / f"{k}.tif", whole(SHARES * 0.9, bits), 16, BLACK_IS_ZERO)
    grid = tmp_path / "grid.png"
    _, out, _ = command("data", "inspect", folder, "--output", grid)
    assert (f"looks dark; --value-range {told} makes" in out) == (told is not None)
    if told:
        _, out, _ = command("data", "inspect", folder, "--output", grid, "--value-range", told)
        assert "values  0 to 230" in out
        assert "looks dark" not in out
