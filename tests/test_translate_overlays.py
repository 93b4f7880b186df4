"""`main.py translate` with images that are laid over the input."""

import json

import cv2
import keras
import numpy as np
import pytest

from tests.test_translate_command import SETTINGS, read
from tfgan_kit.fields import image_field, overlay_field
from tfgan_kit.layers import Overlaid
from tfgan_kit.uses import Call, Use, write_uses

SIZE = 9, 13


def write_run(path, *, optional):
    """A run that lays strokes over gray sketches, and does nothing else."""
    (path / "models").mkdir(parents=True)
    content = {"method": "scribbler", "settings": SETTINGS}
    (path / "config.json").write_text(json.dumps(content))
    inputs = {name: keras.Input((None, None, n)) for name, n in (("input", 1), ("strokes", 4))}
    image = Overlaid()(list(inputs.values()))
    keras.Model(inputs, {"image": image}).save(path / "models" / "generator.keras")
    fields = {
        "input": image_field((16, 16, 1)).of_any_size(8),
        "strokes": overlay_field((16, 16), optional=optional).of_any_size(8),
    }
    call = Call("generator", {name: name for name in fields}, {"image": "image"})
    made = image_field((16, 16, 3)).of_any_size(8)
    write_uses([Use("translate", (call,), fields, {"image": made})], path / "uses.json")
    return path


@pytest.fixture
def sketch(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, SIZE).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "sketch.png"), pixels)
    return np.repeat(pixels[..., None], 3, -1)


def drawn(tmp_path, size=SIZE):
    """Strokes in the upper half, as a file; their colours, BGR."""
    pixels = np.random.default_rng(1).integers(0, 256, (*size, 4)).astype(np.uint8)
    pixels[..., 3] = np.where(np.arange(size[0]) < 4, 255, 0)[:, None]
    cv2.imwrite(str(tmp_path / "strokes.png"), pixels)
    return pixels[..., :3]


def test_strokes_cover_the_sketch_where_they_are_not_transparent(sketch, command, tmp_path):
    run, colours = write_run(tmp_path / "run", optional=False), drawn(tmp_path)
    asked = ("translate", run, "--input", tmp_path / "sketch.png", "--output", tmp_path / "out")
    status, _, err = command(*asked)
    assert status == 2
    assert "also needs --strokes PATH" in err
    status, _, err = command(*asked, "--strokes", tmp_path / "strokes.png")
    assert (status, err) == (0, "")
    made = read(tmp_path / "out" / "sketch.png")
    np.testing.assert_array_equal(made[:4], colours[:4])
    np.testing.assert_array_equal(made[4:], sketch[4:])


def test_without_strokes_a_sketch_stays_as_it_is(sketch, command, tmp_path):
    run = write_run(tmp_path / "run", optional=True)
    asked = ("translate", run, "--input", tmp_path / "sketch.png", "--output", tmp_path / "out")
    status, _, err = command(*asked)
    assert (status, err) == (0, "")
    np.testing.assert_array_equal(read(tmp_path / "out" / "sketch.png"), sketch)


def test_a_file_without_transparency_covers_all(sketch, command, tmp_path):
    run = write_run(tmp_path / "run", optional=True)
    colours = 255 - sketch
    cv2.imwrite(str(tmp_path / "strokes.png"), colours)
    asked = ("translate", run, "--input", tmp_path / "sketch.png", "--output", tmp_path / "out")
    assert command(*asked, "--strokes", tmp_path / "strokes.png")[0] == 0
    np.testing.assert_array_equal(read(tmp_path / "out" / "sketch.png"), colours)


def test_strokes_of_16_bits_are_refused_in_one_line(sketch, command, tmp_path):
    run = write_run(tmp_path / "run", optional=True)
    cv2.imwrite(str(tmp_path / "strokes.png"), np.zeros((*SIZE, 4), np.uint16))
    asked = ("translate", run, "--input", tmp_path / "sketch.png", "--output", tmp_path / "out")
    status, _, err = command(*asked, "--strokes", tmp_path / "strokes.png")
    assert status == 2
    assert "strokes.png: more than 8 bits per channel; store it with 8" in err
    assert err.count("\n") == 1
