"""The SavedModel computes what the run's networks do, under the names that clients rely on."""

import json
import re
import shutil

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.export.conftest import SIZE
from tfgan_kit.export.export import export
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.pictures.images import to_uint8

LATENTS = np.random.default_rng(0).normal(size=(4, SIZE)).astype(np.float32)
OUTPUTS = {"single": ["image"], "joint": ["image_a", "image_b"], "points": ["image"]}


@pytest.fixture(scope="module")
def signatures(served):
    models = {name: tf.saved_model.load(str(path)) for name, path in served.items()}
    return {name: model.signatures for name, model in models.items()}


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_latent_gives_what_the_generator_gives(signatures, loaded, name):
    expected = loaded[name](LATENTS, training=False)
    serve = signatures[name]["serving_default"]
    for rows in (4, 1):  # The batch is free.
        given = serve(latent=tf.constant(LATENTS[:rows]))
        assert sorted(given) == OUTPUTS[name]
        for output, images in given.items():
            assert images.dtype == tf.float32
            np.testing.assert_allclose(images, expected[output][:rows], rtol=0, atol=1e-5)
            assert np.abs(images).max() > 0.01


def test_normalization_is_in_inference_mode(signatures, single):
    # A copy: the pass changes its moving averages.
    network = keras.saving.load_model(single / "models" / "generator.keras", compile=False)
    in_training = network(LATENTS, training=True)["image"]
    given = signatures["single"]["serving_default"](latent=tf.constant(LATENTS))["image"]
    assert np.abs(in_training - given).max() > 0.01


def test_each_domain_has_an_endpoint(signatures, loaded):
    expected = loaded["joint"](LATENTS, training=False)
    for letter in "ab":
        given = signatures["joint"][f"domain_{letter}"](latent=tf.constant(LATENTS))
        assert list(given) == ["image"]
        np.testing.assert_allclose(given["image"], expected[f"image_{letter}"], atol=1e-5)
    both = signatures["joint"]["joint"](latent=tf.constant(LATENTS))
    np.testing.assert_allclose(both["image_b"], expected["image_b"], atol=1e-5)
    assert np.abs(both["image_a"] - both["image_b"]).max() > 0.01


def assert_alike(given, images):
    """Compares samples with floats, bytes up to one: another size of batch rounds otherwise."""
    given = given.numpy()
    assert given.shape == images.shape
    if given.dtype == np.uint8:
        assert np.abs(given.astype(int) - to_uint8(images)).max() <= 1
        assert (given == to_uint8(images)).mean() > 0.99
    else:
        np.testing.assert_allclose(given, images, rtol=0, atol=1e-5)


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_seed_stands_for_a_picture(signatures, loaded, name):
    sample = signatures[name]["sample"]
    alone = sample(seed=tf.constant([7], tf.int64))
    among = sample(seed=tf.constant([2**40, -1, 7], tf.int64))
    size, distribution = [SIZE], "uniform" if name == "joint" else "normal"
    draw = getattr(tf.random, f"stateless_{distribution}")
    low = {"minval": -1.0, "maxval": 1.0} if distribution == "uniform" else {}
    latent = draw(size, tf.constant([7, 1], tf.int64), alg="philox", **low)
    expected = loaded[name](latent[None], training=False)
    for output in OUTPUTS[name]:
        assert alone[output].dtype == (tf.float32 if name == "points" else tf.uint8)
        images = expected[output].numpy()
        assert_alike(alone[output], images)
        assert_alike(among[output][2:], images)
        other = among[output][:1].numpy()
        assert (other != alone[output].numpy()).any()


@pytest.mark.parametrize("name", OUTPUTS)
def test_a_count_gives_the_samples_of_the_run(signatures, loaded, name):
    given = signatures[name]["sample_count"](count=tf.constant(3))
    latents = fixed_latents("uniform" if name == "joint" else "normal", 3, 3, SIZE)
    expected = loaded[name](latents, training=False)
    for output in OUTPUTS[name]:
        assert_alike(given[output], expected[output].numpy())


@pytest.mark.parametrize("name", ["single", "joint"])
def test_png_files_hold_the_samples(signatures, name):
    seeds = tf.constant([1, 2], tf.int64)
    files = signatures[name]["sample_png"](seed=seeds)
    images = signatures[name]["sample"](seed=seeds)
    for output in OUTPUTS[name]:
        for file, image in zip(files[f"{output}_bytes"].numpy(), images[output], strict=True):
            assert file.startswith(b"\x89PNG")
            np.testing.assert_array_equal(tf.io.decode_png(file), image)


def test_scores_are_the_discriminators(signatures, single, joint):
    draw = np.random.default_rng(1)
    gray, a, b = (
        draw.uniform(-1, 1, (2, 32, 32, channels)).astype(np.float32) for channels in (1, 3, 3)
    )
    one, two = (
        keras.saving.load_model(run / "models" / "discriminator.keras", compile=False)
        for run in (single, joint)
    )
    given = signatures["single"]["score"](image=tf.constant(gray))
    assert list(given) == ["logits"]
    np.testing.assert_allclose(given["logits"], one(gray, training=False)["logits"], atol=1e-5)
    expected = two({"image_a": a, "image_b": b}, training=False)
    given = signatures["joint"]["score"](image_a=tf.constant(a), image_b=tf.constant(b))
    alone = signatures["joint"]["score_b"](image=tf.constant(b))
    assert sorted(given) == ["logits_a", "logits_b"]
    for logits, output in [(alone["logits"], "logits_b"), *((v, k) for k, v in given.items())]:
        np.testing.assert_allclose(logits, expected[output], rtol=1e-5, atol=1e-5)


