"""Values of more than 8 bits, from files to what is trained on and back."""

import cv2
import numpy as np
import pytest
from PIL import Image

from data.reading.decode import decode
from data.reading.open import open_source
from data.reading.values import Values
from tfgan_kit.errors import UserError
from tfgan_kit.fields.network import as_pictures, from_network, to_network

WIDE = np.random.default_rng(0).integers(0, 65536, (5, 8, 6, 3), np.uint16)


def read(place, count=1, **values):
    reader = open_source(str(place), values=Values(**values))
    return reader, reader.read(np.arange(count))["image"]


def folder(path, images, ending="png"):
    path.mkdir()
    for k, image in enumerate(images):
        if ending == "npy":
            np.save(path / f"{k}.npy", image)
        else:
            cv2.imwrite(str(path / f"{k}.{ending}"), image[..., ::-1] if image.ndim == 3 else image)
    return path


def test_colour_of_16_bits_is_rounded_as_gray_is(tmp_path):
    colour = folder(tmp_path / "colour", WIDE)
    got = np.stack([decode(colour / f"{k}.png") for k in range(5)])
    np.testing.assert_array_equal(got, np.rint(WIDE / 257.0).astype(np.uint8))
    gray = folder(tmp_path / "gray", WIDE[..., 0])
    np.testing.assert_array_equal(decode(gray / "0.png")[..., 0], got[0, ..., 0])


@pytest.mark.parametrize("ending", ["png", "tif", "npy"])
def test_16_bits_come_through_training_and_back(tmp_path, ending):
    place = folder(tmp_path / "in", WIDE, ending)
    for depth in ("keep", "16"):
        reader, images = read(place, 5, depth=depth)
        field = reader.fields["image"]
        assert (field.dtype, field.range) == ("uint16", (0, 65535))
        np.testing.assert_array_equal(images, WIDE)
        seen = to_network(field, images).numpy()
        np.testing.assert_allclose(seen, WIDE / 32767.5 - 1, atol=1e-6)
        assert np.abs(from_network(field, seen).astype(int) - WIDE).max() <= 1
    np.testing.assert_array_equal(as_pictures(field, images), np.rint(WIDE / 257.0))
    np.testing.assert_array_equal(read(place, 5)[1], np.rint(WIDE / 257.0))


def test_floats_keep_their_values_and_a_declared_range(tmp_path):
    hounsfield = np.linspace(-1000, 400, 2 * 8 * 6).reshape(2, 8, 6).astype(np.float32)
    place = folder(tmp_path / "in", hounsfield, "tif")
    reader, images = read(place, 2, depth="keep", range="-1000,400")
    assert (reader.fields["image"].dtype, reader.fields["image"].range) == ("float32", (-1000, 400))
    np.testing.assert_array_equal(images[..., 0], hounsfield)
    seen = to_network(reader.fields["image"], images).numpy()
    assert (seen.min(), seen.max()) == (-1, 1)
    _, bytes_ = read(place, 2, range="-1000,400")
    np.testing.assert_array_equal(bytes_[..., 0], np.rint((hounsfield + 1000) / 1400 * 255))
    reader, _ = read(place, 2, depth="float", range="measured")
    assert reader.fields["image"].range == (-1000, 400)
    with pytest.raises(
        UserError, match=r"from -1000 to .*outside 0 to 1; give their --value-range"
    ):
        read(place, 2, depth="keep")


def test_any_number_of_channels(tmp_path):
    bands = np.random.default_rng(1).integers(0, 65536, (4, 8, 6, 7), np.uint16)
    np.savez(tmp_path / "a.npz", images=bands)
    for place in (folder(tmp_path / "in", bands, "npy"), tmp_path / "a.npz"):
        reader, images = read(place, 4, depth="keep")
        assert reader.image_shape == (8, 6, 7)
        np.testing.assert_array_equal(images, bands)
        resized = open_source(str(place), image_size=(4, 3), values=Values("keep"))
        means = bands.reshape(4, 4, 2, 3, 2, 7).mean((2, 4))
        assert np.abs(resized.read(np.arange(4))["image"] - means).max() <= 1
    with pytest.raises(UserError, match="7 channels: leave out --channels"):
        open_source(str(tmp_path / "a.npz"), channels=3)


