import numpy as np
import pytest

from data.feeds.pairs import PAIRS, domain_names
from tests.conftest import ROOT
from tests.tfgan_kit.perceptual.test_perceptual import draw, write_npz
from tfgan_kit.fields import class_field, image_field, vector_field
from tfgan_kit.settings.option import make
from trainers import registry

EVERY = [(method, name) for method in registry.METHODS for name in registry.presets(method)]
PRESETS = registry.presets("gan")
JOINT = registry.presets("cogan") | registry.presets("scogan")
ALL = PRESETS | JOINT
# Of the joint methods, those with the settings of the thesis.
THESIS = sorted(name for name in JOINT if not name.endswith("-small") and name != "demo")

# Of the authors' programs: 0.99, and 1e-8 beside the root, which under Keras' root is 1e-16.
RMSPROP = {"optimizer": "rmsprop", "rho": 0.99, "momentum": 0.0, "epsilon": 1e-16}
# What the sources print; see docs/methods/generation/gan.md.
PUBLISHED = {
    "dcgan": {"optimizer": "adam", "lr": (2e-4, 2e-4), "betas": (0.5, 0.999), "batch_size": 128},
    "lsgan": {"loss": "least_squares", "lr": (2e-4, 2e-4), "betas": (0.5, 0.999)},
    "wgan": {"lr": (5e-5, 5e-5), "clip_weights": 0.01, "critic_steps": 5, **RMSPROP},
    "wgan-gp": {"lr": (1e-4, 1e-4), "betas": (0.0, 0.9), "penalty_weight": 10.0, "critic_steps": 5},
    "sngan": {"loss": "hinge", "lr": (2e-4, 2e-4), "betas": (0.0, 0.9), "critic_steps": 5},
    "r1": {"penalty": "r1", "penalty_weight": 10.0, "lr": (1e-4, 1e-4), **RMSPROP},
    "ttur": {"lr": (1e-4, 4e-4), "betas": (0.0, 0.9), "critic_steps": 1, "batch_size": 64},
    "ring-k1": {"critic_steps": 1, "steps": 6000, "lr": (1e-4, 1e-4), "latent_size": 10},
    "ring-k5": {"critic_steps": 5, "steps": 6000, "lr": (1e-4, 1e-4), "batch_size": 100},
    "ring-k5-wgan-gp": {
        "critic_steps": 5,
        "steps": 3000,
        "betas": (0.0, 0.9),
        "penalty": "wgan_gp",
    },
}


def config(name, **changed):
    method = ALL[name]["method"]
    return make(registry.find(method).config_class(), registry.preset(method, name), changed)


@pytest.mark.parametrize(("method", "name"), EVERY)
def test_a_preset_is_valid_and_says_in_one_line_what_it_is(method, name):
    content = registry.presets(method)[name]
    assert content["method"] == method
    assert 0 < len(content["about"]) <= 100
    assert "\n" not in content["about"]
    make(registry.find(method).config_class(), registry.preset(method, name))


def test_every_preset_file_belongs_to_a_method():
    files = (ROOT / "trainers").rglob("presets/*.json")
    found = sorted((path.parts[-3], path.stem) for path in files)
    assert found == sorted(EVERY)


@pytest.mark.parametrize(
    ("method", "name"), [each for each in EVERY if registry.find(each[0]).feed == "domains"]
)
def test_a_preset_of_domains_names_domains(method, name):
    made = make(registry.find(method).config_class(), registry.preset(method, name))
    assert len(domain_names(made.data_name)) >= 2


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_preset_has_the_published_settings(name):
    made = config(name)
    values = vars(made) | {
        "lr": (made.generator_lr, made.discriminator_lr),
        "betas": (made.beta_1, made.beta_2),
    }
    for key, value in PUBLISHED[name].items():
        assert values[key] == value, key


@pytest.mark.parametrize("name", JOINT)
def test_a_joint_preset_is_named_after_its_pair_and_its_terms_or_its_latent(name):
    made = config(name)
    if name == "demo":
        return
    assert made.dataset in PAIRS
    assert name.startswith(made.dataset)
    if ALL[name]["method"] == "scogan":
        term = name.removeprefix(f"{made.dataset}-").removesuffix("-small")
        assert made.tag.endswith(term) if term == "mixture" else term == (made.tag or "uncoupled")


@pytest.fixture(scope="module")
def vgg(tmp_path_factory):
    """Weights of both networks, drawn."""
    folder = tmp_path_factory.mktemp("vgg")
    kinds = ("vgg16", "vgg19")
    return {k: str(write_npz(folder / f"{k}.npz", k, draw(k))) for k in kinds}


