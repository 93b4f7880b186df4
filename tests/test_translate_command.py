"""`main.py translate`, with a network that makes negatives."""

import csv
import json

import cv2
import keras
import numpy as np
import pytest

from tfgan_kit.fields import ids_field, image_field, seed_field
from tfgan_kit.layers import NoiseDropout, ReflectionPadding2D
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.translation.translator import Translator
from tfgan_kit.uses import Call, Use, write_uses

SETTINGS = {"seed": 5, "depth": "8", "value_range": None, "pages": "first"}


def write_run(path, *, channels=1, size=None, noise=False, multiple=8, field=None, **settings):
    """A run that translates images into their negatives, of any size or of one."""
    (path / "models").mkdir(parents=True)
    content = {"method": "pix2pix", "settings": SETTINGS | settings}
    (path / "config.json").write_text(json.dumps(content))
    field = field or image_field((16, 16, channels))
    inputs = {"input": keras.Input((*(size or (None, None)), channels), name="input")}
    image = keras.layers.Rescaling(-1.0)(inputs["input"])
    fields = {"input": field}
    if noise:
        inputs["seed"] = keras.Input((), dtype="int64", name="seed")
        image = NoiseDropout(0.5)([image, inputs["seed"]])
        fields["seed"] = seed_field()
    keras.Model(inputs, {"image": image}).save(path / "models" / "generator.keras")
    if size is None:
        fields["input"] = field.of_any_size(multiple)
    call = Call("generator", {name: name for name in fields}, {"image": "image"})
    write_uses([Use("translate", (call,), fields, {"image": fields["input"]})], path / "uses.json")
    return path


@pytest.fixture
def images(tmp_path):
    """Gray images of several sizes, some in a subfolder: path -> pixels."""
    rng, found = np.random.default_rng(0), {}
    for name, size in {"a": (9, 20), "b": (9, 20), "sub/c": (16, 16), "sub/d": (5, 7)}.items():
        path = tmp_path / "in" / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        found[f"{name}.png"] = rng.integers(0, 256, size).astype(np.uint8)
        cv2.imwrite(str(path), found[f"{name}.png"])
    return found


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_a_folder_is_translated_image_by_image_in_its_own_size(images, command, tmp_path):
    run, out = write_run(tmp_path / "run"), tmp_path / "out"
    status, text, err = command("translate", run, "--input", tmp_path / "in", "--output", out)
    assert (status, err) == (0, "")
    assert "translated 4 images" in text
    for name, pixels in images.items():
        np.testing.assert_array_equal(read(out / name), 255 - pixels)
    rows = list(csv.DictReader((out / "translations.csv").read_text().splitlines()))
    assert [row["output"] for row in rows] == list(images)
    assert rows[3] == {
        "output": "sub/d.png",
        "input": "sub/d.png",
        "height": "5",
        "width": "7",
        "seed": "",
    }
    assert read(out / "translations.png").shape == (4 * 194 + 2, 2 * 194 + 2, 3)


def test_a_file_alone(images, command, tmp_path):
    run = write_run(tmp_path / "run")
    one = tmp_path / "in" / "sub" / "d.png"
    status, out, _ = command("translate", run, "--input", one, "--output", tmp_path / "o", "--json")
    assert status == 0
    assert json.loads(out)["count"] == 1
    np.testing.assert_array_equal(read(tmp_path / "o" / "d.png"), 255 - images["sub/d.png"])


def test_a_stopped_command_goes_on(images, command, tmp_path, monkeypatch):
    run, out = write_run(tmp_path / "run"), tmp_path / "out"
    asked = ("translate", run, "--input", tmp_path / "in", "--output", out)
    bad = tmp_path / "in" / "sub" / "c.png"
    whole = bad.read_bytes()
    bad.write_bytes(whole[:40])
    status, _, err = command(*asked)
    assert status == 2
    assert err.count("\n") == 1
    assert "sub/c.png" in err
    assert "--max-bad-files" in err
    kept = {name: (out / name).stat().st_mtime_ns for name in ("a.png", "b.png")}
    bad.write_bytes(whole)
    status, text, _ = command(*asked)
    assert status == 0
    assert "2 of 4 were translated before" in text
    assert kept == {name: (out / name).stat().st_mtime_ns for name in kept}
    for name, pixels in images.items():
        np.testing.assert_array_equal(read(out / name), 255 - pixels)