def test_pages_as_channels_and_as_examples(tmp_path):
    (tmp_path / "in").mkdir()
    stacks = np.random.default_rng(2).integers(0, 65536, (2, 3, 8, 6), np.uint16)
    for k, stack in enumerate(stacks):
        pages = [Image.fromarray(page) for page in stack]
        path = tmp_path / "in" / f"{k}.tif"
        pages[0].save(path, save_all=True, append_images=pages[1:])
    _, first = read(tmp_path / "in", 2, depth="keep")
    np.testing.assert_array_equal(first[..., 0], stacks[:, 0])
    _, channels = read(tmp_path / "in", 2, depth="keep", pages="channels")
    np.testing.assert_array_equal(channels, stacks.transpose(0, 2, 3, 1))
    reader, examples = read(tmp_path / "in", 6, depth="keep", pages="examples")
    assert len(reader) == 6
    np.testing.assert_array_equal(examples[..., 0], stacks.reshape(6, 8, 6))


def test_the_rule_does_not_depend_on_what_else_is_in_the_set(tmp_path):
    small = np.full((3, 8, 6), 200, np.uint16)
    large = np.concatenate([small, np.full((1, 8, 6), 60_000, np.uint16)])
    for name, images in (("small", small), ("large", large)):
        np.savez(tmp_path / f"{name}.npz", images=images)
        _, got = read(tmp_path / f"{name}.npz", 3)
        assert (got == 1).all()  # 200 / 257
        _, got = read(folder(tmp_path / name, images), 3)
        assert (got == 1).all()
    note = "small: its largest value, 200, is a small part of 0 to 65535"
    assert note in open_source(str(tmp_path / "small")).notes[0]
    assert "200" in open_source(str(tmp_path / "small.npz")).notes[0]
    assert open_source(str(tmp_path / "large.npz")).notes == ()
    _, declared = read(tmp_path / "small.npz", 3, range="0,500")
    assert (declared == 102).all()


@pytest.mark.parametrize("text", ["5", "9,2", "a,b", "0,nan", "1,2,3"])
def test_ranges_that_make_no_sense(tmp_path, text):
    np.savez(tmp_path / "a.npz", images=WIDE)
    with pytest.raises(UserError, match="give the values of black and white") as error:
        read(tmp_path / "a.npz", range=text)
    assert "\n" not in str(error.value)
    with pytest.raises(UserError, match="leave out --value-range"):
        read("glyphs", range="0,100")


def test_a_file_of_another_type_is_named(tmp_path):
    place = folder(tmp_path / "in", WIDE)
    cv2.imwrite(str(place / "3.png"), WIDE[3].astype(np.uint8))
    with pytest.raises(UserError, match=r"3\.png: its image is of type uint8, not uint16"):
        read(place, 5, depth="keep")


def test_fields_of_an_npz(tmp_path):
    ids = np.random.default_rng(0).choice([0, 2], (4, 8, 6))
    arrays = {"input": WIDE[:4], "target": ids[..., None].astype(np.uint8), "ids": ids}
    np.savez(tmp_path / "a.npz", **arrays, ids_names=np.array(["sky", "road", "tree"]))
    reader = open_source(str(tmp_path / "a.npz"), values=Values("keep"))
    batch = reader.read(np.arange(4))
    assert reader.fields["ids"].names == ("sky", "road", "tree")
    for name, values in arrays.items():
        np.testing.assert_array_equal(batch[name], values)
    np.savez(tmp_path / "b.npz", **arrays | {"ids": ids[:, :5]})
    with pytest.raises(UserError, match="differ in size"):
        open_source(str(tmp_path / "b.npz"))
    np.savez(tmp_path / "c.npz", **arrays, ids_names=np.array(["sky", "road"]))
    with pytest.raises(UserError, match=r"\[ids\].*numbers from 0 to 2, but 2 classes"):
        open_source(str(tmp_path / "c.npz"))
