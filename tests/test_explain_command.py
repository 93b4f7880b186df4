"""`main.py explain`, of runs and of files, with the networks' own answers to compare with."""

import json

import cv2
import keras
import numpy as np
import pytest
from keras import layers

from data.reading.open import open_source
from tests.saved_runs import untrained_gan, write_networks
from tests.trainers.small import build
from tfgan_kit.attention.methods import METHODS
from tfgan_kit.attention.opened import Opened
from tfgan_kit.pictures.images import write_image


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A folder with five digits, two of them in a folder inside, of 32x32."""
    folder = tmp_path_factory.mktemp("images")
    (folder / "more").mkdir()
    batch = open_source("glyphs", split="test", image_size=32).read(np.arange(5))["image"]
    names = ["a", "b", "c", "more/a", "more/d"]
    for name, image in zip(names, batch, strict=True):
        write_image(image, folder / f"{name}.png")
    return folder, batch


def run_of(folder, method, **settings):
    trainer, _ = build(method, **settings)
    return write_networks(folder, method, trainer.models(), trainer.uses())


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "digits"
    return run_of(folder, "classifier", dataset="glyphs", pooling="mean", width=0.25)


@pytest.fixture(scope="module")
def vae(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("runs") / "ones", "vae", dataset="glyph_defects")


@pytest.fixture(scope="module")
def inks(tmp_path_factory):
    settings = {"image_size": (32, 32), "filters": 2, "blocks": 1, "channels": 3}
    return run_of(tmp_path_factory.mktemp("runs") / "inks", "stargan", **settings)


def told(out):
    return json.loads((out / "explain.json").read_text())


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize("method", METHODS)
def test_maps_of_what_a_classifier_sees(method, classifier, images, command, tmp_path):
    folder, batch = images
    out = tmp_path / "maps"
    how = ("--images", folder, "--method", method, "--output", out)
    status, text, err = command("explain", classifier, *how, "--json")
    assert (status, err) == (0, "")
    network = keras.saving.load_model(classifier / "models" / "classifier.keras")
    values = (batch / 127.5 - 1).astype(np.float32)
    outputs = network(values)
    classes = outputs["logits"].numpy().argmax(1)
    _, expected = METHODS[method](Opened(network, "net", output="logits"), values, classes)
    rows = told(out)["maps"]
    for i, (row, name) in enumerate(zip(rows, ["a", "b", "c", "more/a", "more/d"], strict=True)):
        assert row["image"] == f"{name}.png"
        found = np.load(out / row["map"])
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, expected[i], atol=1e-5)
        assert row["class"] == str(classes[i])
        chance = outputs["probabilities"].numpy()[i, classes[i]]
        np.testing.assert_allclose(row["confidence"], chance, rtol=1e-5)
        assert row["zero"] == (found.max() <= 0)
        assert read(out / f"{name}.png").shape == (32, 32, 3)
    assert read(out / "sheet.png").ndim == 3
    assert json.loads(text)["count"] == 5
    assert told(out)["layer"] == (
        None if method in ("deconvnet", "guided_backpropagation") else "relu_4"
    )


def test_named_classes_each_have_a_map(classifier, images, command, tmp_path):
    out = tmp_path / "maps"
    how = ("--images", images[0] / "b.png", "--class", "3,7", "--output", out)
    assert command("explain", classifier, *how)[0] == 0
    names = {path.name for path in out.iterdir()}
    assert names == {
        *("b_3.npy", "b_3.png", "b_7.npy", "b_7.png"),
        *("sheet.png", "explain.json"),
    }
    assert [row["class"] for row in told(out)["maps"]] == ["3", "7"]
    assert (np.load(out / "b_3.npy") != np.load(out / "b_7.npy")).any()


def test_what_is_hidden_costs_confidence_as_it_does_by_hand(classifier, images, command, tmp_path):
    folder, batch = images
    out = tmp_path / "maps"
    assert command("explain", classifier, "--images", folder, "--output", out)[0] == 0
    network = keras.saving.load_model(classifier / "models" / "classifier.keras")
    for row, image in zip(told(out)["maps"], batch, strict=True):
        large = cv2.resize(np.load(out / row["map"]), (32, 32), interpolation=cv2.INTER_LINEAR)
        values = (image / 127.5 - 1).astype(np.float32)
        if large.max() > 0:
            values[large >= large.max() / 2] = np.median(values)
            y, x = np.unravel_index(large.argmax(), (32, 32))
            assert row["peak"] == [x, y]
        chances = network(values[None])["probabilities"].numpy()[0]
        np.testing.assert_allclose(row["confidence_hidden"], chances[int(row["class"])], rtol=1e-4)


def test_a_map_of_zeros_is_said_and_leaves_the_image_as_it_is(images, command, tmp_path):
    """All weights of class 1 are negative, so nothing speaks for it."""
    network = keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    network.layers[-1].set_weights([np.array([[1.0, -1.0]] * 3), np.zeros(2)])
    network.save(tmp_path / "mine.keras")
    out = tmp_path / "maps"
    how = ("--images", images[0] / "a.png", "--class", "1", "--input-range", "0..1")
    status, text, _ = command("explain", tmp_path / "mine.keras", *how, "--output", out)
    assert status == 0
    assert "1 of 1 maps are nowhere positive" in text
    assert (told(out)["zero_maps"], told(out)["maps"][0]["peak"]) == (1, None)
    np.testing.assert_array_equal(read(out / "a.png")[..., :1], images[1][0])
    assert (np.load(out / "a.npy") == 0).all()


def users_model(path, *first, classes=2, shape=(32, 32, 1), end="softmax"):
    keras.utils.set_random_seed(0)
    stack = [layers.Conv2D(4, 3, activation="relu"), layers.GlobalAveragePooling2D()]
    last = layers.Dense(classes, activation=end)
    keras.Sequential([keras.Input(shape), *first, *stack, last]).save(path)
    return path


def test_the_range_of_the_inputs_is_what_is_said_or_what_the_file_says(images, command, tmp_path):
    plain = users_model(tmp_path / "plain.keras")
    scaled = users_model(tmp_path / "scaled.keras", layers.Rescaling(1 / 255))
    maps = {}
    for name, file, how in (
        ("unit", plain, ("--input-range", "0..1")),
        ("bytes", plain, ("--input-range", "0..255")),
        ("own", scaled, ()),
    ):
        out = tmp_path / name
        how = (*how, "--images", images[0] / "a.png", "--classes", "cat,dog", "--class", "dog")
        assert command("explain", file, *how, "--output", out)[0] == 0
        maps[name] = np.load(out / "a.npy")
        assert told(out)["maps"][0]["class"] == "dog"
    np.testing.assert_allclose(maps["own"], maps["unit"], atol=1e-6)
    assert np.abs(maps["bytes"]).max() > 100 * np.abs(maps["unit"]).max()
    logit = keras.saving.load_model(plain)
    chance = logit(images[1][:1] / 255.0).numpy()[0, 1]
    np.testing.assert_allclose(told(tmp_path / "unit")["maps"][0]["confidence"], chance, rtol=1e-5)


def test_networks_of_any_size_take_images_as_they_are(images, command, tmp_path):
    file, folder = users_model(tmp_path / "any.keras", shape=(None, None, 1)), tmp_path / "sizes"
    folder.mkdir()
    for name, size in (("a", (20, 30)), ("b", (40, 24))):
        write_image(np.full((*size, 1), 90, np.uint8), folder / f"{name}.png")
    how = ("--images", folder, "--input-range", "0..1", "--output", tmp_path / "maps")
    assert command("explain", file, *how)[0] == 0
    assert np.load(tmp_path / "maps" / "a.npy").shape == (18, 28)
    assert np.load(tmp_path / "maps" / "b.npy").shape == (38, 22)


def test_a_discriminator_and_its_class_head(images, command, tmp_path):
    plain = write_networks(tmp_path / "gan", *untrained_gan())
    how = ("--images", images[0] / "a.png", "--output")
    assert command("explain", plain, *how, tmp_path / "plain")[0] == 0
    values = (images[1][:1] / 127.5 - 1).astype(np.float32)
    network = keras.saving.load_model(plain / "models" / "discriminator.keras")
    logit = float(np.mean(network({"image": values})["logits"]))
    (row,) = told(tmp_path / "plain")["maps"]
    assert row["class"] == ("real" if logit > 0 else "fake")
    np.testing.assert_allclose(row["logit"], abs(logit), rtol=1e-4)
    heads = run_of(tmp_path / "acgan", "acgan", dataset="glyphs")
    assert command("explain", heads, "--class", "4", *how, tmp_path / "head")[0] == 0
    (row,) = told(tmp_path / "head")["maps"]
    assert row["class"] == "4"
    network = keras.saving.load_model(heads / "models" / "discriminator.keras")
    logit = float(network({"image": values})["class_logits"][0, 4])
    np.testing.assert_allclose(row["logit"], logit, atol=1e-5)
    given = run_of(tmp_path / "projection", "projection", dataset="glyphs")
    assert command("explain", given, "--class", "4,5", *how, tmp_path / "given")[0] == 0
    four, five = (row["logit"] for row in told(tmp_path / "given")["maps"])
    network = keras.saving.load_model(given / "models" / "discriminator.keras")
    for number, logit in ((4, four), (5, five)):
        label = np.eye(10, dtype=np.float32)[[number]]
        expected = float(network({"image": values, "label": label})["logits"][0, 0])
        np.testing.assert_allclose(logit, expected, atol=1e-5)
    status, _, err = command("explain", given, *how, tmp_path / "none")
    assert status == 2
    assert "takes a class: name it with --class (0, 1, 2" in err


def test_a_file_of_a_run_is_explained_as_the_run_is(classifier, images, command, tmp_path):
    file = classifier / "models" / "classifier.keras"
    how = ("--images", images[0], "--output")
    assert command("explain", classifier, *how, tmp_path / "run")[0] == 0
    assert command("explain", file, *how, tmp_path / "file")[0] == 0
    one, two = (told(tmp_path / name) for name in ("run", "file"))
    assert one.pop("explained") != two.pop("explained")
    assert one == two


@pytest.mark.parametrize("method", ["vae_attention", "reconstruction_error"])
def test_maps_of_what_a_vae_has_not_seen(method, vae, images, command, tmp_path):
    out = tmp_path / "maps"
    how = ("--images", images[0], "--method", method, "--output", out)
    status, _, err = command("explain", vae, *how)
    assert (status, err) == (0, "")
    shape = (4, 4) if method == "vae_attention" else (32, 32)
    for row in told(out)["maps"]:
        found = np.load(out / row["map"])
        assert found.shape == shape
        np.testing.assert_allclose(row["mean"], found.mean(), rtol=1e-5)


WRONG = [
    (("--class", "ten"), "--class ten: there is no such class (there are 0, 1, 2"),
    (("--layer", "conv_9"), "'conv_9' is none of its layers; did you mean 'conv_4'?"),
    (("--layer", "logits"), "'logits' has no height and width to map (there are conv_1"),
    (("--method", "vae_attention"), "--method vae_attention is for a run of vae"),
    (("--method", "deconvnet", "--layer", "conv_1"), "leave out --layer"),
    (("--method", "cams"), "invalid choice: 'cams'"),
    (("--classes", "a,b"), "--classes goes with a .keras file"),
    (("--input-range", "0..1"), "--input-range goes with a .keras file"),
]


@pytest.mark.parametrize(("how", "text"), WRONG)
def test_what_goes_wrong_is_one_line_and_leaves_nothing(
    how, text, classifier, images, command, tmp_path
):
    out = tmp_path / "maps"
    status, _, err = command("explain", classifier, "--images", images[0], "--output", out, *how)
    assert status == 2
    assert text in err
    assert err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_images_of_another_size_are_refused_or_fitted(classifier, images, command, tmp_path):
    folder, out = tmp_path / "images", tmp_path / "maps"
    folder.mkdir()
    write_image(images[1][0], folder / "a.png")
    write_image(np.full((40, 64, 1), 90, np.uint8), folder / "b.png")
    how = ("--images", folder, "--output", out)
    status, _, err = command("explain", classifier, *how)
    assert status == 2
    assert "b.png is 64x40, " in err
    assert "takes 32x32; --fit crop" in err
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["images"]
    assert command("explain", classifier, *how, "--fit", "pad")[0] == 0
    assert read(out / "b.png").shape == (32, 32, 3)


def test_networks_that_cannot_be_explained_are_refused(vae, images, command, tmp_path):
    flat = keras.Sequential([keras.Input((32, 32, 1)), layers.Flatten(), layers.Dense(2)])
    flat.save(tmp_path / "flat.keras")
    keras.Sequential([keras.Input((4,)), layers.Dense(2)]).save(tmp_path / "points.keras")
    plain = users_model(tmp_path / "plain.keras")
    cases = [
        (tmp_path / "flat.keras", ("--input-range", "0..1"), "has no convolution whose output"),
        (tmp_path / "points.keras", ("--input-range", "0..1"), "does not take one image"),
        (plain, (), "does not say which values its images have: add --input-range"),
        (plain, ("--input-range", "1..0"), "needs LOW..HIGH"),
        (plain, ("--input-range", "0..1", "--classes", "a"), "--classes has 1 names, "),
        (tmp_path / "none.keras", (), "no such file"),
        (tmp_path / "none", (), "none does not exist"),
        (vae, ("--method", "cam"), "--method cam needs a network that tells classes apart"),
        (vae, ("--class", "1"), "--class needs a network that tells classes apart"),
    ]
    for place, how, text in cases:
        out = tmp_path / "maps"
        status, _, err = command("explain", place, "--images", images[0], "--output", out, *how)
        assert status == 2
        assert text in err
        assert err.count("\n") == 1
        assert not out.exists()


def test_where_a_generator_works_for_a_label(inks, images, command, tmp_path):
    folder, batch = images
    out = tmp_path / "maps"
    how = ("--images", folder, "--class", "blue,0", "--output", out)
    assert command("explain", inks, *how)[0] == 0
    generator, judge = (
        keras.saving.load_model(inks / "models" / f"{name}.keras")
        for name in ("generator", "discriminator")
    )
    rows = told(out)["maps"]
    assert {row["class"] for row in rows} == {"blue", "red"}
    row = next(row for row in rows if (row["image"], row["class"]) == ("b.png", "blue"))
    image = np.repeat(batch[1:2] / 127.5 - 1, 3, axis=-1).astype(np.float32)
    made = generator({"input": image, "label": np.float32([[0, 0, 1, 0]])})["image"]
    logits = judge({"image": made})["class_logits"].numpy()
    np.testing.assert_allclose(row["logit"], logits[0, 2], atol=1e-5)
    pixels = np.rint((made.numpy()[0] + 1) * 127.5)
    shown = read(out / row["translation"])[..., ::-1].astype(float)
    assert np.abs(shown - pixels).max() <= 1
    assert np.load(out / row["map"]).shape == (8, 8)
    assert read(out / row["picture"]).shape == (32, 32, 3)
    assert told(out)["layer"] == "block_1_2_norm"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((), "the generator takes a label: name it with --class (red, green, blue, yellow)"),
        (("--class", "rad"), "no such class; did you mean 'red'"),
        (("--class", "red", "--method", "cam"), "leave --method out"),
        (("--class", "red", "--layer", "down_1_conv"), "leave --layer out"),
        (("--class", "red", "--layer", "generator_attention"), "leave --layer out"),
    ],
)
def test_what_a_generator_cannot_be_asked(options, message, inks, images, command, tmp_path):
    how = ("--images", images[0], "--output", tmp_path / "maps")
    status, _, err = command("explain", inks, *how, *options)
    assert status == 2
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "maps").exists()
