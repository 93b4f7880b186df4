"""Label maps, instances and images."""

import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from data.reading.label_maps import decode_ids, decode_instances
from data.reading.open import open_source
from data.source import BadExample
from data.tools.prepare import prepare
from tests.data.sources.paired.files import noise, write
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import to_network

COUNT, SIDES = 4, (12, 20)


def labels(k):
    """0, 1, 2 and, of the last example alone, pixels without a class."""
    ids = np.random.default_rng(k).integers(0, 3, SIDES).astype(np.uint8)
    if k == COUNT - 1:
        ids[:2] = 255
    return ids


def instances(k):
    return np.random.default_rng(k).integers(0, 65536, SIDES).astype(np.uint16)


@pytest.fixture
def root(tmp_path):
    for k in range(COUNT):
        write(tmp_path / "images" / f"{k}.jpg", noise(k, *SIDES, 3))
        write(tmp_path / "labels" / f"{k}.png", labels(k))
        write(tmp_path / "instances" / f"{k}.png", instances(k))
    (tmp_path / "labels.txt").write_text("sky\nroad\ntree\n")
    return tmp_path


def test_fields(root):
    reader = open_source(f"labelmap:{root}")
    assert {n: (f.kind, f.shape, f.dtype, f.names) for n, f in reader.fields.items()} == {
        "ids": ("ids", SIDES, "int32", ("sky", "road", "tree", "ignore")),
        "target": ("image", (*SIDES, 3), "uint8", ()),
        "instances": ("ids", SIDES, "int32", ()),
    }
    batch = reader.read(np.arange(COUNT))
    for k in range(COUNT):
        ids = labels(k)
        np.testing.assert_array_equal(batch["ids"][k], np.where(ids == 255, 3, ids))
        np.testing.assert_array_equal(batch["instances"][k], instances(k))
    one_hot = to_network(reader.fields["ids"], batch["ids"]).numpy()
    assert one_hot.shape == (COUNT, *reader.fields["ids"].network_shape)
    assert one_hot[..., 3].sum() == 2 * SIDES[1]
    numbers = to_network(reader.fields["instances"], batch["instances"])
    assert numbers.shape == (COUNT, *reader.fields["instances"].network_shape)
    np.testing.assert_array_equal(numbers, batch["instances"])


def test_without_names_the_classes_of_all_splits_count(root):
    (root / "labels.txt").unlink()
    for split in ("train", "test"):
        for folder in ("images", "labels", "instances"):
            (root / split).mkdir(exist_ok=True)
            for k in (0, 3) if split == "test" else (1, 2):
                (root / split / folder).mkdir(exist_ok=True)
                suffix = ".jpg" if folder == "images" else ".png"
                (root / folder / f"{k}{suffix}").rename(root / split / folder / f"{k}{suffix}")
    write(root / "test" / "labels" / "0.png", np.full(SIDES, 7, np.uint8))
    for folder in ("images", "labels", "instances"):
        (root / folder).rmdir()
    for split in ("train", "test"):
        reader = open_source(f"labelmap:{root}", split=split)
        assert len(reader) == 2
        assert reader.fields["ids"].names == (*"01234567", "ignore")


def test_scaling_keeps_numbers(root):
    batch = open_source(f"labelmap:{root}", image_size=(7, 9), fit="pad").read(np.arange(COUNT))
    assert set(np.unique(batch["ids"])) == {-1, 0, 1, 2, 3}
    for k in range(COUNT):
        assert set(np.unique(batch["instances"][k])) <= {-1, *instances(k).flat}


def test_prepared_records_hold_the_same(root, tmp_path):
    prepare(f"labelmap:{root}", str(tmp_path / "out"))
    original, made = open_source(f"labelmap:{root}"), open_source(str(tmp_path / "out"))
    assert made.fields == original.fields
    wanted, got = (reader.read(np.arange(COUNT)) for reader in (original, made))
    for name in wanted:
        np.testing.assert_array_equal(got[name], wanted[name])