def test_transform_goes_through_the_encoder(signatures, joint, loaded):
    image = np.random.default_rng(2).uniform(-1, 1, (2, 32, 32, 3)).astype(np.float32)
    encoder = keras.saving.load_model(joint / "models" / "encoder.keras", compile=False)
    latent = encoder(image)["latent"]
    given = signatures["joint"]["transform"](image=tf.constant(image))
    assert sorted(given) == ["image_a", "image_b", "latent"]
    np.testing.assert_allclose(given["latent"], latent, rtol=1e-5, atol=1e-5)
    expected = loaded["joint"](latent, training=False)["image_b"]
    np.testing.assert_allclose(given["image_b"], expected, atol=1e-5)


def test_names_are_stable(signatures, points, tmp_path):
    of_generator = {"serving_default", "sample", "sample_count", "sample_png"}
    assert set(signatures["single"]) == of_generator | {"score"}
    assert set(signatures["points"]) == of_generator - {"sample_png"}
    domains = {"joint", "domain_a", "domain_b", "transform", "score", "score_a", "score_b"}
    assert set(signatures["joint"]) == of_generator | domains
    export(points, output=tmp_path / "again")
    first, second = (
        {
            name: (f.structured_input_signature, [t.name for t in f.inputs[:1] + f.outputs])
            for name, f in found.items()
        }
        for found in (
            signatures["points"],
            tf.saved_model.load(str(tmp_path / "again" / "1")).signatures,
        )
    )
    assert first == second


def test_nothing_of_the_training_is_inside(single, served, loaded, tmp_path):
    export(single, output=tmp_path / "plain")
    reader = tf.train.load_checkpoint(str(tmp_path / "plain" / "1" / "variables" / "variables"))
    shapes = reader.get_variable_to_shape_map()
    stored = [shape for name, shape in shapes.items() if "VARIABLE_VALUE" in name]
    assert sorted(stored) == sorted(list(w.shape) for w in loaded["single"].weights)
    assert "score" not in tf.saved_model.load(str(tmp_path / "plain" / "1")).signatures
    for folder in (served["joint"], tmp_path / "plain" / "1"):
        content = (folder / "saved_model.pb").read_bytes()
        names = rb"(?i)adam|optimizer|gradient|classifier|vgg|/home/|conftest|tfgan_kit/"
        assert not re.search(names, content)


def test_metadata_and_card_tell_where_it_is_from(served):
    told = json.loads((served["single"] / "metadata.json").read_text())
    card = (served["single"] / "MODEL_CARD.md").read_text()
    assert told["version"] == 1
    assert told["name"] == "single"
    assert told["steps"] == 4
    assert told["evaluation"]["kid"] == 0.25
    assert told["settings"]["dataset"] == "a,folder:b c"
    assert told["settings"]["evaluate_features"] == "classifier:judge.keras"
    assert told["evaluation"]["protocols"]["kid"]["real"] == "digits, 200 images"
    assert "/home/" not in json.dumps(told) + card
    assert "| image size | 32 |" in card
    assert told["signatures"]["sample"] == {
        "inputs": {"seed": {"dtype": "int64", "shape": [None]}},
        "outputs": {"image": {"dtype": "uint8", "shape": [None, 32, 32, 1]}},
    }
    assert max(told["parity"]["largest_difference"].values()) <= 1e-5
    for line in (
        "generated:digits: 60,000 examples",
        "| kid | 0.25 |",
        "count 200",
        "`sample_png`",
    ):
        assert line in card
    assert "Nothing was measured" in (served["joint"] / "MODEL_CARD.md").read_text()


def test_the_card_names_what_played_a_part_and_on_how_many_samples(single, tmp_path):
    run = shutil.copytree(single, tmp_path / "run")
    content = json.loads((run / "config.json").read_text())
    content["settings"] |= {
        "penalty": "none",
        "penalty_weight": 10.0,
        "semantic_weight": 0.0,
        "semantic_form": "divergence",
        "feature_weight": 0.5,
    }
    (run / "config.json").write_text(json.dumps(content))
    (run / "evaluation.json").write_text(json.dumps([{"step": 4, "samples": 2000, "modes": 9}]))
    export(run, output=tmp_path / "out", format="keras")
    card = (tmp_path / "out" / "1" / "MODEL_CARD.md").read_text()
    assert "| feature weight | 0.5 |" in card
    assert "penalty" not in card
    assert "semantic" not in card
    assert "At step 4, on 2,000 samples" in card
    assert "| samples |" not in card
    content["settings"] |= {"penalty": "wgan_gp", "semantic_weight": 2.0}
    (run / "config.json").write_text(json.dumps(content))
    export(run, output=tmp_path / "out", format="keras")
    card = (tmp_path / "out" / "2" / "MODEL_CARD.md").read_text()
    for line in ("| penalty weight | 10 |", "| semantic form | divergence |"):
        assert line in card
