"""`project`, as its users meet it."""

import dataclasses
import json

import cv2
import numpy as np
import pytest

import main
from tests.saved_runs import SIDE, write_run
from tests.test_edit_command import write_directions
from tests.trainers.generation.stylegan.test_commands import SMALL
from tfgan_kit.fields import attribute_field, class_field, vector_field
from tfgan_kit.latent.stored import read_latent
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.runs.saved_run import SavedRun

FILES = {"latent.npz", "picture.png", "difference.png", "curve.png", "project.json"}


@pytest.fixture(scope="module")
def styles(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "styles"
    assert main.main(["train", "stylegan", *SMALL, "--run-dir", str(path), "--quiet"]) == 0
    return path


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "single"
    return write_run(path, {"image": (1, 1.0)}, method="gan", latent="normal")


@pytest.fixture(autouse=True)
def _no_weights(monkeypatch):
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)


def draw(path, shape=(16, 16)):
    image = np.zeros(shape, np.uint8)
    image[4:12, 6:10] = 220
    cv2.imwrite(str(path), image)
    return path


def test_an_image_in_w_plus_and_the_walk_from_it(styles, command, refused, tmp_path):
    mine, other = draw(tmp_path / "mine.png"), draw(tmp_path / "other.png", (16, 16))
    asked = ["--space", "w+", "--steps", 20]
    status, out, err = command("project", styles, "--image", mine, other, *asked, "--json")
    assert status == 0, err
    told = json.loads(out)
    assert [row["file"] for row in told["images"]] == [str(mine), str(other)]
    folder = styles / "project" / "mine"
    assert {path.name for path in folder.iterdir()} == FILES
    row = json.loads((folder / "project.json").read_text())
    assert row["space"] == "w+"
    assert row["distance"] < row["first_distance"]
    latent = read_latent(folder / "latent.npz")
    assert (latent.space, latent.code.shape) == ("w+", (6, 4))
    assert set(latent.noise) == {f"noise_{i}_map" for i in range(6)}
    picture = cv2.imread(str(folder / "picture.png"), cv2.IMREAD_GRAYSCALE)
    target = cv2.imread(str(mine), cv2.IMREAD_GRAYSCALE)
    rmse = np.sqrt(np.square(picture.astype(float) - target).mean()) / 255
    assert rmse == pytest.approx(row["rmse"], abs=0.005)
    # A walk begins with exactly what was found, noise included.
    walk = ["--keys", "project/mine", 3, "--columns", 3, "--output", tmp_path / "walk.png"]
    assert command("interpolate", styles, *walk)[0] == 0
    shown = cv2.imread(str(tmp_path / "walk.png"), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_allclose(shown[2:18, 2:18].astype(int), picture, atol=1)
    seed = (
        SavedRun(styles).bound("generate").render({"latent": SavedGenerator(styles).latents(3, 1)})
    )
    last = np.rint((seed["image"][0, ..., 0] + 1) * 127.5)
    np.testing.assert_allclose(shown[2:18, 2 + 2 * 18 : 18 + 2 * 18], last, atol=1)
    line = refused("project", styles, "--image", mine, *asked)
    assert f"{folder} exists already" in line


def test_one_code_for_all_layers_with_the_noise_as_it_is(styles, command, tmp_path):
    mine = draw(tmp_path / "mine.png")
    asked = ["--no-noise-opt", "--steps", 5, "--output", tmp_path / "out"]
    status, out, err = command("project", styles, "--image", mine, *asked)
    assert (status, err) == (0, "")
    assert "wrote 1 latent of w to" in out
    latent = read_latent(tmp_path / "out" / "mine" / "latent.npz")
    assert (latent.space, latent.noise) == ("w", {})
    np.testing.assert_array_equal(latent.code, np.tile(latent.code[:1], (6, 1)))
    made = SavedRun(styles).bound("synthesize").render({"styles": latent.code[None]})["image"]
    shown = cv2.imread(str(tmp_path / "out" / "mine" / "picture.png"), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_allclose(shown, (made[0, ..., 0] + 1) * 127.5, atol=1)


def test_a_blob_is_found_in_z(single, command, tmp_path):
    generator = SavedGenerator(single)
    truth = np.array([[0.4, -0.6, 0.5]], np.float32)
    image = generator.render(generator.with_latents(truth))[0][0]
    cv2.imwrite(str(tmp_path / "blob.png"), np.rint((image + 1) * 127.5))
    status, _, err = command("project", single, "--image", tmp_path / "blob.png", "--steps", 200)
    assert (status, err) == (0, "")
    latent = read_latent(single / "project" / "blob" / "latent.npz")
    np.testing.assert_allclose(latent.code[:2], truth[0, :2], atol=0.05)
    walk = ["--keys", "project/blob", "5", "--output", tmp_path / "a.gif"]
    assert command("interpolate", single, *walk)[0] == 0


def test_an_image_is_found_with_its_label_and_keeps_it(command, refused, tmp_path):
    pets = class_field(("cat", "dog"))
    run = write_run(tmp_path / "pets", {"image": (1, 1.0)}, latent="normal", label=pets)
    generator, files = SavedGenerator(run), []
    truth = np.array([[0.4, -0.6, 0.5], [-0.5, 0.3, 0.1]], np.float32)
    labels = np.array([1, 0])
    images = generator.render(generator.with_latents(truth, labels))[0]
    for name, image in zip(("rex", "tom"), images, strict=True):
        files.append(tmp_path / f"{name}.png")
        cv2.imwrite(str(files[-1]), np.rint((image + 1) * 127.5))
    asked = ["--image", *files, "--label", "dog,cat", "--steps", 200, "--json"]
    status, out, err = command("project", run, *asked)
    assert status == 0, err
    told = json.loads(out)["images"]
    assert [row["label"] for row in told] == ["dog", "cat"]
    assert all(row["rmse"] < 0.01 for row in told)
    for name, code, label in zip(("rex", "tom"), truth, labels, strict=True):
        latent = read_latent(run / "project" / name / "latent.npz")
        assert latent.label == label
        np.testing.assert_allclose(latent.code[:2], code[:2], atol=0.05)
    # A wrong label, which changes the brightness of all, finds no such image.
    asked = ["--image", files[0], "--label", "cat", "--steps", 200, "--output", tmp_path / "as"]
    assert command("project", run, *asked, "--json")[0] == 0
    row = json.loads((tmp_path / "as" / "rex" / "project.json").read_text())
    assert row["rmse"] > 0.05
    walk = ["--columns", 3, "--output", tmp_path / "walk.png", "--keys"]
    assert command("interpolate", run, *walk, "project/rex", 5)[0] == 0
    shown = cv2.imread(str(tmp_path / "walk.png"), cv2.IMREAD_GRAYSCALE).astype(int)
    five = generator.render(generator.with_latents(generator.latents(5, 1), labels[:1]))[0][0]
    np.testing.assert_allclose(shown[2:18, 38:54], (five[..., 0] + 1) * 127.5, atol=1)
    picture = cv2.imread(str(run / "project" / "rex" / "picture.png"), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_allclose(shown[2:18, 2:18], picture, atol=1)
    line = refused("interpolate", run, *walk, "project/rex", "project/tom")
    assert "project/rex was found as dog, project/tom as cat, but a walk has one label" in line
    # Rows of `edit` have the label that each was found with, unless others are asked for.
    found = write_directions(tmp_path / "found", run)
    ask = ["edit", run, "--directions", found, "--k", 1, "--columns", 3, "--keys", "project/tom"]
    for given, first in (((), "tom"), (("--label", "dog"), None)):
        output = tmp_path / "edit.png"
        assert command(*ask, "project/rex", *given, "--output", output)[0] == 0
        shown = cv2.imread(str(output), cv2.IMREAD_GRAYSCALE).astype(int)
        tom = cv2.imread(str(run / "project" / "tom" / "picture.png"), cv2.IMREAD_GRAYSCALE)
        near = np.abs(shown[2:18, 20:36] - tom).max() <= 1
        assert near == (first == "tom")
        np.testing.assert_allclose(shown[20:36, 20:36], picture, atol=1)


def test_of_a_joint_run_the_domain_is_named(command, refused, tmp_path):
    joint = write_run(tmp_path / "joint", {"image_a": (1, 1.0), "image_b": (3, -1.0)})
    mine = draw(tmp_path / "mine.png", (SIDE, SIDE))
    line = refused("project", joint, "--image", mine)
    assert "is a joint run; name the domain of the images with --from: a, b" in line
    line = refused("project", joint, "--image", mine, "--from", "b")
    assert "is 16x16x1, the generator makes 16x16x3; --crop cuts out the centre" in line
    asked = ["--from", "a", "--steps", 20, "--starts", 2]
    assert command("project", joint, "--image", mine, *asked)[0] == 0
    assert read_latent(joint / "project" / "mine" / "latent.npz").code.shape == (3,)


def test_what_is_refused(styles, single, refused, tmp_path):
    mine, wide = draw(tmp_path / "mine.png"), draw(tmp_path / "wide.png", (20, 30))
    (tmp_path / "broken.png").write_bytes(b"nothing")
    pets = class_field(("cat", "dog"))
    pets = write_run(tmp_path / "pets", {"image": (1, 1.0)}, latent="normal", label=pets)
    faces = attribute_field(("glasses", "hat"))
    faces = dataclasses.replace(faces, examples=((0, 1),))
    faces = write_run(tmp_path / "faces", {"image": (1, 1.0)}, latent="normal", label=faces)
    words = dataclasses.replace(vector_field(2), examples=((0.0, 1.0),))
    words = write_run(tmp_path / "words", {"image": (1, 1.0)}, latent="normal", label=words)
    points = write_run(tmp_path / "points", {"image": (1, 1.0)}, points=True)
    out = tmp_path / "out"
    for said, run, image, *options in (
        ("is 20x30x1, the generator makes 16x16x1; --crop cuts out", styles, wide),
        ("no such file", styles, tmp_path / "none.png"),
        ("broken.png", styles, tmp_path / "broken.png"),
        ("cannot map, only generate", single, mine, "--space", "w"),
        ("needs the label of the image", pets, mine),
        ("takes classes (cat, dog); see --label", pets, mine),
        ("no class is called 'cow'", pets, mine, "--label", "cow"),
        ("2 labels are named, but 1 images", pets, mine, "--label", "cat,dog"),
        ("takes classes (cat, dog)", pets, mine, "--attributes", "cat=1"),
        ("--attributes: hat missing", faces, mine, "--attributes", "glasses=1"),
        ("takes vectors of 2 numbers; see --vector", words, mine),
        ("was trained without labels", single, mine, "--label", "cat"),
        ("generates points", points, mine),
        ("--starts is for z", styles, mine, "--starts", 2),
        ("--no-noise-opt is for w and w+", single, mine, "--no-noise-opt"),
        ("single domain; leave it out", single, mine, "--from", "a"),
        ("vgg16-lpips needs its weights", styles, mine, "--distance", "lpips"),
        ("vgg16-lpips needs its weights", styles, mine, "--distance", "vgg16"),
        ("--weights is for", styles, mine, "--distance", "pyramid", "--weights", "x.npz"),
        ("--classifier goes with", styles, mine, "--classifier", "x", "--distance", "lpips"),
        ("x.keras", styles, mine, "--classifier", "x.keras"),
    ):
        assert said in refused("project", run, "--image", image, *options, "--output", out)
    assert not out.exists()


def test_other_images_are_cropped_where_that_is_asked_for(single, command, tmp_path):
    wide = draw(tmp_path / "wide.png", (20, 30))
    asked = ["--crop", "--steps", 3, "--output", tmp_path / "out"]
    assert command("project", single, "--image", wide, *asked)[0] == 0
    assert (tmp_path / "out" / "wide" / "latent.npz").exists()


@pytest.mark.parametrize(("error", "status"), [(KeyboardInterrupt(), 130), (SystemExit(143), 143)])
def test_the_best_so_far_is_kept_when_it_is_stopped(
    single, command, tmp_path, monkeypatch, error, status
):
    def stop(progress, done):
        if done == 30:
            raise error

    monkeypatch.setattr("tfgan_kit.commands.latent.project.Progress.at", stop)
    asked = ["--image", draw(tmp_path / "mine.png"), "--output", tmp_path / "out"]
    found, out, err = command("project", single, *asked)
    assert found == status
    assert (
        err == f"error: stopped: {tmp_path / 'out'} has the best latents so far, of 1 of 1 image\n"
    )
    assert f"{tmp_path / 'mine.png'}: distance" in out
    assert {path.name for path in (tmp_path / "out" / "mine").iterdir()} == FILES
    row = json.loads((tmp_path / "out" / "mine" / "project.json").read_text())
    assert row["distance"] < row["first_distance"]
