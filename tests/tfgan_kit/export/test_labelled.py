"""Exports of runs with labels: every class, mixtures, attributes, and a classifier."""

import dataclasses
import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from nets import cogan, dcgan
from tests.tfgan_kit.export.conftest import SIZE, filled, make_run
from tests.tfgan_kit.export.test_other_formats import needed
from tests.tfgan_kit.export.test_requests import tensors_of, warmed_up
from tfgan_kit.commands.sample import sample
from tfgan_kit.export.export import export
from tfgan_kit.fields import (
    Field,
    attribute_field,
    class_field,
    image_field,
    latent_field,
    vector_field,
)
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.uses import Call, Use, generate, score, write_uses

SHAPE = (32, 32, 1)
PETS = class_field(("cat", "dog", "fox"), unknown=True)
FACE = dataclasses.replace(attribute_field(("Male", "Smiling")), examples=((1, 0), (1, 1), (0, 1)))
NUMBERS = (0, 1, 2, -1)
LATENTS = np.random.default_rng(0).normal(size=(4, SIZE)).astype(np.float32)


def labelled(path, field):
    """A run whose DCGAN gets the label's weights beside the latent."""
    latent = keras.Input((SIZE,), name="latent")
    label = keras.Input(field.network_shape, name="label")
    joined = keras.layers.Concatenate()([latent, label])
    network = filled(dcgan.generator(SHAPE, SIZE + label.shape[1], width=0.02), 5)
    network = keras.Model({"latent": latent, "label": label}, network(joined))
    run = make_run(path, {"generator": network}, method="cgan")
    uses = [generate({"image": image_field(SHAPE)}, latent_field(SIZE), field)]
    write_uses(uses, run / "uses.json")
    return run


@pytest.fixture(scope="module")
def pets(tmp_path_factory):
    return labelled(tmp_path_factory.mktemp("runs") / "pets", PETS)


