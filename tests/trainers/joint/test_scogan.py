"""SCoGAN: each term against NumPy, whom it reaches, and what it leaves alone."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tests.trainers.small import SGD, STILL, build, save_classifier, step
from tfgan_kit.errors import UserError
from tfgan_kit.perceptual import weights as published
from tfgan_kit.runs.checkpoints import Checkpoints

VGG = {
    "perceptual_network": "vgg16",
    "content_layers": ("block2_conv1",),
    "style_layers": ("block1_conv1", "block2_conv1"),
}
WEIGHTS = {
    "feature_weight": 3.0,
    "semantic_weight": 5.0,
    "cycle_weight": 7.0,
    "content_weight": 11.0,
    "style_weight": 13.0,
    "balance_weight": 17.0,
}
TERMS = {
    "feature_weight": {"feature"},
    "semantic_weight": {"semantic"},
    "cycle_weight": {"cycle"},
    "content_weight": {"content"},
    "style_weight": {"style_a", "style_b"},
    "balance_weight": {"balance"},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A classifier, and the first two blocks of a VGG16, both with random weights."""
    path = tmp_path_factory.mktemp("files")
    return {
        "classifier": save_classifier(path / "classifier.keras"),
        "perceptual_weights": str(write_npz(path / "vgg.npz", "vgg16", draw("vgg16", blocks=2))),
    }


def couple(files, *names, **settings):
    """A trainer with these terms."""
    used = {}
    if {"semantic_weight", "balance_weight"} & set(names):
        used["classifier"] = files["classifier"]
    if {"content_weight", "style_weight"} & set(names):
        used |= {"perceptual_weights": files["perceptual_weights"], **VGG}
    return build("scogan", **{n: WEIGHTS[n] for n in names}, **used, **settings)


@pytest.mark.parametrize(
    "names",
    [
        (),
        *((name,) for name in TERMS),
        ("feature_weight", "semantic_weight"),
        ("semantic_weight", "cycle_weight"),
        ("feature_weight", "cycle_weight"),
        ("semantic_weight", "balance_weight"),
    ],
    ids=lambda names: "+".join(n.removesuffix("_weight") for n in names) or "uncoupled",
)
def test_each_term_is_logged_and_weighted(names, files):
    trainer, feed = couple(files, *names)
    reals = [tf.constant(images) for images in feed.reference(8)]
    values = trainer.update(trainer.generator_players, lambda: trainer.generate(reals, "generator"))
    weights = {"adversarial_a": 1.0, "adversarial_b": 1.0}
    weights |= {term: WEIGHTS[name] for name in names for term in TERMS[name]}
    assert set(values) == {f"generator/{term}" for term in [*weights, "loss"]}
    total = sum(weight * values[f"generator/{term}"] for term, weight in weights.items())
    assert float(values["generator/loss"]) == pytest.approx(float(total), rel=1e-5)
    assert ("encoder" in trainer.players) == ("cycle_weight" in names)
    own = [{id(w) for w in net.weights} for net in trainer.discriminators]
    assert not own[0] & own[1]


def distance(a, b):
    return np.square(np.asarray(a, np.float64) - b).mean()


def gram(maps):
    maps = np.asarray(maps, np.float64)
    return np.einsum("nhwc,nhwd->ncd", maps, maps) / np.prod(maps.shape[1:])


@pytest.mark.parametrize(
    ("norm", "form", "semantic"),
    [("l2", "normalized", "squared"), ("l1", "literal", "divergence")],
)
def test_logged_values_are_those_of_the_formulas(norm, form, semantic, files):
    choices = {"cycle_norm": norm, "perceptual_form": form, "feature_layers": 2}
    choices["semantic_form"] = semantic
    trainer, feed = couple(files, *TERMS, **choices, **STILL)
    values = step(trainer, feed)
    # No weight has moved, and the step's number has not either: these are its latents.
    latent = trainer.latents(8, "generator")
    outputs = trainer.generator(latent, training=True)
    fakes = [outputs[f"image_{d}"] for d in "ab"]
    features = [[outputs[f"features_{i}_{d}"].numpy() for i in (1, 2)] for d in "ab"]
    expected = {"feature": np.mean([distance(a, b) for a, b in zip(*features, strict=True)])}
    chances = [trainer.classifier(f, training=False)["probabilities"].numpy() for f in fakes]
    expected["semantic"] = distance(*chances) / 2
    if semantic == "divergence":
        ratio = np.log(chances[0]) - np.log(chances[1])
        expected["semantic"] = ((chances[0] - chances[1]) * ratio).sum(1).mean()
    recovered = [trainer.encoder(f)["latent"].numpy() - latent.numpy() for f in fakes]
    size = np.square if norm == "l2" else np.abs
    expected["cycle"] = sum(size(r).mean() for r in recovered)
    reals = [images["image"].numpy() / 127.5 - 1 for images in first_batch(feed)]
    found = [trainer.classifier(r)["probabilities"].numpy() for r in reals]
    shares = [(c.mean(0), r.mean(0)) for c, r in zip(chances, found, strict=True)]
    expected["balance"] = np.mean([(q * np.log(q / r)).sum() for q, r in shares])
    of_fakes, of_reals = ([trainer.perceive(i) for i in images] for images in (fakes, reals))
    a, b = (maps["block2_conv1"].numpy() for maps in of_fakes)
    divisor = 1.0 if form == "literal" else distance(a, 0) + distance(b, 0)
    expected["content"] = distance(a, b) / divisor
    for d, fake, real in zip("ab", of_fakes, of_reals, strict=True):
        pairs = [(gram(fake[n]), gram(real[n])) for n in VGG["style_layers"]]
        expected[f"style_{d}"] = sum(
            distance(f, r) / (1.0 if form == "literal" else distance(r, 0)) for f, r in pairs
        )
    for name, value in expected.items():
        assert values[f"generator/{name}"] == pytest.approx(value, rel=1e-3), name
        assert value > 1e-8


