"""What `main.py explain` writes and refuses: names, ranges, bad files, folders of all kinds."""

import json

import cv2
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tests.saved_runs import untrained_gan, write_networks
from tests.trainers.small import build
from tfgan_kit.attention.methods import METHODS
from tfgan_kit.commands import explain as command_module
from tfgan_kit.commands.explain import Names, _batches
from tfgan_kit.pictures.images import write_image

RANGE = ("--input-range", "0..1")


def save(path, *first, shape=(12, 12, 1), after=(), classes=2):
    keras.utils.set_random_seed(0)
    stack = [layers.Conv2D(4, 3, activation="relu"), *after, layers.GlobalAveragePooling2D()]
    keras.Sequential([keras.Input(shape), *first, *stack, layers.Dense(classes)]).save(path)
    return path


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return save(tmp_path_factory.mktemp("network") / "mine.keras")


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, level in (("a", 60), ("b", 200)):
        write_image(np.full((12, 12, 1), level, np.uint8), folder / f"{name}.png")
    return folder


def told(out):
    return json.loads((out / "explain.json").read_text())


def refused(answer, text):
    status, _, err = answer
    assert status == 2
    assert text in err
    assert err.count("\n") == 1


def test_each_map_has_a_name_of_its_own():
    names = Names()
    given = [
        *(("a.png", None), ("a.jpg", None), ("A.jpg", None), ("a_2.png", None)),
        *(("sheet.png", None), ("x.png", "C#"), ("x.png", "C+")),
        *(("y_red.png", "bar"), ("y.png", "red_bar")),
    ]
    found = [names.of(*each) for each in given]
    assert found == [
        *("a", "a_2", "A_3", "a_2_2", "sheet_2", "x_C_", "x_C__2"),
        *("y_red_bar", "y_red_bar_2"),
    ]


def test_no_map_replaces_another(network, pictures, command, tmp_path):
    write_image(np.full((12, 12, 1), 90, np.uint8), pictures / "sheet.png")
    write_image(np.full((12, 12, 1), 90, np.uint8), pictures / "a.jpg")
    out, how = tmp_path / "maps", ("--classes", " C#, C+ ", "--class", "C+ , C#", *RANGE)
    status, _, err = command("explain", network, "--images", pictures, *how, "--output", out)
    assert status == 0, err
    rows = told(out)["maps"]
    assert len({row["map"] for row in rows}) == len({row["picture"] for row in rows}) == 8
    assert {row["class"] for row in rows} == {"C#", "C+"}
    for row in rows:
        assert (out / row["map"]).exists()
        assert cv2.imread(str(out / row["picture"])).shape == (12, 12, 3)


@pytest.mark.parametrize("names", ["cat,cat", "cat, cat", "cat,"])
def test_classes_need_names_of_their_own(names, network, pictures, command, tmp_path):
    how = ("--images", pictures, "--output", tmp_path / "maps", "--classes", names, *RANGE)
    refused(command("explain", network, *how), "give each class a name of its own")


def test_a_bad_file_at_the_end_is_found_before_the_first_map(
    network, pictures, command, tmp_path, monkeypatch
):
    (pictures / "z.png").write_bytes(b"no image")
    out = tmp_path / "made" / "for" / "maps"
    how = ("--images", pictures, "--output", out, *RANGE)
    made = []
    monkeypatch.setattr(command_module, "overlaid", lambda *given: made.append(given))
    refused(command("explain", network, *how), "z.png")
    assert not made
    assert not (tmp_path / "made").exists()
    monkeypatch.undo()
    status, text, _ = command("explain", network, *how, "--max-bad-files", "1")
    assert status == 0
    assert "skipped: " in text
    assert "z.png" in text
    assert [row["image"] for row in told(out)["maps"]] == ["a.png", "b.png"]


def test_too_little_memory_is_one_line(network, pictures, command, tmp_path, monkeypatch):
    def full(*given):
        raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating")

    monkeypatch.setitem(METHODS, "grad_cam", full)
    how = ("--images", pictures, "--output", tmp_path / "maps", *RANGE)
    refused(command("explain", network, *how), "out of memory with 2 images of 12x12")
    assert not (tmp_path / "maps").exists()


