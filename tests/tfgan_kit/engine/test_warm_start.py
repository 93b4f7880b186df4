"""Warm start: what is copied, from where, and what is said of the rest."""

import shutil

import keras
import numpy as np
import pytest

from tests.trainers.small import build
from tfgan_kit.errors import UserError
from tfgan_kit.runs.checkpoints import Checkpoints
from tfgan_kit.runs.run_dir import RunDir
from tfgan_kit.runs.warm_start import absolute_sources, warm_start


def moved(trainer, seed=7):
    """Gives a trainer's networks and averages values of their own, as a training would."""
    draw = np.random.default_rng(seed)
    networks = [*trainer.networks.values(), *(a.network for a in trainer.averages.values())]
    for variable in (v for network in networks for v in network.variables):
        if variable.dtype == "float32":
            variable.assign(draw.uniform(0.1, 0.9, variable.shape))
    return trainer


def save(trainer, path, method):
    """The run of a trainer, as its session would leave it after three steps."""
    run = RunDir.create(path, method, trainer.config)
    for name, network in trainer.models().items():
        network.save(run.models / f"{name}.keras")
    store = Checkpoints(run.checkpoints, trainer, method=method, data="data", keep=3)
    store.save(3, {})
    run.unlock()
    return path


@pytest.fixture(scope="module")
def source():
    return moved(build("gan")[0])


@pytest.fixture(scope="module")
def run(source, tmp_path_factory):
    return save(source, tmp_path_factory.mktemp("runs") / "source", "gan")


def values(network):
    return {v.path: v.numpy() for v in network.variables}


def assert_same(network, other, but=()):
    theirs = values(other)
    for path, value in values(network).items():
        same = np.array_equal(value, theirs.get(path))
        assert same == (path.split("/")[0] not in but), path


def test_a_run_gives_networks_and_averages_their_own(source, run):
    trainer, _ = build("gan", seed=5, init_from=str(run))
    lines = warm_start(trainer)
    for name, network in trainer.networks.items():
        assert_same(network, source.networks[name])
    average, raw = trainer.averages["generator"].network, trainer.networks["generator"]
    assert_same(average, source.averages["generator"].network)
    assert not np.array_equal(average.get_weights()[0], raw.get_weights()[0])
    (told,) = [line for line in lines if line.startswith("init      generator")]
    assert f"generator from {run}, step 3: 7 of 7 layers" in told
    assert "  copied  projection, norm_1, conv_2, norm_2, conv_3, norm_3, output" in lines
    assert not [line for line in lines if "new" in line]


def test_without_a_checkpoint_a_run_gives_what_it_saved_to_use(source, run, tmp_path):
    copy = shutil.copytree(run, tmp_path / "copy")
    shutil.rmtree(copy / "checkpoints")
    trainer, _ = build("gan", init_generator=str(copy))
    lines = warm_start(trainer)
    for network in (trainer.networks["generator"], trainer.averages["generator"].network):
        assert_same(network, source.averages["generator"].network)
    assert "no checkpoint" in lines[0]


def test_a_file_gives_one_network_and_its_average_begins_there(source, run):
    file = run / "models" / "generator.keras"
    trainer, _ = build("gan", seed=5, init_generator=str(file))
    fresh = values(trainer.networks["discriminator"])
    lines = warm_start(trainer)
    for network in (trainer.networks["generator"], trainer.averages["generator"].network):
        assert_same(network, source.averages["generator"].network)
    for path, value in values(trainer.networks["discriminator"]).items():
        np.testing.assert_array_equal(value, fresh[path])
    assert not [line for line in lines if "discriminator" in line]


def test_one_networks_own_source_goes_first(source, run, tmp_path):
    other = moved(build("gan")[0], seed=8)
    other.networks["discriminator"].save(tmp_path / "d.keras")
    trainer, _ = build("gan", init_from=str(run), init_discriminator=str(tmp_path / "d.keras"))
    warm_start(trainer)
    assert_same(trainer.networks["discriminator"], other.networks["discriminator"])
    assert_same(trainer.networks["generator"], source.networks["generator"])


@pytest.mark.parametrize(
    ("settings", "generator", "discriminator", "reasons"),
    [
        (
            {"channels": 3},
            {"output"},
            {"conv_1"},
            ["output: its kernel is 4x4x1x3 there, 4x4x3x3 here", "conv_1: its kernel is"],
        ),
        (
            {"latent_size": 7},
            {"projection"},
            set(),
            ["projection: its kernel is 100x208 there, 7x208"],
        ),
        (
            {"spectral_norm": True},
            set(),
            {"conv_1", "conv_2", "conv_3", "logits"},
            ["conv_1: there it has no "],
        ),
        (
            {"discriminator_norm": "layer"},
            set(),
            {"conv_2", "conv_3", "norm_2", "norm_3"},
            ["conv_2: there it has no bias", "norm_2: here it has no moving_"],
        ),
    ],
)
def test_layers_that_do_not_fit_begin_anew_and_say_why(
    settings, generator, discriminator, reasons, source, run
):
    trainer, _ = build("gan", seed=5, init_from=str(run), **settings)
    fresh = {name: values(network) for name, network in trainer.networks.items()}
    lines = warm_start(trainer)
    for reason in reasons:
        assert any(reason in line for line in lines), lines
    (second,) = [i for i, line in enumerate(lines) if line.startswith("init      discriminator")]
    told = {"generator": lines[:second], "discriminator": lines[second:]}
    for name, new in (("generator", generator), ("discriminator", discriminator)):
        assert {x.split()[1][:-1] for x in told[name] if x.startswith("  new")} == new
        assert_same(trainer.networks[name], source.networks[name], but=new)
        for path, value in values(trainer.networks[name]).items():
            if path.split("/")[0] in new:
                np.testing.assert_array_equal(value, fresh[name][path])
    # The average of what begins anew is what it begins with.
    for path, value in values(trainer.averages["generator"].network).items():
        if path.split("/")[0] in generator:
            np.testing.assert_array_equal(value, fresh["generator"][path])