def first_batch(feed):
    return next(iter(feed.dataset(0, tf.distribute.InputContext())))


def test_whom_each_term_reaches(files):
    trainer, feed = couple(files, *TERMS)
    reals = [tf.constant(images) for images in feed.reference(8)]
    parts = {"encoder": trainer.encoder.trainable_variables}
    for d in "ab":
        parts[d] = [v for v in trainer.generator.trainable_variables if f"_{d}/" in v.path]
        assert len(parts[d]) * 2 == len(trainer.generator.trainable_variables)
    with tf.GradientTape(persistent=True) as tape:
        terms = trainer.generate(reals, "generator")
        loss = tf.add_n([t.value * t.weight for t in terms])

    def reached(value):
        found = set()
        for name, variables in parts.items():
            gradients = tape.gradient(value, [v.value for v in variables])
            if any(g is not None and np.any(g) for g in gradients):
                found.add(name)
        return found

    assert {t.name: reached(t.value) for t in terms} == {
        "adversarial_a": {"a"},
        "adversarial_b": {"b"},
        "feature": {"a", "b"},
        "semantic": {"a", "b"},
        "cycle": {"a", "b", "encoder"},
        "content": {"a", "b"},
        "style_a": {"a"},  # and nothing through the real images
        "style_b": {"b"},
        "balance": {"a", "b"},
    }
    for name, variables in parts.items():
        gradients = tape.gradient(loss, [v.value for v in variables])
        assert all(np.any(g) for g in gradients), name


def test_judges_of_the_terms_are_neither_trained_nor_saved(files, tmp_path):
    trainer, feed = couple(files, *TERMS, **SGD)
    frozen = [*trainer.classifier.weights, *trainer.perceive.model.weights]
    before = [v.numpy() for v in frozen]
    generator = trainer.generator.get_weights()
    step(trainer, feed)
    for variable, old in zip(frozen, before, strict=True):
        np.testing.assert_array_equal(variable.numpy(), old)
    moved = zip(generator, trainer.generator.get_weights(), strict=True)
    assert all((a != b).any() for a, b in moved)
    assert trainer.models().keys() == {"generator", "discriminator", "encoder"}
    ids = {id(v) for player in trainer.players.values() for v in player.variables}
    ids |= {id(v) for network in trainer.models().values() for v in network.weights}
    assert not ids & {id(v) for v in frozen}
    Checkpoints(tmp_path, trainer, method="scogan", data="x", keep=1).save(1, {})
    networks = ("generator", "discriminator", "encoder")
    groups = {f"{kind}_{name}" for kind in ("network", "optimizer") for name in networks}
    manifest = json.loads((tmp_path / "ckpt-1.json").read_text())
    assert manifest["shapes"].keys() == {"step", "average_generator", *groups}


def test_discriminators_may_share_layers():
    trainer, _ = build("scogan", shared_discriminator_layers=2)
    own = [{id(w) for w in net.trainable_weights} for net in trainer.discriminators]
    assert len(own[0] & own[1]) == 5  # two dense layers, and slopes


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"feature_weight": 1.0, "feature_layers": 5}, "--feature-layers 5: .* 4 feature maps"),
        ({"classifier": "x.keras"}, "--classifier .* --semantic-weight or --balance-weight"),
        ({"latent_components": 101}, "--latent-components 101 .*--latent-size 101, or fewer"),
        ({"latent_components": 1}, "--latent-components 1 is no mixture"),
        ({"component_distance": 2.0}, "--component-distance .* --latent-components"),
        ({"content_weight": 1.0, "content_layers": ()}, "--content-weight .* --content-layers"),
        ({"style_weight": 1.0, "style_layers": ()}, "--style-weight .* --style-layers"),
        ({"perceptual_weights": "x.npz"}, "--perceptual-weights .* --content-weight"),
        (
            {"content_weight": 1.0, "content_layers": ("block9_conv1",)},
            "vgg19 has no layer 'block9_conv1'",
        ),
        (
            {"style_weight": 1.0, "perceptual_weights": "none.npz"},
            "none.npz: no such file; --perceptual-weights",
        ),
        (
            {"semantic_weight": 1.0, "classifier": "none.keras"},
            "--classifier none.keras: cannot be loaded",
        ),
    ],
)
def test_what_cannot_be_built_is_one_line(settings, message):
    with pytest.raises(UserError, match=message) as caught:
        build("scogan", **settings)
    assert "\n" not in str(caught.value)


def test_balance_does_not_wait_for_the_warm_up_of_the_coupling(files):
    names = ("semantic_weight", "balance_weight")
    trainer, feed = couple(files, *names, coupling_warmup_steps=100)
    reals = [tf.constant(images) for images in feed.reference(8)]
    weights = {term.name: float(term.weight) for term in trainer.generate(reals, "generator")}
    assert (weights["semantic"], weights["balance"]) == (0.0, WEIGHTS["balance_weight"])


def test_feature_layers_of_an_unused_regulariser_do_not_matter():
    build("scogan", feature_layers=9)


def test_without_weights_and_network_both_ways_are_named(monkeypatch):
    def offline(include_top, weights):
        raise OSError("Name or service not known")

    monkeypatch.setitem(published._APPLICATIONS, "vgg19", offline)
    with pytest.raises(UserError, match=r"network.*--perceptual-weights FILE") as caught:
        build("scogan", content_weight=1.0)
    assert "\n" not in str(caught.value)