def test_of_bad_files_alone_nothing_is_made(network, tmp_path, command):
    (tmp_path / "z.png").write_bytes(b"no image")
    how = ("--images", tmp_path / "z.png", "--output", tmp_path / "maps", "--max-bad-files", "5")
    refused(command("explain", network, *how, *RANGE), "z.png")


def test_alpha_on_white_is_told(pictures, command, tmp_path):
    network = save(tmp_path / "colour.keras", shape=(12, 12, 3))
    image = np.full((12, 12, 4), 90, np.uint8)
    cv2.imwrite(str(pictures / "a.png"), image)
    how = ("--images", pictures, "--output", tmp_path / "maps", *RANGE)
    status, text, err = command("explain", network, *how)
    assert status == 0
    assert "a.png: the alpha channel was flattened onto white" in text + err


def test_the_range_that_is_assumed_is_told_and_kept(network, pictures, command, tmp_path):
    scaled = save(tmp_path / "scaled.keras", layers.Rescaling(1 / 255))
    out = tmp_path / "maps"
    status, text, err = command("explain", scaled, "--images", pictures, "--output", out)
    assert status == 0
    assert "scaled.keras is given values from 0 to 255; --input-range changes this" in text + err
    assert told(out)["input_range"] == [0, 255]
    later = save(tmp_path / "later.keras", after=[layers.Rescaling(2.0)])
    how = ("--images", pictures, "--output", tmp_path / "more")
    refused(command("explain", later, *how), "does not say which values its images have")
    assert command("explain", later, *how, *RANGE)[0] == 0
    assert told(tmp_path / "more")["input_range"] == [0, 1]


def test_scaling_inside_a_network_inside_counts(pictures, command, tmp_path):
    inside = [keras.Input((12, 12, 1)), layers.Rescaling(1 / 255), layers.Conv2D(4, 3)]
    stack = [layers.ReLU(), layers.GlobalAveragePooling2D(), layers.Dense(2)]
    whole = keras.Sequential([keras.Input((12, 12, 1)), keras.Sequential(inside), *stack])
    whole.save(tmp_path / "nested.keras")
    how = ("--images", pictures, "--output", tmp_path / "maps")
    assert command("explain", tmp_path / "nested.keras", *how)[0] == 0


def test_a_link_to_an_empty_folder_is_filled(network, pictures, command, tmp_path):
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    how = ("--images", pictures, "--output", link, *RANGE)
    assert command("explain", network, *how)[0] == 0
    assert link.is_symlink()
    assert (tmp_path / "real" / "explain.json").exists()


def test_a_batch_has_so_many_pixels_at_most():
    sizes = [(12, 12)] * 20 + [(3000, 4000)] * 2 + [(512, 512)] * 6

    def read(index):
        return np.broadcast_to(np.uint8(0), (*sizes[index], 3))

    found = [indices for indices, _ in _batches(read, list(range(28)))]
    assert [len(each) for each in found] == [16, 4, 1, 1, 4, 2]
    assert [index for each in found for index in each] == list(range(28))


def test_files_that_are_also_given_something_else_are_refused(pictures, command, tmp_path):
    how = ("--images", pictures, "--output", tmp_path / "maps")
    for method, text in (
        ("projection", "also takes label; name the folder of its run"),
        ("pix2pix", "also takes input; only networks that take nothing but an image"),
    ):
        data = {"dataset": "glyphs"} if method == "projection" else {}
        trainer, _ = build(method, **data)
        file = tmp_path / f"{method}.keras"
        trainer.models()["discriminator"].save(file)
        refused(command("explain", file, *how), text)


def test_a_judge_has_a_logit_and_no_probability(pictures, command, tmp_path):
    run = write_networks(tmp_path / "gan", *untrained_gan())
    how = ("--images", pictures, "--fit", "stretch", "--output", tmp_path / "maps")
    status, text, _ = command("explain", run, *how)
    assert status == 0
    assert "confidence" not in text
    for row in told(tmp_path / "maps")["maps"]:
        assert {"logit", "logit_hidden"} <= set(row)
        assert not {"confidence", "confidence_hidden"} & set(row)
