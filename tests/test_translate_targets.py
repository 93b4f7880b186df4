"""`main.py translate` to domains and attributes, with a network that paints them."""

import csv
import json

import cv2
import keras
import numpy as np
import pytest

from tfgan_kit.fields import attribute_field, class_field, image_field
from tfgan_kit.layers import LabelMaps
from tfgan_kit.uses import translate, write_uses

IMAGE = image_field((8, 8, 3)).of_any_size(1)
SETTINGS = {"seed": 5, "depth": "8", "value_range": None, "pages": "first"}


def write_run(folder, label):
    """A run that adds half of the range to the channel of each label."""
    models = folder / "models"
    models.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"method": "stargan", "settings": SETTINGS}))
    inputs = {"input": keras.Input((None, None, 3), name="input")}
    inputs["label"] = keras.Input((3,), name="label")
    joined = LabelMaps()([inputs["input"], inputs["label"]])
    painted = keras.layers.Conv2D(3, 1, use_bias=False)
    image = painted(joined)
    painted.set_weights([np.concatenate([np.eye(3), np.eye(3)])[None, None]])
    keras.Model(inputs, {"image": image}).save(models / "generator.keras")
    use = translate({"input": IMAGE, "label": label}, IMAGE)
    write_uses([use], folder / "uses.json")
    return folder


@pytest.fixture
def inks(tmp_path):
    return write_run(tmp_path / "inks", class_field(("red", "green", "blue")))


@pytest.fixture
def faces(tmp_path):
    return write_run(tmp_path / "faces", attribute_field(("red", "green", "blue")))


@pytest.fixture
def images(tmp_path):
    """Two dark images of different sizes, in a folder."""
    folder = tmp_path / "images"
    folder.mkdir()
    rng = np.random.default_rng(0)
    made = {name: rng.integers(0, 100, (5, 4 + k, 3), np.uint8) for k, name in enumerate("ab")}
    for name, image in made.items():
        cv2.imwrite(str(folder / f"{name}.png"), image[..., ::-1])
    return made


def read(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB).astype(int)


def painted(image, label):
    return np.minimum(image + 127.5 * np.array(label), 255)


def run(command, folder, tmp_path, *options):
    out = tmp_path / "out"
    status, _, err = command(
        "translate", folder, "--input", tmp_path / "images", "--output", out, *options
    )
    assert (status, err) == (0, "")
    with open(out / "translations.csv", newline="") as file:
        return out, list(csv.DictReader(file))


def test_to_one_domain(inks, images, command, tmp_path):
    out, rows = run(command, inks, tmp_path, "--domain", "green")
    for name, image in images.items():
        assert np.abs(read(out / f"{name}.png") - painted(image, [0, 1, 0])).max() <= 1
    assert [row["label"] for row in rows] == ["green"] * 2


def test_to_all_domains_and_their_sheet(inks, images, command, tmp_path):
    out, rows = run(command, inks, tmp_path, "--all-domains")
    for name, image in images.items():
        for number, domain in enumerate(("red", "green", "blue")):
            made = read(out / f"{name}_{domain}.png")
            assert np.abs(made - painted(image, np.eye(3)[number])).max() <= 1
    assert [row["output"] for row in rows[:3]] == ["a_red.png", "a_green.png", "a_blue.png"]
    sheet = read(out / "translations.png")
    # A row for each image, a column for it and for each domain.
    height, width = (len(side) // 194 for side in (sheet, sheet[0]))
    assert (height, width) == (2, 4)
    cells = [sheet[2:194, 2 + 194 * k : 194 + 194 * k].mean((0, 1)) for k in range(4)]
    assert [np.argmax(cell - cells[0]) for cell in cells[1:]] == [0, 1, 2]


def test_a_stopped_command_goes_on_in_its_columns(inks, images, command, tmp_path):
    out, rows = run(command, inks, tmp_path, "--all-domains")
    whole = read(out / "translations.png")
    table = (out / "translations.csv").read_text().splitlines()
    (out / "translations.csv").write_text("\n".join(table[:3]) + "\n")
    (out / "a_blue.png").unlink()
    again, rows = run(command, inks, tmp_path, "--all-domains")
    assert len(rows) == 6
    sheet = read(again / "translations.png")
    np.testing.assert_array_equal(sheet[:, 3 * 194 :], whole[:, 3 * 194 :])
    assert (again / "a_blue.png").exists()


def test_to_attributes(faces, images, command, tmp_path):
    out, rows = run(command, faces, tmp_path, "--attributes", "red,!green,blue")
    for name, image in images.items():
        assert np.abs(read(out / f"{name}.png") - painted(image, [1, 0, 1])).max() <= 1
    assert [row["label"] for row in rows] == ["red=1,green=0,blue=1"] * 2


def test_one_attribute_changes_and_the_others_stay(faces, images, command, refused, tmp_path):
    given = ["--input", tmp_path / "images", "--output", tmp_path / "out", "--set", "blue=1"]
    told = refused("translate", faces, *given)
    assert f"{tmp_path / 'images' / 'a.png'}: its attributes are unknown" in told
    assert not (tmp_path / "out").exists()
    own = {"a": [1, 0, 0], "b": [0, 1, 1]}
    lines = [f"{name}.png,{','.join(map(str, label))}" for name, label in own.items()]
    (tmp_path / "images" / "labels.csv").write_text("file,red,green,blue\n" + "\n".join(lines))
    out, rows = run(command, faces, tmp_path, "--set", "blue=1")
    for name, image in images.items():
        assert np.abs(read(out / f"{name}.png") - painted(image, [*own[name][:2], 1])).max() <= 1
    assert [row["label"] for row in rows] == ["red=1,green=0,blue=1", "red=0,green=1,blue=1"]
    # One column for the translations, whatever their labels.
    assert read(out / "translations.png").shape[1] == 2 * 194 + 2
    assert "other settings" in refused("translate", faces, *given[:-1], "blue=0")


def test_what_is_refused(inks, faces, images, refused, tmp_path):
    given = ["--input", tmp_path / "images", "--output", tmp_path / "out"]
    assert "did you mean 'green'" in refused("translate", inks, *given, "--domain", "gren")
    assert "needs --domain NAME" in refused("translate", inks, *given)
    told = refused("translate", inks, *given, "--domain", "red", "--all-domains")
    assert told.endswith("--domain and --all-domains: give one of them")
    assert "did you mean 'blue'" in refused("translate", faces, *given, "--attributes", "bleu")
    told = refused("translate", inks, *given, "--all-domains", "--compare", tmp_path / "images")
    assert "translate to one label at a time" in told
    assert not (tmp_path / "out").exists()