@pytest.fixture(scope="module")
def version(pets, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "pets"
    export(pets, output=out)
    return out / "1"


@pytest.fixture(scope="module")
def signatures(version):
    return tf.saved_model.load(str(version)).signatures


@pytest.fixture(scope="module")
def network(pets):
    return keras.saving.load_model(pets / "models" / "generator.keras", compile=False)


def of_weights(network, weights, latents=LATENTS):
    weights = np.broadcast_to(np.asarray(weights, np.float32), (len(latents), 4))
    return network({"latent": latents, "label": weights}, training=False)["image"].numpy()


def labels(number):
    return tf.fill((len(LATENTS),), tf.constant(number, tf.int32))


def test_names_of_signatures(signatures):
    assert set(signatures) == {"serving_default", "mix", "sample", "sample_count", "sample_png"}
    takes = {n: f.structured_input_signature[1] for n, f in signatures.items()}
    assert {n: sorted(t) for n, t in takes.items()} == {
        "serving_default": ["label", "latent"],
        "mix": ["label_weights", "latent"],
        "sample": ["label", "seed"],
        "sample_count": ["count"],
        "sample_png": ["label", "seed"],
    }
    assert takes["serving_default"]["label"].dtype == tf.int32
    assert takes["sample"]["label"].shape.as_list() == [None]
    assert takes["mix"]["label_weights"].shape.as_list() == [None, 4]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_class_gives_what_the_network_gives(signatures, network, number):
    expected = of_weights(network, np.eye(4)[number])
    latent = tf.constant(LATENTS)
    given = signatures["serving_default"](latent=latent, label=labels(number))["image"]
    np.testing.assert_allclose(given, expected, rtol=0, atol=1e-5)
    one_hot = tf.constant(np.eye(4, dtype=np.float32)[[number] * 4])
    mixed = signatures["mix"](latent=latent, label_weights=one_hot)["image"]
    np.testing.assert_array_equal(mixed, given)  # The end of a walk between classes.
    others = [of_weights(network, np.eye(4)[n]) for n in NUMBERS if n != number]
    assert min(np.abs(expected - other).max() for other in others) > 0.01


def test_a_mixture_of_classes(signatures, network):
    weights = np.array([0.25, 0.75, 0, 0], np.float32)
    rows = tf.constant(np.tile(weights, (4, 1)))
    given = signatures["mix"](latent=tf.constant(LATENTS), label_weights=rows)["image"]
    np.testing.assert_allclose(given, of_weights(network, weights), rtol=0, atol=1e-5)


def test_a_seed_with_a_label(signatures, network):
    seeds, numbers = tf.constant([7, -2, 7], tf.int64), tf.constant([2, 0, -1])
    draw = [tf.random.stateless_normal([SIZE], [s, 1], alg="philox") for s in seeds]
    latents = tf.stack(draw).numpy()
    expected = to_uint8(of_weights(network, np.eye(4)[numbers.numpy()], latents))
    given = signatures["sample"](seed=seeds, label=numbers)["image"].numpy()
    assert np.abs(given.astype(int) - expected).max() <= 1
    files = signatures["sample_png"](seed=seeds, label=numbers)["image_bytes"]
    for file, image in zip(files, given, strict=True):
        np.testing.assert_array_equal(tf.io.decode_png(file), image)


def test_the_first_pictures_are_those_of_sample(signatures, pets, tmp_path):
    given = signatures["sample_count"](count=tf.constant(7))["image"].numpy()
    sample(pets, count=7, output=tmp_path / "x")
    files = sorted((tmp_path / "x").glob("*.png"))
    assert [f.stem.partition("-")[2] for f in files] == [PETS.names[i % 3] for i in range(7)]
    for image, file in zip(given, files, strict=True):
        written = tf.io.decode_png(file.read_bytes()).numpy()
        assert np.abs(image.astype(int) - written).max() <= 1


def test_warm_up_and_rest_requests_are_valid(version, signatures):
    pytest.importorskip("tensorflow_serving.apis.predict_pb2")
    asked = {}
    for request in warmed_up(version):
        tensors = asked[request.model_spec.signature_name] = tensors_of(request)
        assert {len(t) for t in tensors.values()} == {1}
        signatures[request.model_spec.signature_name](**tensors)
    assert set(asked) == set(signatures) - {"sample_count"}
    body = json.loads((version / "requests" / "sample_png.json").read_text())
    assert body == {"signature_name": "sample_png", "inputs": {"label": [0], "seed": [1]}}


def test_metadata_and_card_name_the_classes(version):
    told = json.loads((version / "metadata.json").read_text())
    names = ["cat", "dog", "fox"]
    assert told["label"] == {"kind": "class", "names": names, "unknown": True}
    for name in ("serving_default", "sample", "sample_png"):
        assert told["signatures"][name]["about"] == "label: 0 cat, 1 dog, 2 fox, -1 unknown"
    assert told["signatures"]["mix"]["about"] == "label_weights: cat, dog, fox, unknown"
    assert max(told["parity"]["largest_difference"].values()) <= 1e-5
    card = (version / "MODEL_CARD.md").read_text()
    assert "values of N(0, 1) and a class out of cat, dog, fox, unknown. It has" in card
    for about in (
        "label: 0 cat, 1 dog, 2 fox, -1 unknown",
        "label_weights: cat, dog, fox, unknown",
    ):
        assert card.count(f"\n\n{about}\n\n") == 1


def test_keras(pets, network, tmp_path):
    export(pets, output=tmp_path / "out", format="keras")
    copy = keras.saving.load_model(tmp_path / "out" / "1" / "model.keras", compile=False)
    for weights in (*np.eye(4), [0.5, 0.5, 0, 0]):
        expected = of_weights(network, weights)
        np.testing.assert_allclose(of_weights(copy, weights), expected, rtol=0, atol=1e-5)
    card = (tmp_path / "out" / "1" / "MODEL_CARD.md").read_text()
    assert "`model.keras` takes `latent` and `label` (weights, floats) and gives" in card


def test_onnx(pets, network, tmp_path):
    needed("tf2onnx")
    onnxruntime = needed("onnxruntime")
    export(pets, output=tmp_path / "out", format="onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "out" / "1" / "model.onnx"))
    assert sorted(i.name for i in session.get_inputs()) == ["label", "latent"]
    for rows in (4, 1):
        for number in NUMBERS:
            label = np.full(rows, number, np.int32)
            (given,) = session.run(["image"], {"latent": LATENTS[:rows], "label": label})
            expected = of_weights(network, np.eye(4)[number])[:rows]
            np.testing.assert_allclose(given, expected, rtol=0, atol=1e-5)


def test_tflite(pets, network, tmp_path):
    interpreter = needed("ai_edge_litert.interpreter")
    export(pets, output=tmp_path / "out", format="tflite")
    path = str(tmp_path / "out" / "1" / "model.tflite")
    serve = interpreter.Interpreter(model_path=path).get_signature_runner("serving_default")
    for rows in (4, 1):
        for number in NUMBERS:
            label = np.full(rows, number, np.int32)
            given = serve(latent=LATENTS[:rows], label=label)["image"]
            expected = of_weights(network, np.eye(4)[number])[:rows]
            np.testing.assert_allclose(given, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("unknown", [False, True])
def test_attributes(tmp_path, unknown):
    field = dataclasses.replace(FACE, unknown=unknown)
    run = labelled(tmp_path / "run", field)
    export(run, output=tmp_path / "out")
    signatures = tf.saved_model.load(str(tmp_path / "out" / "1")).signatures
    assert "mix" not in signatures
    network = keras.saving.load_model(run / "models" / "generator.keras", compile=False)
    rows = np.array([(0, 0), (0, 1), (1, 0), (1, 1)], np.int32)
    if unknown:
        rows[0] = (-1, 1)
    weights = np.maximum(rows, 0).astype(np.float32)
    if unknown:
        weights = np.concatenate([weights, (rows >= 0).astype(np.float32)], axis=1)
    expected = network({"latent": LATENTS, "label": weights}, training=False)["image"]
    given = signatures["serving_default"](latent=tf.constant(LATENTS), label=tf.constant(rows))
    np.testing.assert_allclose(given["image"], expected, rtol=0, atol=1e-5)
    first = signatures["sample_count"](count=tf.constant(4))["image"].numpy()
    generator = SavedGenerator(run)
    inputs = generator.inputs(None, 4)
    assert inputs["label"].tolist() == [[1, 0], [1, 1], [0, 1], [1, 0]]
    assert np.abs(first.astype(int) - to_uint8(*generator.render(inputs))).max() <= 1
    card = (tmp_path / "out" / "1" / "MODEL_CARD.md").read_text()
    assert "and attributes out of Male, Smiling" in card


def test_domains_and_scores_with_a_label(tmp_path):
    latent, label = keras.Input((SIZE,), name="latent"), keras.Input((4,), name="label")
    joined = keras.layers.Concatenate()([latent, label])
    inner = filled(cogan.generator([SHAPE] * 2, SIZE + 4, width=0.02, shared_layers=2), 8)
    made = {name: tensor for name, tensor in inner(joined).items() if name.startswith("image")}
    generator = keras.Model({"latent": latent, "label": label}, made)
    image = keras.Input(SHAPE, name="image")
    features = keras.layers.Concatenate()([keras.layers.Flatten()(image), label])
    judged = {"logits": keras.layers.Dense(1)(features)}
    discriminator = filled(keras.Model({"image": image, "label": label}, judged), 9)
    networks = {"generator": generator, "discriminator": discriminator}
    run = make_run(tmp_path / "run", networks, method="cgan")
    outputs = {f"image_{letter}": image_field(SHAPE) for letter in "ab"}
    seen = {"image": image_field(SHAPE), "label": PETS}
    uses = [generate(outputs, latent_field(SIZE), PETS), score(seen, ["logits"])]
    write_uses(uses, run / "uses.json")
    export(run, output=tmp_path / "out", score=True)
    signatures = tf.saved_model.load(str(tmp_path / "out" / "1")).signatures
    of_generator = {"serving_default", "joint", "mix", "sample", "sample_count", "sample_png"}
    assert set(signatures) == of_generator | {"domain_a", "domain_b", "score"}
    for number in NUMBERS:
        weights = tf.one_hot([number % 4] * 4, 4)
        latents = tf.constant(LATENTS)
        expected = generator({"latent": latents, "label": weights}, training=False)
        for letter in "ab":
            given = signatures[f"domain_{letter}"](latent=latents, label=labels(number))
            wanted = expected[f"image_{letter}"]
            np.testing.assert_allclose(given["image"], wanted, rtol=0, atol=1e-5)
        images = expected["image_a"]
        given = signatures["score"](image=images, label=labels(number))["logits"]
        wanted = discriminator({"image": images, "label": weights}, training=False)["logits"]
        np.testing.assert_allclose(given, wanted, rtol=1e-5, atol=1e-5)


@pytest.fixture(scope="module")
def classifier(tmp_path_factory):
    image = keras.Input(SHAPE, name="image")
    logits = keras.layers.Dense(3)(keras.layers.Flatten()(image))
    outputs = {"logits": logits, "probabilities": keras.layers.Softmax()(logits)}
    network = filled(keras.Model({"image": image}, outputs), 6)
    path = tmp_path_factory.mktemp("runs") / "classifier"
    run = make_run(path, {"classifier": network}, method="classifier")
    call = Call("classifier", {"image": "image"}, {name: name for name in outputs})
    told = Field("vector", (3,), names=PETS.names)
    fields = {"image": image_field(SHAPE)}, dict.fromkeys(outputs, told)
    write_uses([Use("classify", (call,), *fields)], run / "uses.json")
    return run


IMAGES = np.random.default_rng(1).uniform(-1, 1, (3, *SHAPE)).astype(np.float32)


def test_a_classifier(classifier, tmp_path):
    export(classifier, output=tmp_path / "out")
    folder = tmp_path / "out" / "1"
    signatures = tf.saved_model.load(str(folder)).signatures
    assert set(signatures) == {"classify", "serving_default"}
    network = keras.saving.load_model(classifier / "models" / "classifier.keras", compile=False)
    expected = network({"image": IMAGES}, training=False)
    for signature in signatures.values():
        for rows in (3, 1):
            given = signature(image=tf.constant(IMAGES[:rows]))
            assert sorted(given) == ["logits", "probabilities"]
            for name, values in given.items():
                np.testing.assert_allclose(values, expected[name][:rows], rtol=1e-5, atol=1e-5)
    told = json.loads((folder / "metadata.json").read_text())
    assert (told["use"], told["tells"]) == ("classify", ["cat", "dog", "fox"])
    assert told["latent"] is told["label"] is None
    assert told["image"] == {"shape": [32, 32, 1], "range": [-1, 1], "domains": []}
    card = (folder / "MODEL_CARD.md").read_text()
    assert "It can classify: it takes images of 32x32x1 and tells cat, dog, fox apart" in card
    assert "makes what resembles" not in card
    assert sorted(p.name for p in (folder / "requests").iterdir()) == [
        "classify.json",
        "serving_default.json",
    ]


@pytest.mark.parametrize("format", ["keras", "onnx", "tflite"])
def test_a_classifier_in_other_formats(classifier, tmp_path, format):
    for module in {"onnx": ("tf2onnx", "onnxruntime"), "tflite": ("ai_edge_litert",)}.get(
        format, ()
    ):
        needed(module)
    told = export(classifier, output=tmp_path / "out", format=format)
    assert told.values["largest_difference"] <= 1e-5
    card = (tmp_path / "out" / "1" / "MODEL_CARD.md").read_text()
    assert f"`model.{format}` takes `image`, floats in [-1, 1]" in card


def test_vectors(tmp_path):
    rows = np.array([(0.5, -2), (1, 0.25), (np.nan, np.nan), (0, 3)], np.float32)
    field = dataclasses.replace(vector_field(2), examples=((0.5, -2.0),), unknown=True)
    run = labelled(tmp_path / "run", field)
    export(run, output=tmp_path / "out")
    signatures = tf.saved_model.load(str(tmp_path / "out" / "1")).signatures
    assert set(signatures) == {"serving_default", "sample", "sample_count", "sample_png"}
    network = keras.saving.load_model(run / "models" / "generator.keras", compile=False)
    weights = np.array([(0.5, -2, 1), (1, 0.25, 1), (0, 0, 0), (0, 3, 1)], np.float32)
    expected = network({"latent": LATENTS, "label": weights}, training=False)["image"]
    given = signatures["serving_default"](latent=tf.constant(LATENTS), label=tf.constant(rows))
    np.testing.assert_allclose(given["image"], expected, rtol=0, atol=1e-5)
    first = signatures["sample_count"](count=tf.constant(2))["image"].numpy()
    inputs = SavedGenerator(run).inputs(None, 2)
    made = SavedGenerator(run).render(inputs)
    assert np.abs(first.astype(int) - to_uint8(*made)).max() <= 1
    card = (tmp_path / "out" / "1" / "MODEL_CARD.md").read_text()
    assert "and a label of 2 numbers. It has" in card
    assert "\n\nlabel: 2 numbers, all NaN: unknown\n\n" in card
