"""Runs with classes that start from one without labels."""

import numpy as np
import pytest

from tests.tfgan_kit.engine.test_warm_start import moved, save
from tests.trainers.small import build
from tfgan_kit.errors import UserError
from tfgan_kit.runs.warm_start import warm_start


@pytest.fixture(scope="module")
def source():
    return moved(build("gan", ema_decay=0.5)[0])


@pytest.fixture(scope="module")
def run(source, tmp_path_factory):
    return str(save(source, tmp_path_factory.mktemp("runs") / "source", "gan"))


def test_every_class_starts_as_the_unconditional_generator(source, run):
    settings = {"generator_label": "cbn", "ema_decay": 0.5, "seed": 5}
    trainer, _ = build("cgan", init_from=run, **settings)
    lines = warm_start(trainer)
    generator = next(line for line in lines if line.startswith("init      generator"))
    assert "new" not in lines[lines.index(generator) + 1]
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(6, source.config.latent_size)).astype(np.float32)
    labels = np.eye(10, dtype=np.float32)[[0, 1, 5, 9, 3, 3]]
    labels[5] = 0.1  # A mixture of all classes.
    for ours, theirs in (
        (trainer.networks, source.networks),
        *[({"generator": t.averages["generator"].network} for t in (trainer, source))],
    ):
        expected = theirs["generator"](latent, training=False)["image"]
        given = ours["generator"]({"latent": latent, "label": labels}, training=False)["image"]
        assert np.ptp(expected) > 0.01
        np.testing.assert_allclose(given, expected, rtol=0, atol=1e-5)


def label_of(count, classes=10):
    return np.eye(classes, dtype=np.float32)[np.arange(count) % classes]


def images(network, latent, label=None):
    inputs = latent if label is None else {"latent": latent, "label": label}
    return network(inputs, training=False)["image"].numpy()


def test_both_networks_give_what_the_source_gives_bit_for_bit(source, run):
    trainer, _ = build("gan", init_from=run, ema_decay=0.5, seed=5)
    warm_start(trainer)
    np.testing.assert_array_equal(trainer.sample(0, 4)[0], source.sample(0, 4)[0])
    image = source.sample(0, 4)[0]
    ours, theirs = (t.networks["discriminator"](image)["logits"] for t in (trainer, source))
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("way", ["cbn", "concat"])
def test_all_labels_give_one_image_at_first(way, source, run):
    settings = {"generator_label": way, "label_rows": "zero" if way == "concat" else "random"}
    trainer, _ = build("acgan", init_from=run, ema_decay=0.5, seed=5, **settings)
    lines = warm_start(trainer)
    latent = np.random.default_rng(0).normal(size=(1, source.config.latent_size))
    latent = np.repeat(latent.astype(np.float32), 10, 0)
    for ours, theirs in (
        (trainer.networks["generator"], source.networks["generator"]),
        (trainer.averages["generator"].network, source.averages["generator"].network),
    ):
        made = images(ours, latent, label_of(10))
        np.testing.assert_array_equal(made, np.repeat(made[:1], 10, 0))
        np.testing.assert_allclose(made, images(theirs, latent), rtol=0, atol=1e-5)
    # Of D, only the head for the classes is new.
    new = {line.split()[1].rstrip(":") for line in lines if line.startswith("  new")}
    assert new == {"class_logits"} | ({"projection"} if way == "concat" else set())
    # The optimisers and the count of steps begin anew.
    assert int(trainer.step) == 0
    for player in trainer.players.values():
        slots = [v for v in player.optimizer.variables if "learning_rate" not in v.path]
        assert len(slots) > len(player.variables)
        assert not any(np.any(variable) for variable in slots)