def test_instances_of_8_16_24_and_32_bits(tmp_path):
    file, rng = tmp_path / "x.png", np.random.default_rng(0)
    for bits in (8, 16, 24, 32):
        numbers = rng.integers(0, 2 ** min(bits, 31), SIDES)
        channels = [(numbers >> (8 * k)).astype(np.uint8) & 255 for k in range(4)]
        if bits > 16:
            Image.fromarray(np.dstack(channels[: bits // 8])).save(file)
        else:
            write(file, numbers.astype(f"uint{bits}"))
        np.testing.assert_array_equal(decode_instances(file), numbers)
    # Opaque pixels are no part of the number.
    Image.fromarray(np.dstack([*channels[:3], np.full(SIDES, 255, np.uint8)])).save(file)
    np.testing.assert_array_equal(decode_instances(file), numbers % 2**24)
    file = tmp_path / "x.tif"
    cv2.imwrite(str(file), numbers.astype(np.int32))
    np.testing.assert_array_equal(decode_instances(file), numbers)
    np.save(tmp_path / "x.npy", numbers)
    np.testing.assert_array_equal(decode_instances(tmp_path / "x.npy"), numbers)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_gray_of_few_bits_holds_the_numbers(tmp_path, bits):
    width, height = 16, 2
    numbers = np.arange(width * height).reshape(height, width) % 2**bits

    def chunk(kind, content):
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    rows = b""
    for row in numbers:
        places = np.unpackbits(row.astype(np.uint8)[:, None], axis=1)[:, 8 - bits :]
        rows += b"\0" + np.packbits(places.ravel()).tobytes()
    (tmp_path / "x.png").write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    np.testing.assert_array_equal(decode_ids(tmp_path / "x.png"), numbers)


def test_orientation_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # Turn it by 90 degrees clockwise.
    ids = labels(0)
    Image.fromarray(np.rot90(ids)).save(tmp_path / "x.png", exif=exif)
    np.testing.assert_array_equal(decode_ids(tmp_path / "x.png"), ids)


def test_numbers_from_2_to_31_are_refused(tmp_path):
    pixels = np.full((*SIDES, 4), 200, np.uint8)
    pixels[0, 0, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "x.png")
    with pytest.raises(BadExample, match=r"x\.png: a label map holds whole numbers from 0 to 2147"):
        decode_instances(tmp_path / "x.png")


def coloured(root):
    write(root / "labels" / "1.png", noise(0, *SIDES, 3))


def jpeg(root):
    (root / "labels" / "1.png").unlink()
    write(root / "labels" / "1.jpg", labels(1))


def jpeg_by_another_name(root):
    jpeg(root)
    (root / "labels" / "1.jpg").rename(root / "labels" / "1.png")


def too_large(root):
    write(root / "labels" / "1.png", np.full(SIDES, 3, np.uint8))


def other_size(root):
    write(root / "labels" / "1.png", np.zeros((5, 7), np.uint8))


def all_of_other_size(root):
    for k in range(COUNT):
        write(root / "labels" / f"{k}.png", np.zeros((5, 7), np.uint8))


def instance_missing(root):
    (root / "instances" / "1.png").unlink()


def no_labels(root):
    (root / "labels").rename(root / "masks")


def many_names(root):
    (root / "labels.txt").write_text("\n".join(map(str, range(256))))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (coloured, r"labels/1\.png: it is in colour.*store one channel, gray or with a palette"),
        (jpeg, r"labels/1\.jpg: its content is JPEG, which may change numbers; store a PNG"),
        (jpeg_by_another_name, r"labels/1\.png: its content is JPEG"),
        (too_large, r"labels/1\.png: label 3, but there are 3 classes, 0 to 2, .*name them all in"),
        (other_size, r"labels/1\.png: its fields differ in size \(ids 5x7, target 12x20"),
        (all_of_other_size, r"\(\S+labels/0\.png is 7x5 and \S+images/0\.jpg is 20x12\); scale"),
        (instance_missing, r"images/1\.jpg has no partner in \S+instances; add 1\.\*, or remove"),
        (
            no_labels,
            r"no folder labels in it; a set labelmap:PATH has images/ and labels/, and may",
        ),
        (many_names, "256 classes, but 255 stands for pixels without one; have at most 255"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(root, harm, message):
    harm(root)
    with pytest.raises(UserError, match=message) as error:
        open_source(f"labelmap:{root}", image_size=SIDES).read(np.arange(COUNT))
    assert "\n" not in str(error.value)


def test_folders_that_are_not_read_are_told(root):
    write(root / "instance" / "0.png", labels(0))
    assert "left out beside its fields: instance" in " ".join(open_source(f"labelmap:{root}").notes)