def test_other_sizes_and_frozen_layers_that_are_not_there(source, run):
    trainer, _ = build("gan", image_size=64, init_from=str(run), freeze_discriminator=1, channels=3)
    lines = warm_start(trainer)
    assert "warning: frozen without having been copied: conv_1" in lines
    assert any(line.startswith("  new     conv_4: not there") for line in lines)
    smaller, _ = build("gan", init_discriminator=str(run))
    assert not [line for line in warm_start(smaller) if "warning" in line]


@pytest.fixture(scope="module")
def joint_run(tmp_path_factory):
    trainer = moved(build("cogan", shared_discriminator_layers=2)[0])
    return trainer, save(trainer, tmp_path_factory.mktemp("joint") / "run", "cogan")


def test_joint_networks(joint_run):
    source, path = joint_run
    trainer, _ = build("cogan", shared_discriminator_layers=1, adapt=False, init_from=str(path))
    lines = warm_start(trainer)
    assert_same(trainer.networks["generator"], source.networks["generator"])
    new = {"dense_3_a", "dense_3_b", "prelu_3_a", "prelu_3_b"}
    assert {line.split()[1].rstrip(":") for line in lines if line.startswith("  new")} == new
    assert "  unused  dense_3, prelu_3" in lines


def test_a_network_that_the_source_has_not_begins_anew(joint_run):
    trainer, _ = build("scogan", cycle_weight=1.0, init_from=str(joint_run[1]))
    lines = warm_start(trainer)
    assert f"init      encoder: not in {joint_run[1]}, so it begins anew" in lines


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, None),
        ({"latent": "normal"}, "--latent was uniform"),
        ({"latent_components": 4}, "--latent-components was 0"),
        (
            {"latent_components": 4, "component_distance": 2.0},
            "--latent-components was 0, --component-distance was its default",
        ),
    ],
)
def test_other_latents_are_warned_of(joint_run, settings, told):
    trainer, _ = build("cogan", init_from=str(joint_run[1]), **settings)
    found = [line for line in warm_start(trainer) if line.startswith("warning")]
    start = f"warning: {joint_run[1]} has learned from other latents: "
    assert found == ([start + told] if told else [])
    judge, _ = build("cogan", init_discriminator=str(joint_run[1]), **settings)
    assert not [line for line in warm_start(judge) if line.startswith("warning")]


def test_nothing_is_said_without_a_source():
    assert warm_start(build("gan")[0]) == []


def test_paths_are_made_absolute(source, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    config, _ = build("gan", init_from="runs/a", init_generator="g.keras")[0].config, None
    config = absolute_sources(config)
    assert config.init_from == str(tmp_path / "runs" / "a")
    assert config.init_generator == str(tmp_path / "g.keras")
    assert config.init_discriminator is None


def refused(reason, **settings):
    with pytest.raises(UserError, match=reason) as caught:
        warm_start(build("gan", **{k: str(v) for k, v in settings.items()})[0])
    assert "\n" not in str(caught.value)


def test_what_cannot_be_begun_with(run, joint_run, tmp_path):
    refused("--init-generator .*nowhere: there is no such", init_generator=tmp_path / "nowhere")
    refused("no run directory .*nowhere", init_from=tmp_path / "nowhere")
    refused("is not a run directory", init_from=tmp_path)
    refused("is not a run directory", init_discriminator=tmp_path)
    (tmp_path / "a.keras").write_text("text")
    refused("--init-generator .*a.keras: cannot be loaded", init_generator=tmp_path / "a.keras")
    unfinished = tmp_path / "unfinished"
    (unfinished / "models").mkdir(parents=True)
    shutil.copy(run / "config.json", unfinished)
    refused("no models yet; they come with its first checkpoint", init_from=unfinished)
    refused("no models yet", init_discriminator=unfinished)
    (unfinished / "models" / ".generator.keras").write_text("half")
    refused("no models yet", init_generator=unfinished)


def test_nothing_that_fits_is_an_error(run, joint_run, tmp_path):
    refused(
        r"--init-from .*: no layer of it fits .* generator or discriminator \(hidden_1: not there",
        init_from=joint_run[1],
        network="mlp",
    )
    refused(
        "--init-from .*: no layer of it fits this run's discriminator",
        init_from=joint_run[1],
        init_generator=run,
    )
    file = run / "models" / "discriminator.keras"
    refused("this is a discriminator; name the file of a generator", init_generator=file)
    keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)]).save(tmp_path / "d.keras")
    refused(
        r"fits this run's discriminator \(conv_1: not there\)",
        init_discriminator=tmp_path / "d.keras",
    )


def test_a_checkpoint_that_is_damaged(run, tmp_path):
    copy = shutil.copytree(run, tmp_path / "copy")
    (copy / "checkpoints" / "ckpt-3.index").write_bytes(b"nothing")
    refused(r"ckpt-3 cannot be read .*name a \.keras file of the run", init_from=copy)


def test_foreign_code_is_refused(tmp_path):
    latent = keras.Input((100,), name="latent")
    network = keras.Model(latent, {"image": keras.layers.Lambda(lambda x: x, name="odd")(latent)})
    network.save(tmp_path / "g.keras")
    refused("it has a Lambda layer called 'odd'", init_generator=tmp_path / "g.keras")
