"""Uses of a run's generator: a joint one, one of a single domain, and none."""

import json

import cv2
import keras
import numpy as np
import pytest
from PIL import Image

from tests.rendering import render
from tests.saved_runs import SIDE, SIZE, write_run
from tfgan_kit.commands.latent.interpolate import interpolate
from tfgan_kit.commands.latent.transform import distinct_stems, transform
from tfgan_kit.commands.sample import sample
from tfgan_kit.errors import UserError
from tfgan_kit.latent.latents import truncated
from tfgan_kit.pictures.images import grid, paired_grid, to_uint8
from tfgan_kit.runs.saved_generator import SavedGenerator


def read(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


@pytest.fixture(scope="module")
def joint(tmp_path_factory):
    """A gray domain, and the negative in colour."""
    path = tmp_path_factory.mktemp("runs") / "joint"
    return write_run(path, {"image_b": (3, -1.0), "image_a": (1, 1.0)})


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "single"
    return write_run(path, {"image": (3, 1.0)}, method="gan", latent="normal")


def given(run, count, seed=11):
    generator = SavedGenerator(run)
    latents = generator.latents(seed, count)
    return latents, *(to_uint8(images) for images in generator.render({"latent": latents}))


def test_a_saved_generator_knows_its_domains(joint, single):
    assert SavedGenerator(joint).letters == ("a", "b")
    assert [
        d.shape for d in SavedGenerator(joint).render({"latent": np.zeros((2, SIZE), "f")})
    ] == [
        (2, SIDE, SIDE, 1),
        (2, SIDE, SIDE, 3),
    ]
    assert SavedGenerator(joint).image_shape == (SIDE, SIDE, 1)
    assert SavedGenerator(single).letters == ()
    assert SavedGenerator(single).image_shape == (SIDE, SIDE, 3)
    assert SavedGenerator(single).encoder() is None


def test_a_classifier_has_nothing_to_sample(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"method": "classifier", "settings": {}}))
    with pytest.raises(UserError, match=r"run of classifier, .* cannot generate") as caught:
        sample(tmp_path, count=1, output=tmp_path / "a.png")
    assert "checkpoint" not in str(caught.value)


def test_joint_samples_as_a_picture_and_as_folders(joint, tmp_path):
    _, gray, colour = given(joint, 70, seed=5)
    sample(joint, count=70, output=tmp_path / "all.png", seed=5)
    np.testing.assert_array_equal(read(tmp_path / "all.png"), paired_grid([gray, colour]))
    told = sample(joint, count=70, output=tmp_path / "all", seed=5)
    assert "70 samples of each of the domains a, b" in told
    assert sorted(p.name for p in (tmp_path / "all").iterdir()) == ["a", "b"]
    for letter, images in (("a", gray), ("b", colour)):
        names = sorted(p.name for p in (tmp_path / "all" / letter).iterdir())
        assert names == [f"{i:06d}.png" for i in range(70)]
        for i in (0, 69):
            written = cv2.imread(
                str(tmp_path / "all" / letter / names[i]), cv2.IMREAD_UNCHANGED
            ).reshape(images[i].shape)
            np.testing.assert_array_equal(written[..., ::-1], images[i])
    with pytest.raises(UserError, match="exists already"):
        sample(joint, count=1, output=tmp_path / "all")


def test_a_single_domain_gets_no_folders_of_its_own(single, tmp_path):
    assert sample(single, count=2, output=tmp_path / "x") == f"wrote 2 samples to {tmp_path / 'x'}"
    assert sorted(p.name for p in (tmp_path / "x").iterdir()) == ["000000.png", "000001.png"]


def test_a_picture_with_a_layout(joint, single, tmp_path):
    told = sample(single, grid=(2, 5), output=tmp_path / "a.png", seed=5)
    assert told.values == {
        "output": str(tmp_path / "a.png"),
        "count": 10,
        "seed": 5,
        "domains": [],
    }
    _, images = given(single, 10, seed=5)
    np.testing.assert_array_equal(read(tmp_path / "a.png"), grid(images, columns=5))
    # Of a joint run, a column is a latent.
    sample(joint, grid=(1, 6), output=tmp_path / "b.png", seed=5)
    assert read(tmp_path / "b.png").shape == (2 * SIDE + 4, 6 * (SIDE + 2) + 2, 3)