def test_bad_files_are_named_and_skipped_up_to_the_limit(images, command, tmp_path):
    (tmp_path / "in" / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing")
    run = write_run(tmp_path / "run")
    asked = ("translate", run, "--input", tmp_path / "in", "--output", tmp_path / "out")
    status, text, _ = command(*asked, "--max-bad-files", 1)
    assert status == 0
    assert "translated 3 images" in text
    assert "skipped: " in text
    assert "b.png" in text


def test_a_command_that_translated_nothing_leaves_its_folder_free(images, command, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    run, out = write_run(tmp_path / "run"), tmp_path / "out"
    assert command("translate", run, "--input", broken, "--output", out)[0] == 2
    status, _, err = command("translate", run, "--input", tmp_path / "in", "--output", out)
    assert status == 0, err
    for name, pixels in images.items():
        np.testing.assert_array_equal(read(out / name), 255 - pixels)
    # Now it is taken.
    status, _, err = command("translate", run, "--input", tmp_path / "in/a.png", "--output", out)
    assert (status, "other settings" in err) == (2, True)


def test_what_is_in_the_output_is_not_replaced_unless_forced(images, command, tmp_path):
    run, out = write_run(tmp_path / "run"), tmp_path / "out"
    out.mkdir()
    (out / "a.png").write_text("mine")
    asked = ("translate", run, "--input", tmp_path / "in", "--output", out)
    status, _, err = command(*asked)
    assert status == 2
    assert "--force" in err
    assert (out / "a.png").read_text() == "mine"
    assert command(*asked, "--force")[0] == 0
    np.testing.assert_array_equal(read(out / "a.png"), 255 - images["a.png"])
    # The same folder for another command.
    status, _, err = command(*asked, "--tile", 128)
    assert status == 2
    assert "other settings" in err


def test_large_images_go_in_tiles(command, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (50, 70)).astype(np.uint8)
    cv2.imwrite(str(tmp_path / "large.png"), pixels)
    run = write_run(tmp_path / "run")
    status, _, _ = command(
        *("translate", run, "--input", tmp_path / "large.png", "--output", tmp_path / "o"),
        *("--tile", 32, "--overlap", 6),
    )
    assert status == 0
    np.testing.assert_array_equal(read(tmp_path / "o" / "large.png"), 255 - pixels)


def test_depth_is_kept(command, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 65536, (11, 30)).astype(np.uint16)
    cv2.imwrite(str(tmp_path / "deep.png"), pixels)
    field = image_field((16, 16, 1), "uint16", (0, 65535))
    run = write_run(tmp_path / "run", field=field, depth="keep")
    asked = ("translate", run, "--output", tmp_path / "o", "--input")
    assert command(*asked, tmp_path / "deep.png")[0] == 0
    made = read(tmp_path / "o" / "deep.png")
    assert made.dtype == np.uint16
    np.testing.assert_array_equal(made, 65535 - pixels)
    cv2.imwrite(str(tmp_path / "flat.png"), np.zeros((8, 8), np.uint8))
    status, _, err = command(*asked[:3], tmp_path / "p", "--input", tmp_path / "flat.png")
    assert status == 2
    assert "uint8 from 0 to 255, but the run was trained on uint16 from 0 to 65535" in err


def test_gray_images_become_coloured_but_not_the_reverse(images, command, tmp_path):
    run = write_run(tmp_path / "run", channels=3)
    one = tmp_path / "in" / "a.png"
    assert command("translate", run, "--input", one, "--output", tmp_path / "o")[0] == 0
    expected = np.repeat(255 - images["a.png"][..., None], 3, 2)
    np.testing.assert_array_equal(read(tmp_path / "o" / "a.png"), expected)
    cv2.imwrite(str(tmp_path / "red.png"), np.full((8, 8, 3), (0, 0, 200), np.uint8))
    gray = write_run(tmp_path / "gray")
    status, _, err = command(
        "translate", gray, "--input", tmp_path / "red.png", "--output", tmp_path / "p"
    )
    assert status == 2
    assert "has 3 channels, but the run was trained on images of 1" in err


def test_noise_is_a_function_of_the_seed(images, command, tmp_path):
    run = write_run(tmp_path / "run", noise=True)
    asked = ("translate", run, "--input", tmp_path / "in", "--seed", 7)
    assert command(*asked, "--samples", 2, "--output", tmp_path / "two")[0] == 0
    assert command(*asked[:-1], 8, "--output", tmp_path / "one")[0] == 0
    for name in ("a", "sub/c"):
        first, second = (read(tmp_path / "two" / f"{name}_s0{k}.png") for k in (0, 1))
        assert (first != second).any()
        np.testing.assert_array_equal(second, read(tmp_path / "one" / f"{name}.png"))
    plain = write_run(tmp_path / "plain")
    status, _, err = command(
        *("translate", plain, "--input", tmp_path / "in", "--output", tmp_path / "x"),
        *("--samples", 2),
    )
    assert status == 2
    assert "no noise" in err


def test_a_network_of_one_size_gets_images_of_it(images, command, refused, tmp_path):
    run = write_run(tmp_path / "run", size=(16, 16))
    status, text, _ = command(
        "translate", run, "--input", tmp_path / "in", "--output", tmp_path / "out"
    )
    assert status == 0
    assert "takes images of 16x16 only" in text
    made = read(tmp_path / "out" / "sub" / "c.png")
    np.testing.assert_array_equal(made, 255 - images["sub/c.png"])
    assert read(tmp_path / "out" / "a.png").shape == (9, 20)
    asked = ("translate", run, "--input", tmp_path / "in", "--output", tmp_path / "other")
    line = refused(*asked, "--fit", "crop")
    assert "takes images of 16x16 only, to which others are resized" in line
    assert not (tmp_path / "other").exists()


def test_translations_are_compared_with_the_truth(images, command, tmp_path):
    for name, pixels in images.items():
        path = tmp_path / "truth" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), 250 - np.minimum(pixels, 250))
    run = write_run(tmp_path / "run")
    asked = ("translate", run, "--input", tmp_path / "in", "--output", tmp_path / "out", "--json")
    status, out, _ = command(*asked, "--compare", tmp_path / "truth")
    assert status == 0
    rows = list(csv.DictReader((tmp_path / "out/translations.csv").read_text().splitlines()))
    for row in rows:
        pixels = images[row["input"]].astype(float)
        error = np.abs((255 - pixels) - (250 - np.minimum(pixels, 250)))
        np.testing.assert_allclose(float(row["l1"]), error.mean() / 255, rtol=1e-6)
        psnr = 10 * np.log10(255**2 / (error**2).mean())
        np.testing.assert_allclose(float(row["psnr"]), psnr, rtol=1e-6)
    expected = np.mean([float(row["l1"]) for row in rows])
    np.testing.assert_allclose(json.loads(out)["measures"]["l1"], expected)
    (tmp_path / "truth" / "b.png").unlink()
    status, _, err = command(
        *asked[:4], "--output", tmp_path / "other", "--compare", tmp_path / "truth"
    )
    assert status == 2
    assert "has no file of the same name for b.png" in err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--input", "none"], "no such file or folder"),
        (["--mask", "in"], "translates without it; leave it out"),
        (["--tile", "33"], "needs a multiple of 8"),
        (["--tile", "8"], "was trained on images of 16x16"),
        (["--tile", "32", "--overlap", "32"], "less than a tile of 32"),
        (["--output", "in"], "apart from the images"),
        (["--output", "in/made"], "apart from the images"),
        (["--output", "run/config.json"], "is a file; give a folder"),
    ],
)
def test_wrong_requests_are_one_line(images, command, tmp_path, monkeypatch, options, message):
    monkeypatch.chdir(tmp_path)
    write_run(tmp_path / "run")
    given = {"--input": "in", "--output": "out"} | dict(
        zip(options[::2], options[1::2], strict=True)
    )
    flags = [part for pair in given.items() for part in pair]
    status, _, err = command("translate", "run", *flags)
    assert status == 2
    assert err.count("\n") == 1
    assert message in err
    assert not (tmp_path / "out").exists()