def test_rows_of_the_label_are_random_and_the_others_are_the_sources(source, run):
    trainer, _ = build("acgan", init_from=run, generator_label="concat", ema_decay=0.5, seed=5)
    fresh = trainer.networks["generator"].get_layer("projection").kernel.numpy()
    lines = warm_start(trainer)
    size = source.config.latent_size
    for kind in ("networks", "averages"):
        ours, theirs = (getattr(t, kind)["generator"] for t in (trainer, source))
        if kind == "averages":
            ours, theirs = ours.network, theirs.network
        kernel, learned = (n.get_layer("projection").kernel.numpy() for n in (ours, theirs))
        np.testing.assert_array_equal(kernel[:size], learned)
        np.testing.assert_array_equal(kernel[size:], fresh[size:])
    assert np.ptp(fresh[size:]) > 0
    assert "  new     projection: its rows for the label, random" in lines
    (told,) = [line for line in lines if line.startswith("init      generator")]
    variables = trainer.networks["generator"].variables
    values = sum(int(np.size(v)) for v in variables if v.dtype == "float32")
    assert told.endswith(f"{values - fresh[size:].size:,} of {values:,} values")


def test_the_branch_of_a_label_takes_no_rows(run):
    # Here the first dense layer sees branches, each as long as the latent.
    trainer, _ = build("cgan", init_from=run, generator_label="branch", seed=5)
    told = "\n".join(warm_start(trainer))
    assert "new     projection: its kernel is 100x" in told


def test_with_other_ways_the_layers_that_take_the_label_are_new(run):
    trainer, _ = build("cgan", init_from=run, generator_label="map", seed=5)
    told = "\n".join(warm_start(trainer))
    assert "new     conv_2: its kernel is 4x4x6x" in told
    assert "new     conv_1: its kernel is 4x4x1x" in told
    assert "copied  projection, norm_1, norm_2, conv_3" in told


def test_factors_of_classes_need_those_of_a_source(tmp_path):
    plain = moved(build("gan", generator_norm="none")[0])
    path = str(save(plain, tmp_path / "plain", "gan"))
    trainer, _ = build("acgan", init_from=path, generator_label="cbn")
    with pytest.raises(UserError, match="its generator has no normalisation of the same kind"):
        warm_start(trainer)


@pytest.mark.parametrize("kind", ["instance", "layer"])
def test_factors_for_statistics_of_each_image_are_not_those_of_batches(kind, tmp_path):
    other = moved(build("gan", generator_norm=kind)[0])
    path = str(save(other, tmp_path / kind, "gan"))
    trainer, _ = build("acgan", init_from=path, generator_label="cbn")
    with pytest.raises(UserError, match="its generator has no normalisation of the same kind"):
        warm_start(trainer)


def test_rows_are_those_of_a_kernel_that_was_copied(run, tmp_path):
    # Without normalisation, the first dense layer has a bias, which here it has not.
    plain = moved(build("gan", generator_norm="none")[0])
    path = str(save(plain, tmp_path / "plain", "gan"))
    trainer, _ = build("acgan", init_generator=path, generator_label="concat", ema_decay=0.5)
    told = warm_start(trainer)
    assert "rows for the label" not in "\n".join(told)
    copied = ["output"]
    network = trainer.networks["generator"]
    assert f"  copied  {', '.join(copied)}" in told
    values = sum(int(np.size(v)) for name in copied for v in network.get_layer(name).variables)
    assert f", {values:,} of" in told[0]
    settings = {"generator_label": "concat", "label_rows": "zero"}
    trainer, _ = build("acgan", init_generator=path, **settings)
    with pytest.raises(UserError, match="--label-rows zero: no kernel of the source gets new rows"):
        warm_start(trainer)


def test_rows_of_zeros_are_not_for_a_source_with_labels(tmp_path):
    settings = {"generator_label": "concat", "label_rows": "zero"}
    labelled = moved(build("acgan", generator_label="concat")[0])
    path = str(save(labelled, tmp_path / "labelled", "acgan"))
    trainer, _ = build("acgan", init_from=path, **settings)
    with pytest.raises(UserError, match="has such rows already; leave it out"):
        warm_start(trainer)


def test_rows_of_zeros_are_for_a_warm_start_of_concatenated_labels(run):
    for settings in ({}, {"init_from": run, "generator_label": "cbn"}):
        with pytest.raises(UserError, match="--label-rows zero is for a warm start"):
            build("acgan", label_rows="zero", **settings)