def test_samples_of_truncated_latents(joint, single, tmp_path):
    for run, distribution in ((single, "normal"), (joint, "uniform")):
        generator = SavedGenerator(run)
        latents = truncated(generator.latents(3, 4), distribution, 0.5)
        sample(run, count=4, output=tmp_path / f"{distribution}.png", truncation=0.5)
        picture = read(tmp_path / f"{distribution}.png")
        images = render(generator.networks[0], latents)
        wanted = paired_grid(images) if len(images) > 1 else grid(images[0])
        np.testing.assert_array_equal(picture, wanted)


def test_what_sample_refuses(joint, single, tmp_path):
    def refused(run, output, **options):
        with pytest.raises(UserError) as caught:
            sample(run, output=tmp_path / output, **options)
        return str(caught.value)

    assert "leave --count out" in refused(single, "a.png", count=4, grid=(2, 2))
    assert "give a .png" in refused(single, "a", grid=(2, 2))
    assert "--grid 200x200: at most 10000" in refused(single, "a.png", grid=(200, 200))
    assert "below 1" in refused(joint, "a.png", truncation=1.5)
    assert "kept no best networks" in refused(joint, "a.png", best=True)
    points = write_run(tmp_path / "points", {"image": (1, 1.0)}, points=True)
    assert "points, which have no --grid" in refused(points, "a.png", grid=(2, 2))
    assert [p.name for p in tmp_path.iterdir()] == ["points"]


def test_the_best_networks_are_taken_where_they_are_asked_for(single, tmp_path):
    run = write_run(tmp_path / "run", {"image": (3, 1.0)}, method="gan", latent="normal")
    other = write_run(tmp_path / "other", {"image": (3, -1.0)})
    (other / "models").rename(run / "models" / "best")
    (run / "models" / "best" / "best.json").write_text('{"step": 7, "value": 0.5}')
    for best in (False, True):
        sample(run, count=4, output=tmp_path / f"{best}.png", best=best)
        interpolate(run, output=tmp_path / f"walk{best}.png", best=best)
    newest, kept = (read(tmp_path / f"{best}.png") for best in (False, True))
    inside = (slice(4, SIDE), slice(4, SIDE))
    np.testing.assert_allclose(newest[inside].astype(int) + kept[inside], 255, atol=1)
    walks = [read(tmp_path / f"walk{best}.png")[inside] for best in (False, True)]
    np.testing.assert_allclose(walks[0].astype(int) + walks[1], 255, atol=1)
    with pytest.raises(UserError, match="kept no best networks, which --best asks for"):
        interpolate(single, output=tmp_path / "x.png", best=True)


def test_a_joint_walk_shows_all_domains(joint, tmp_path):
    interpolate(joint, output=tmp_path / "a.png", rows=3, columns=5)
    picture = read(tmp_path / "a.png")
    assert picture.shape == (3 * (2 * SIDE + 2) + 2, 5 * (SIDE + 2) + 2, 3)
    _, gray, colour = given(joint, 6, seed=3)
    first = picture[2 : 2 + 2 * SIDE, 2 : 2 + SIDE]
    np.testing.assert_array_equal(first[:SIDE], gray[0].repeat(3, axis=-1))
    np.testing.assert_array_equal(first[SIDE:], colour[0])
    last = picture[-2 * SIDE - 2 : -2, -SIDE - 2 : -2]
    np.testing.assert_array_equal(last[SIDE:], colour[5])
    interpolate(joint, output=tmp_path / "a.gif", rows=3, columns=5)
    frames = Image.open(tmp_path / "a.gif")
    assert frames.n_frames == 15
    assert frames.size == (256, 512)
    told = interpolate(joint, output=tmp_path / "a.mp4", rows=3, columns=5)
    assert told.values["frames"] == 15
    video = cv2.VideoCapture(str(tmp_path / "a.mp4"))
    size = [video.get(which) for which in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT)]
    assert size == [256, 512]
    _, shown = video.read()
    # A codec loses a little: domain a above b, as in the picture.
    for rows, image in ((slice(256), gray), (slice(256, None), colour)):
        wanted = np.broadcast_to(image[0], (SIDE, SIDE, 3)).repeat(16, 0).repeat(16, 1)
        assert np.abs(shown[rows, :, ::-1].astype(int) - wanted).mean() < 12


