"""Images and the holes in them."""

import numpy as np
import pytest

from data.reading.open import open_source
from data.reading.values import Values
from tests.data.sources.paired.files import noise, write
from tfgan_kit.errors import UserError

COUNT, SIDES = 3, (12, 20)


def hole(k):
    mask = np.zeros(SIDES, np.uint8)
    mask[k : k + 4, 3:9] = 255
    return mask


@pytest.fixture
def root(tmp_path):
    for k in range(COUNT):
        write(tmp_path / "images" / f"{k}.png", noise(k, *SIDES, dtype=np.uint16))
        write(tmp_path / "masks" / f"{k}.png", hole(k))
    return tmp_path


def test_the_hole_is_1(root):
    reader = open_source(f"inpaint:{root}", values=Values("keep"))
    assert {n: (f.kind, f.shape) for n, f in reader.fields.items()} == {
        "image": ("image", (*SIDES, 1)),
        "mask": ("mask", (*SIDES, 1)),
    }
    batch = reader.read(np.arange(COUNT))
    for k in range(COUNT):
        np.testing.assert_array_equal(batch["mask"][k, ..., 0] * 255, hole(k))
        np.testing.assert_array_equal(batch["image"][k, ..., 0], noise(k, *SIDES, dtype=np.uint16))


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (np.zeros(SIDES, np.uint8), r"masks/1\.png: no hole in this mask; 255 is the hole"),
        (np.full(SIDES, 255, np.uint8), r"masks/1\.png: nothing but hole in this mask; 255"),
        (noise(0, *SIDES), r"masks/1\.png: a mask has one channel with 0 and one other value"),
        (hole(1)[:5], r"its fields differ in size \(image 12x20, mask 5x20\); scale"),
    ],
)
def test_what_does_not_fit_is_told_in_one_line(root, mask, message):
    write(root / "masks" / "1.png", mask)
    with pytest.raises(UserError, match=message) as error:
        open_source(f"inpaint:{root}", image_size=SIDES).read(np.arange(COUNT))
    assert "\n" not in str(error.value)