def test_label_maps_are_read_as_ids(command, tmp_path):
    field = ids_field((16, 16), "abc").of_any_size(8)
    (tmp_path / "run" / "models").mkdir(parents=True)
    (tmp_path / "run" / "config.json").write_text(
        json.dumps({"method": "spade", "settings": SETTINGS})
    )
    ids = keras.Input((None, None, 3), name="ids")
    network = keras.layers.Rescaling(2.0, -1.0)(ids)
    keras.Model({"ids": ids}, {"image": network}).save(tmp_path / "run/models/generator.keras")
    call = Call("generator", {"ids": "ids"}, {"image": "image"})
    image = image_field((16, 16, 3)).of_any_size(8)
    write_uses(
        [Use("translate", (call,), {"ids": field}, {"image": image})], tmp_path / "run/uses.json"
    )
    pixels = np.tile(np.array([[0, 1, 2], [2, 1, 0]], np.uint8), (3, 2))
    cv2.imwrite(str(tmp_path / "map.png"), pixels)
    asked = ("translate", tmp_path / "run", "--input", tmp_path / "map.png", "--output")
    assert command(*asked, tmp_path / "o")[0] == 0
    made = cv2.cvtColor(read(tmp_path / "o" / "map.png"), cv2.COLOR_BGR2RGB)
    np.testing.assert_array_equal(made, 255 * (pixels[..., None] == np.arange(3)))
    cv2.imwrite(str(tmp_path / "map.png"), pixels + 1)
    status, _, err = command(*asked, tmp_path / "p")
    assert status == 2
    assert "has the id 3, but the run knows 3, 0 to 2" in err


