"""`main.py translate` with label maps, instances, references and latents, on tiny networks."""

import json

import cv2
import keras
import numpy as np
import pytest

from nets.translation.labels.condition import condition
from tfgan_kit.fields import (
    IGNORED,
    ids_field,
    image_field,
    instances_field,
    latent_field,
)
from tfgan_kit.fields.boundaries import boundary_map
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.uses import Call, Use, write_uses

IDS = ids_field((8, 8), ("a", "b", "c", IGNORED)).of_any_size(1)
INSTANCES = instances_field((8, 8)).of_any_size(1)
IMAGE = image_field((8, 8, 3)).of_any_size(1)
SETTINGS = {"seed": 5, "depth": "8", "value_range": None, "pages": "first"}


# Channels of the input, classes and then boundaries -> red, green and blue.
COLOURS = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [0.5, 0, 0]], "float32")


@pytest.fixture
def run(tmp_path):
    """A run that adds a latent to the colours of classes, or the mean colour of a reference."""
    models = tmp_path / "run" / "models"
    models.mkdir(parents=True)
    content = {"method": "spade", "settings": SETTINGS}
    (tmp_path / "run" / "config.json").write_text(json.dumps(content))
    labels = keras.Input((None, None, 4), name="ids")
    instances = keras.Input((None, None), dtype="int32", name="instances")
    latent = keras.Input((3,), name="latent")
    joined = condition(4)({"input": labels, "instances": instances})["condition"]
    colours = keras.layers.Conv2D(3, 1, use_bias=False)
    drawn = colours(joined)
    colours.set_weights([COLOURS[None, None]])
    added = keras.layers.Reshape((1, 1, 3))(latent)
    image = keras.layers.Rescaling(1.0)(keras.layers.Add()([drawn, added]))
    inputs = {"ids": labels, "instances": instances, "latent": latent}
    keras.Model(inputs, {"image": image}).save(models / "generator.keras")
    reference = keras.Input((None, None, 3), name="image")
    mean = keras.layers.GlobalAveragePooling2D()(reference)
    keras.Model({"image": reference}, {"mean": mean}).save(models / "encoder.keras")
    scene = {"ids": IDS, "instances": INSTANCES}
    generate = Call("generator", {name: name for name in inputs}, {"image": "image"})
    encode = Call("encoder", {"image": "reference"}, {"mean": "latent"})
    uses = [
        Use("translate", (generate,), scene | {"latent": latent_field(3)}, {"image": IMAGE}),
        Use(
            "translate_reference",
            (encode, generate),
            scene | {"reference": IMAGE},
            {"image": IMAGE},
        ),
    ]
    write_uses(uses, tmp_path / "run" / "uses.json")
    return tmp_path / "run"


@pytest.fixture
def maps(tmp_path):
    """A label map with a pixel of no class, and instances in the colours of a PNG."""
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 3, (6, 7)).astype(np.uint8)
    ids[0, 0] = 255
    instances = rng.integers(0, 20, (6, 7))
    cv2.imwrite(str(tmp_path / "ids.png"), ids)
    colours = np.stack([0 * instances, 0 * instances, instances], -1)  # BGR
    cv2.imwrite(str(tmp_path / "instances.png"), colours.astype(np.uint8))
    return ids, instances


def expected(ids, instances, latent):
    boundary = boundary_map(instances[None])[0, ..., 0].numpy()
    image = np.stack([boundary / 2, ids == 1, ids == 2], -1) + latent
    return np.rint((image + 1) * 127.5).clip(0, 255)


def read(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def translate(command, tmp_path, *options):
    out = tmp_path / "out"
    given = ["--input", tmp_path / "ids.png", "--instances", tmp_path / "instances.png"]
    status, _, err = command("translate", tmp_path / "run", *given, "--output", out, *options)
    assert (status, err) == (0, "")
    return out


def test_latents_are_drawn_by_the_seed(run, maps, command, tmp_path):
    out = translate(command, tmp_path, "--seed", 3, "--samples", 2)
    for number in (0, 1):
        latent = fixed_latents("normal", 3 + number, 1, 3)[0]
        made = read(out / f"ids_s{number:02d}.png").astype(float)
        assert np.abs(made - expected(*maps, latent)).max() <= 1


def test_a_reference_takes_the_place_of_the_latent(run, maps, command, tmp_path):
    colour = np.array([51, 102, 204], np.uint8)  # RGB
    cv2.imwrite(str(tmp_path / "look.png"), np.full((9, 5, 3), colour[::-1]))
    out = translate(command, tmp_path, "--reference", tmp_path / "look.png")
    made = read(out / "ids.png").astype(float)
    assert np.abs(made - expected(*maps, colour / 127.5 - 1)).max() <= 1


def test_what_is_missing_or_too_much_is_said(run, maps, refused, tmp_path):
    given = ["translate", run, "--input", tmp_path / "ids.png", "--output", tmp_path / "out"]
    assert "also needs --instances" in refused(*given)
    assert "--strokes" in refused(*given, "--strokes", tmp_path / "ids.png")
    # The number of "ignore" inside the run is none that a file has.
    cv2.imwrite(str(tmp_path / "ids.png"), np.full((4, 4), 3, np.uint8))
    told = refused(*given, "--instances", tmp_path / "instances.png")
    assert "has the id 3, but the run knows 3, 0 to 2" in told
