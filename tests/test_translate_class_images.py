"""`main.py translate --class-images`: into the class that some images show."""

import json
import shutil

import cv2
import numpy as np
import pytest

from tests.test_translate_command import SETTINGS, read, write_run
from tests.test_translate_styles import decoder, encoder, expected
from tfgan_kit.fields import image_field, vector_field
from tfgan_kit.uses import Call, Use, write_uses

IMAGE = image_field((16, 16, 3))


@pytest.fixture
def run(tmp_path):
    """A run that mixes an image with the mean colour of a class."""
    path = tmp_path / "run"
    (path / "models").mkdir(parents=True)
    settings = SETTINGS | {"channels": 3, "fit": "crop"}
    (path / "config.json").write_text(json.dumps({"method": "funit", "settings": settings}))
    decoder().save(path / "models" / "decoder.keras")
    encoder().save(path / "models" / "class_encoder.keras")
    encode = Call("class_encoder", {"image": "class_image"}, {"style": "code"})
    mix = Call("decoder", {"content": "input", "style": "code"}, {"image": "image"})
    code, output = vector_field(3), {"image": IMAGE.of_any_size(1)}
    given = {"input": IMAGE.of_any_size(1)}
    uses = [
        Use("translate", (encode, mix), given | {"class_image": IMAGE}, output),
        Use("translate_with_code", (mix,), given | {"code": code}, output),
        Use("encode_class", (encode,), {"class_image": IMAGE}, {"code": code}),
    ]
    write_uses(uses, path / "uses.json")
    return path


@pytest.fixture
def pixels(tmp_path):
    """Those of an image to be translated, 9x13; beside it there are three images of a class."""
    made = np.random.default_rng(0).integers(0, 256, (9, 13, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "image.png"), made[..., ::-1])
    (tmp_path / "class").mkdir()
    for name, (size, colour) in COLOURS.items():
        image = np.full((*size, 3), colour[::-1], np.uint8)
        image[: (size[0] - size[1]) // 2] = 255  # Cut off, as in training.
        cv2.imwrite(str(tmp_path / "class" / f"{name}.png"), image)
    return made


COLOURS = {
    "a": ((16, 16), (255, 0, 0)),
    "b": ((40, 20), (0, 255, 0)),
    "c": ((16, 16), (102, 0, 255)),
}
MEAN = np.mean([np.array(colour) / 127.5 - 1 for _, colour in COLOURS.values()], axis=0)


@pytest.fixture
def translated(run, command, tmp_path):
    """A function: path of the class, options -> status, errors and the folder of translations."""

    def function(place, *options, out="out"):
        given = ("--input", tmp_path / "image.png", "--output", tmp_path / out)
        wanted = () if place is None else ("--class-images", place)
        told = command("translate", run, *given, *wanted, *options)
        return told[0], told[2], tmp_path / out

    return function


def test_the_code_of_a_class_is_the_mean_of_its_images(pixels, translated, tmp_path):
    status, err, out = translated(tmp_path / "class")
    assert (status, err) == (0, "")
    made = read(out / "image.png")[..., ::-1]
    np.testing.assert_allclose(made, expected(pixels, MEAN), atol=1)
    # A row: an image of the class, the input and the translation.
    sheet = read(out / "translations.png")
    assert sheet.shape == (194 + 2, 3 * 194 + 2, 3)
    np.testing.assert_array_equal(sheet[100, 100], (0, 0, 255))


def test_neither_order_nor_copies_change_anything(pixels, translated, tmp_path):
    _, _, out = translated(tmp_path / "class")
    shuffled, copies = tmp_path / "shuffled", tmp_path / "copies"
    shuffled.mkdir()
    copies.mkdir()
    for old, new in zip("abc", "zxy", strict=True):
        shutil.copy(tmp_path / "class" / f"{old}.png", shuffled / f"{new}.png")
        shutil.copy(tmp_path / "class" / "b.png", copies / f"{new}.png")
    _, _, again = translated(shuffled, out="again")
    np.testing.assert_array_equal(read(again / "image.png"), read(out / "image.png"))
    _, _, of_copies = translated(copies, out="copies_out")
    _, _, of_one = translated(tmp_path / "class" / "b.png", out="one_out")
    np.testing.assert_array_equal(read(of_copies / "image.png"), read(of_one / "image.png"))
    assert (read(of_one / "image.png") != read(out / "image.png")).any()


def test_translations_go_on_with_the_same_images_only(pixels, translated, tmp_path):
    moved = tmp_path / "moved"
    shutil.copytree(tmp_path / "class", moved)
    assert translated(tmp_path / "class")[0] == 0
    assert translated(moved)[0] == 0
    shutil.copy(moved / "a.png", moved / "b.png")
    status, err, _ = translated(moved)
    assert (status, err.count("\n")) == (2, 1)
    assert "holds translations with other settings" in err


def test_what_is_wrong_is_one_line(pixels, translated, tmp_path):
    empty, damaged = tmp_path / "empty", tmp_path / "damaged"
    empty.mkdir()
    shutil.copytree(tmp_path / "class", damaged)
    (damaged / "b.png").write_bytes((damaged / "b.png").read_bytes()[:40])
    cases = {
        None: "translates into a class that images show: give --class-images PATH",
        empty: "empty",
        damaged: "b.png",
        tmp_path / "nowhere": "--class-images",
    }
    for place, told in cases.items():
        status, err, out = translated(place)
        assert (status, err.count("\n")) == (2, 1), err
        assert told in err
        assert not out.exists()
    status, err, _ = translated(tmp_path / "class", "--alpha", "0.5")
    assert (status, err.count("\n")) == (2, 1)
    assert "networks of classes cannot be interpolated" in err


def test_the_output_lies_apart_from_the_class(pixels, translated, tmp_path):
    status, err, _ = translated(tmp_path / "class", out="class")
    assert status == 2
    assert "give a folder apart from the images" in err


def test_other_runs_take_no_class(pixels, command, tmp_path):
    other = write_run(tmp_path / "other", channels=3)
    given = ("--input", tmp_path / "image.png", "--output", tmp_path / "out")
    status, _, err = command("translate", other, *given, "--class-images", tmp_path / "class")
    assert (status, err.count("\n")) == (2, 1)
    assert "does not translate into classes that images show" in err