def test_images_that_are_too_small_are_refused_and_what_came_before_stays(command, tmp_path):
    run, out = write_run(tmp_path / "run"), tmp_path / "out"
    for name, size in {"a": (9, 9), "b": (9, 4), "c": (5, 5)}.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "in" / f"{name}.png"), np.full(size, 40, np.uint8))
    asked = ["translate", run, "--input", tmp_path / "in", "--output", out]
    status, _, err = command(*asked)
    assert (status, err.count("\n")) == (2, 1)
    assert "b.png: is 4x9, but the network needs 5x5 or more" in err
    assert "(1 bad file; what was translated stays" in err
    np.testing.assert_array_equal(read(out / "a.png"), np.full((9, 9), 215))
    assert not (out / "b.png").exists()
    assert command(*asked, "--max-bad-files", 1)[0] == 0
    # Extended by reflection from 5 to 8, and cut.
    np.testing.assert_array_equal(read(out / "c.png"), np.full((5, 5), 215))


def test_images_are_cropped_to_what_the_network_divides_and_so_are_their_truths(
    images, command, tmp_path
):
    run, out = write_run(tmp_path / "run"), tmp_path / "out"
    asked = ["translate", run, "--input", tmp_path / "in", "--output", out, "--fit", "crop"]
    # 9x20 becomes 8x16, its middle.
    middles = {"a.png": np.s_[:8, 2:18], "b.png": np.s_[:8, 2:18], "sub/c.png": np.s_[:, :]}
    status, _, err = command(*asked, "--compare", tmp_path / "in")
    assert (status, err.count("\n")) == (2, 1)
    assert "sub/d.png: is 7x5, but the network needs 8x8 or more" in err
    (tmp_path / "in" / "sub" / "d.png").unlink()
    assert command(*asked, "--compare", tmp_path / "in", "--force")[0] == 0
    rows = list(csv.DictReader((out / "translations.csv").read_text().splitlines()))
    for row in rows:
        cut = images[row["input"]][middles[row["input"]]]
        np.testing.assert_array_equal(read(out / row["input"]), 255 - cut)
        error = np.abs(255 - 2.0 * cut).mean() / 255
        np.testing.assert_allclose(float(row["l1"]), error, rtol=1e-6)
    assert [row["input"] for row in rows] == list(middles)