def test_a_walk_of_a_single_domain(single, tmp_path):
    interpolate(single, output=tmp_path / "a.png", rows=3, columns=5)
    assert read(tmp_path / "a.png").shape == (3 * 18 + 2, 5 * 18 + 2, 3)
    interpolate(single, output=tmp_path / "a.gif", rows=3, columns=5)
    assert Image.open(tmp_path / "a.gif").size == (256, 256)


def test_given_images_are_found_in_the_other_domain(joint, tmp_path):
    truth, gray, colour = given(joint, 4)
    names = ["x/one.jpg", "y/one.png", "two.tif", "transform.png"]
    told = transform(
        joint, lambda _: (colour, names), source="b", target="a", output=tmp_path, starts=4
    )
    lines = told.splitlines()
    assert [line.split(":")[0] for line in lines[:4]] == names
    assert "4 images of b in a" in lines[4]
    stems = ["one", "one-2", "two", "transform-2"]
    assert {p.name for p in tmp_path.iterdir()} == {
        *(f"{stem}.png" for stem in stems),
        "transform.png",
        "transform.json",
    }
    content = json.loads((tmp_path / "transform.json").read_text())
    assert content["source"] == "b"
    assert content["seed"] == 3
    assert [row["file"] for row in content["images"]] == names
    for i, row in enumerate(content["images"]):
        assert row["rmse"] < 0.005
        assert lines[i].endswith(f"error {row['rmse']:.4f} (RMSE, full range 1)")
        np.testing.assert_allclose(row["latent"], truth[i], atol=0.05)
        written = read(tmp_path / row["picture"])
        assert written.shape == (SIDE + 4, 3 * (SIDE + 2) + 2, 3)
        one, two, three = (written[2:-2, k : k + SIDE].astype(int) for k in (2, 20, 38))
        np.testing.assert_array_equal(one, colour[i])
        assert np.abs(two - colour[i]).max() < 10
        assert np.abs(three - gray[i]).max() < 10
    assert read(tmp_path / "transform.png").shape[1] == 4 * (SIDE + 2) + 2


def test_an_encoder_gives_a_start(joint, tmp_path, capsys):
    run = tmp_path / "run"
    run.mkdir()
    (run / "config.json").write_text((joint / "config.json").read_text())
    (run / "models").mkdir()
    generator = (joint / "models" / "generator.keras").read_bytes()
    (run / "models" / "generator.keras").write_bytes(generator)
    truth, gray, _ = given(joint, 1)
    image = keras.Input((SIDE, SIDE, 1), name="image")
    zero = keras.layers.GlobalMaxPooling2D()(0.0 * image)
    knows = keras.layers.Dense(SIZE, bias_initializer=keras.initializers.Constant(0.0))
    encoder = keras.Model(image, {"latent": knows(zero)})
    knows.bias.assign(truth[0])
    encoder.save(run / "models" / "encoder.keras")

    def error(folder, which):
        output = tmp_path / folder
        search = {"starts": 1, "steps": 1, "output": output, "seed": 0}
        transform(which, lambda _: (gray, ["x"]), source="a", target="b", **search)
        return json.loads((output / "transform.json").read_text())["images"][0]["rmse"]

    assert error("without", joint) > 0.1
    assert "encoder" not in capsys.readouterr().out
    assert error("with", run) < 0.05
    assert "that of the encoder" in capsys.readouterr().out


def test_what_transform_refuses(joint, single, tmp_path):
    def refused(run, source, target, output=tmp_path / "new"):
        def read(shape):
            raise AssertionError("the images are read last")

        with pytest.raises(UserError) as caught:
            transform(run, read, source=source, target=target, output=output)
        message = str(caught.value)
        assert "\n" not in message
        return message

    assert "no domain 'c', only a, b" in refused(joint, "c", "a")
    assert "no domain '2', only a, b" in refused(joint, "a", "2")
    assert "of domain a" in refused(joint, "a", "a")
    assert "single domain" in refused(single, "a", "b")
    assert "give a folder" in refused(joint, "a", "b", tmp_path / "x.png")
    assert not list(tmp_path.iterdir())
    (tmp_path / "mine.txt").write_text("x")
    assert "exists already" in refused(joint, "a", "b", tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_stems_that_meet_are_numbered():
    assert distinct_stems(["a.png", "b/a.png", "a.jpg", "a-2.png"]) == ["a", "a-2", "a-3", "a-2-2"]
