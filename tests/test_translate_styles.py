"""`main.py translate` of a run whose images are a content and a style."""

import csv
import json

import cv2
import keras
import numpy as np
import pytest

from tests.test_translate_command import SETTINGS, read
from tfgan_kit.fields import image_field, latent_field, vector_field
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.uses import Call, Use, write_uses

IMAGE = image_field((16, 16, 3))


def decoder():
    """(content + style) / 2, the style being one number per channel."""
    content, style = keras.Input((None, None, 3), name="content"), keras.Input((3,), name="style")
    maps = keras.layers.Reshape((1, 1, 3))(style)
    image = keras.layers.Rescaling(0.5)(keras.layers.Add()([content, maps]))
    return keras.Model({"content": content, "style": style}, {"image": image})


def encoder():
    """The mean colour of an image of the size of training."""
    image = keras.Input((16, 16, 3), name="image")
    return keras.Model({"image": image}, {"style": keras.layers.GlobalAveragePooling2D()(image)})


@pytest.fixture
def run(tmp_path):
    """A run that mixes an image with a style's colour, and an image to be translated, 9x13."""
    path = tmp_path / "run"
    (path / "models").mkdir(parents=True)
    (path / "config.json").write_text(
        json.dumps({"method": "munit", "settings": SETTINGS | {"channels": 3}})
    )
    decoder().save(path / "models" / "decoder_b.keras")
    encoder().save(path / "models" / "style_encoder_b.keras")
    mix = Call("decoder_b", {"content": "input", "style": "style"}, {"image": "image"})
    encode = Call("style_encoder_b", {"image": "reference"}, {"style": "style"})
    told = Call("style_encoder_b", {"image": "image"}, {"style": "style"})
    sized = {"input": IMAGE.of_any_size(1)}
    output = {"image": IMAGE.of_any_size(1)}
    write_uses(
        [
            Use("translate_ab", (mix,), sized | {"style": latent_field(3)}, output),
            Use("translate_ab_reference", (encode, mix), sized | {"reference": IMAGE}, output),
            Use("encode_style_b", (told,), {"image": IMAGE}, {"style": vector_field(3)}),
        ],
        path / "uses.json",
    )
    pixels = np.random.default_rng(0).integers(0, 256, (9, 13, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "image.png"), pixels[..., ::-1])
    cv2.imwrite(str(tmp_path / "red.png"), np.full((40, 20, 3), (0, 0, 255), np.uint8))
    return path, pixels


@pytest.fixture
def translated(run, command, tmp_path):
    """A function: options -> status, errors and the folder of translations."""

    def function(*options):
        out, given = tmp_path / "out", ("--input", tmp_path / "image.png")
        told = command(
            "translate", run[0], "--from", "a", "--to", "b", *given, "--output", out, *options
        )
        return told[0], told[2], out

    return function


def expected(pixels, style):
    return np.rint((np.clip((pixels / 127.5 - 1 + style) / 2, -1, 1) + 1) * 127.5)


def test_a_reference_of_another_size_leaves_the_image_its_own(run, translated, tmp_path):
    status, err, out = translated("--reference", tmp_path / "red.png")
    assert (status, err) == (0, "")
    made = read(out / "image.png")[..., ::-1]
    np.testing.assert_allclose(made, expected(run[1], np.array([1, -1, -1])), atol=1)


def test_styles_lie_on_a_line_between_a_seed_and_an_image(run, translated, tmp_path):
    red = tmp_path / "red.png"
    status, err, out = translated("--between", 7, red, "--samples", 5)
    assert (status, err) == (0, "")
    start, end = fixed_latents("normal", 7, 1, 3)[0], np.array([1, -1, -1])
    rows = list(csv.DictReader((out / "translations.csv").open()))
    assert [row["seed"] for row in rows] == [
        f"{share} from 7 to {red}" for share in ("0", "0.25", "0.5", "0.75", "1")
    ]
    for number, row in enumerate(rows):
        assert row["output"] == f"image_s{number:02d}.png"
        style = start + (end - start) * number / 4
        np.testing.assert_allclose(
            read(out / row["output"])[..., ::-1], expected(run[1], style), atol=1
        )
    # A row for the image, beside it its translations.
    assert read(out / "translations.png").shape == (194 + 2, 6 * 194 + 2, 3)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--between", "0", "1"], "give the number of steps"),
        (["--between", "0", "blue.png", "--samples", "3"], "neither a seed nor an image file"),
    ],
)
def test_what_has_no_line_is_one_line(translated, options, told):
    status, err, out = translated(*options)
    assert (status, err.count("\n")) == (2, 1)
    assert told in err
    assert not out.exists()


def test_a_style_comes_from_one_place(translated, tmp_path):
    red = tmp_path / "red.png"
    status, err, _ = translated("--between", "0", "1", "--samples", 3, "--reference", red)
    assert status == 2
    assert "takes the style of --reference; leave one of the two out" in err


def test_a_run_without_an_encoder_knows_seeds_only(run, translated, tmp_path):
    uses = json.loads((run[0] / "uses.json").read_text())
    kept = [use for use in uses["uses"] if use["name"] != "encode_style_b"]
    (run[0] / "uses.json").write_text(json.dumps(uses | {"uses": kept}))
    red = tmp_path / "red.png"
    status, err, _ = translated("--between", "0", red, "--samples", 3)
    assert status == 2
    assert "cannot find an image's style; give a seed" in err
    assert translated("--between", "0", "1", "--samples", 3)[0] == 0


def test_a_reference_leaves_nothing_to_draw(translated, tmp_path):
    status, err, out = translated("--reference", tmp_path / "red.png", "--samples", 2)
    assert status == 2
    assert err == "error: --samples 2: the style is that of --reference; all would be the same\n"
    assert not out.exists()


def test_a_broken_reference_is_refused_before_anything_is_written(translated, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    # To skip it would skip every image.
    status, err, out = translated("--reference", broken, "--max-bad-files", 1)
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith(f"error: {broken}: not an image")
    assert "it is used for all images: give another file" in err
    assert not out.exists()