# What the networks and players of a joint method depend on, besides the size of the images.
BUILT_BY = ("network", "discriminator_width", "loss", "penalty", "precision", "optimizer", "adapt")
BUILT_BY += ("semantic_weight", "feature_weight", "cycle_weight", "content_weight", "style_weight")
BUILT_BY += ("perceptual_network", "latent_components")


def one_of_each():
    """A joint preset for each combination of images and of terms."""
    found = {}
    for name in JOINT:
        values = vars(config(name))
        parts = [values.get(part) for part in BUILT_BY]
        parts = [bool(part) if isinstance(part, float) else part for part in parts]
        found.setdefault((JOINT[name]["method"], values["image_size"], *map(str, parts)), name)
    return sorted(found.values())


@pytest.mark.parametrize("name", one_of_each())
def test_a_joint_preset_can_be_built_and_warns_of_nothing(name, vgg):
    """At the smallest width; without a classifier, which is trained first."""
    import tensorflow as tf

    changed = {"width": 1 / 64, "batch_size": 4}
    if config(name).discriminator_width:
        changed["discriminator_width"] = 1 / 64
    if "pl" in name.split("-"):
        changed["perceptual_weights"] = vgg[config(name).perceptual_network]
    made = config(name, **changed)
    size = made.image_size or (32, 32)
    fields = {"image": image_field((*size, 3)), "label": class_field(map(str, range(10)))}
    method = registry.find(ALL[name]["method"])
    trainer = method.trainer_class()(made, (fields, fields), tf.distribute.get_strategy())
    assert trainer.warnings() == []
    assert ("encoder" in trainer.players) == bool(getattr(made, "cycle_weight", 0))


@pytest.mark.parametrize("name", THESIS)
def test_a_joint_preset_has_the_settings_of_the_thesis(name):
    made = config(name)
    digits = made.dataset.startswith("mnist")
    assert (made.loss, made.penalty, made.penalty_weight) == ("wasserstein", "wgan_gp", 10)
    assert (made.critic_steps, made.batch_size, made.latent) == (5, 128, "uniform")
    assert (made.generator_lr, made.discriminator_lr) == (1e-4, 1e-4)
    assert (made.beta_1, made.beta_2) == (0.0, 0.9)
    assert (made.width, made.network) == (1, "cogan")
    assert made.weight_decay == (5e-4 if digits else 1e-4)
    assert made.steps == (25_000 if digits else 35_000)
    if ALL[name]["method"] == "scogan":
        assert made.semantic_weight in (0, 10)
        assert made.cycle_weight in (0, 10)
        assert made.feature_weight in (0, 100 if made.dataset == "mnist2svhn" else 10)
        assert (made.content_weight, made.style_weight) in ((0, 0), (1e-3, 1e-11))


def test_the_toy_runs_differ_only_where_the_study_says():
    a, b, c = (vars(config(name)) for name in ("ring-k1", "ring-k5", "ring-k5-wgan-gp"))
    assert {key for key in a if a[key] != b[key]} == {"critic_steps"}
    changed = {"loss", "penalty", "beta_1", "beta_2", "steps"}
    assert {key for key in b if b[key] != c[key]} == changed


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_does_a_step_without_a_warning(name):
    """Built at the smallest width and run eagerly: tracing would take longer than the step."""
    import tensorflow as tf

    made = config(name, width=1 / 32, batch_size=4, critic_steps=1)
    shape = (2,) if made.dataset == "ring" else (32, 32, 1)
    image = image_field(shape) if len(shape) == 3 else vector_field(*shape)
    fields = {"image": image, "label": class_field(())}
    trainer = registry.find("gan").trainer_class()(made, fields, tf.distribute.get_strategy())
    assert trainer.warnings() == []
    spectral = trainer.players["discriminator"].spectral_layers
    assert bool(spectral) == (name == "sngan")
    rng = np.random.default_rng(0)
    if len(shape) == 1:
        images = rng.normal(size=(4, *shape)).astype(np.float32)
    else:
        images = rng.integers(256, size=(4, *shape), dtype=np.uint8)
    before = {k: [w.copy() for w in n.get_weights()] for k, n in trainer.networks.items()}
    metrics = trainer.whole_step([{"image": tf.constant(images)}])
    assert all(np.isfinite(value) for value in metrics.values())
    assert ("discriminator/penalty" in metrics) == (made.penalty != "none")
    for kind, network in trainer.networks.items():
        after = network.get_weights()
        assert any((new != old).any() for new, old in zip(after, before[kind], strict=True)), kind
    if made.clip_weights:
        for weight in trainer.discriminator.trainable_variables:
            assert np.abs(weight.numpy()).max() <= np.float32(made.clip_weights)