def test_images_are_resized_to_what_the_network_divides_and_back(command, tmp_path):
    run, out = write_run(tmp_path / "run"), tmp_path / "out"
    # Steps along one side only; along the other, all stays alike.
    steps = np.linspace(0, 240, 27).astype(np.uint8)
    pictures = {"across": np.tile(steps, (13, 1)), "small": np.full((3, 2), 40, np.uint8)}
    for name, picture in pictures.items():
        (tmp_path / "in").mkdir(exist_ok=True)
        cv2.imwrite(str(tmp_path / "in" / f"{name}.png"), picture)
    asked = ["translate", run, "--input", tmp_path / "in", "--output", out, "--fit", "resize"]
    assert command(*asked)[0] == 0
    made = read(out / "across.png")
    assert made.shape == (13, 27)
    assert np.ptp(made.astype(int), axis=0).max() <= 1  # Halves are rounded to either side.
    # 27 columns become 24 and 27 again, which blurs a line of steps by little, but at its ends.
    np.testing.assert_allclose(made[0, 2:-2], 255 - steps[2:-2].astype(int), atol=2)
    assert (made[0, 2:-2] != 255 - steps[2:-2]).any()
    np.testing.assert_array_equal(read(out / "small.png"), np.full((3, 2), 215))


def test_enlargements_are_resized_by_their_factor(tmp_path):
    """Of `Translator` alone: from 9 to 8 pixels, enlarged to 16, and to twice 9."""
    image = keras.Input((None, None, 1), name="input")
    big = keras.layers.UpSampling2D(2)(image)
    field = image_field((16, 16, 1)).of_any_size(8)
    write_run(tmp_path / "run")
    keras.Model({"input": image}, {"image": big}).save(tmp_path / "run/models/generator.keras")
    call = Call("generator", {"input": "input"}, {"image": "image"})
    use = Use("translate", (call,), {"input": field}, {"image": image_field((32, 32, 1))})
    write_uses([use], tmp_path / "run" / "uses.json")
    bound = SavedRun(tmp_path / "run").bound("translate")
    made = Translator(bound, 64, 8, "resize")({"input": np.full((1, 9, 13, 1), 40, np.uint8)})
    assert made.shape == (1, 18, 26, 1)
    np.testing.assert_allclose(made, 40 / 127.5 - 1, atol=1e-6)


def test_networks_that_pad_by_reflection_need_more(command, tmp_path):
    run = write_run(tmp_path / "run")
    image = keras.Input((None, None, 1), name="input")
    x = keras.layers.AveragePooling2D(8)(image)
    x = keras.layers.AveragePooling2D(3, 1)(ReflectionPadding2D(1)(x))
    x = keras.layers.UpSampling2D(8)(x)
    keras.Model({"input": image}, {"image": x}).save(run / "models" / "generator.keras")
    for side in (8, 9):
        cv2.imwrite(str(tmp_path / f"{side}.png"), np.full((side, side), 40, np.uint8))
    ask = ["translate", run, "--output", tmp_path / "out", "--input"]
    status, _, err = command(*ask, tmp_path / "8.png")
    assert (status, err.count("\n")) == (2, 1)
    assert "is 8x8, but the network needs 9x9 or more" in err
    assert command(*ask, tmp_path / "9.png", "--force")[0] == 0
    np.testing.assert_array_equal(read(tmp_path / "out" / "9.png"), np.full((9, 9), 40))


def test_an_alpha_channel_is_put_on_white_and_that_is_said_once(command, tmp_path):
    run = write_run(tmp_path / "run", channels=3)
    (tmp_path / "in").mkdir()
    pixels = np.full((9, 9, 4), (10, 20, 30, 255), np.uint8)
    pixels[:4, :, 3] = 0
    for name in "abc":
        cv2.imwrite(str(tmp_path / "in" / f"{name}.png"), pixels[..., : 3 if name == "a" else 4])
    asked = ["--input", tmp_path / "in", "--output", tmp_path / "out"]
    status, out, err = command("translate", run, *asked)
    assert (status, err) == (0, "")
    assert out.count("alpha channel") == 1
    assert "b.png and 1 more: the alpha channel was flattened onto white" in out
    whole = 255 - pixels[..., :3]
    np.testing.assert_array_equal(read(tmp_path / "out" / "a.png"), whole)
    whole[:4] = 0
    np.testing.assert_array_equal(read(tmp_path / "out" / "c.png"), whole)
