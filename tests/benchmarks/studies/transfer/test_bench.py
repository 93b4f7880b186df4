"""The studies of few images train and compare what they say."""

import argparse
import sys

import numpy as np
import pytest

from benchmarks.studies.transfer import __main__ as command
from benchmarks.studies.transfer import bench as module
from benchmarks.studies.transfer import density, mining, mixtures, sources
from benchmarks.studies.transfer.bench import WARM, Bench, begun, table
from data.reading.open import open_source
from tfgan_kit.settings.option import make
from trainers import registry


def parsed(study, *arguments, folder):
    """What `python -m benchmarks.studies.transfer STUDY` is told."""
    found = []

    class Study:
        __doc__ = command.STUDIES[study].__doc__
        options_of = staticmethod(command.STUDIES[study].options_of)
        main = staticmethod(found.append)

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(command.STUDIES, study, Study)
        patch.setattr(sys, "argv", ["x", study, "--runs", str(folder), *arguments])
        command.main()
    return found[0]


def settings(arguments):
    """The method of a training, and what its options set."""
    from tfgan_kit.settings.arguments import Parser
    from tfgan_kit.settings.option import add_arguments

    method, *rest = map(str, arguments)
    parser, kind = Parser(), registry.find(method).config_class()
    add_arguments(parser, kind)
    if "--preset" in rest:
        place = rest.index("--preset")
        preset = registry.preset(method, rest[place + 1])
        rest = [*rest[:place], *rest[place + 2 :]]
    else:
        preset = {}
    return method, make(kind, preset, parser.parse(rest))


@pytest.fixture
def trained(monkeypatch):
    """The trainings that a study asks for, name of the run -> (method, settings, last step)."""
    asked = {}

    def train_to(run, steps, method, *options):
        asked[run.name] = (*settings([method, *options]), steps)

    monkeypatch.setattr(module, "train_to", train_to)
    monkeypatch.setattr(
        module, "train", lambda run, *options: asked.update({run.name: (*settings(options), 0)})
    )
    return asked


@pytest.mark.parametrize("study", command.STUDIES)
def test_each_study_has_options_and_words(study, tmp_path):
    given = parsed(study, "--steps", "7", folder=tmp_path)
    assert isinstance(given, argparse.Namespace)
    assert (given.steps, given.seeds, given.runs) == (7, [0, 1, 2], tmp_path)


def test_ways_to_begin_name_the_networks(trained, tmp_path):
    bench = Bench(parsed("inits", folder=tmp_path))
    source = bench.source("a", 3, "--dataset", "glyphs")
    for way in WARM:
        bench.target(way, 3, 5, "--dataset", "mnist", *begun(way, source))
    names = ("init_from", "init_generator", "init_discriminator")
    found = {way: [bool(getattr(trained[f"{way}-3"][1], name)) for name in names] for way in WARM}
    assert found == {
        "none": [False, False, False],
        "generator": [False, True, False],
        "discriminator": [False, False, True],
        "both": [True, False, False],
    }
    assert {config.loss for _, config, _ in trained.values()} == {"wasserstein"}
    # Its networks fit those of the source.
    for name in ("network", "width", "latent_size", "discriminator_norm"):
        assert len({getattr(config, name) for _, config, _ in trained.values()}) == 1


def test_dense_and_diverse_sources_have_other_classes(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(Bench, "frechet", lambda *_: 1.0)
    arguments = ("--seeds", "1", "--dataset", "glyphs", "--size", "90")
    density.main(parsed("density", *arguments, folder=tmp_path))
    assert trained["source-dense-4-1"][1].classes == ("4",)
    assert trained["source-diverse-1"][1].classes == tuple("012345678")
    for name in ("scratch", "dense", "diverse"):
        assert trained[f"{name}-to-last-1"][1].classes == ("9",)
        assert (trained[f"{name}-to-last-1"][1].init_from is None) == (name == "scratch")


def test_mining_alone_and_with_training_take_as_many_steps(trained, tmp_path):
    bench = Bench(parsed("mining", "--steps", "8", folder=tmp_path))
    source = bench.source("mnist", 0, "--dataset", "mnist")
    for way in mining.WAYS:
        mining.train(bench, way, 0, "7", 100, "on", source)
    methods = {name: method for name, (method, _, _) in trained.items()}
    assert methods["mining-7-on-100-0"] == methods["MineGAN-7-on-100-0"] == "minegan"
    assert methods["scratch-7-100-0"] == methods["warm-start-7-on-100-0"] == "gan"
    assert trained["mining-7-on-100-0"][1].mining_steps == 8
    assert trained["MineGAN-7-on-100-0"][1].mining_steps == 6
    assert {steps for name, (*_, steps) in trained.items() if "source" not in name} == {8}


def test_mixtures_have_red_digits_in_the_share_asked_for(tmp_path):
    path = mixtures.mixture(tmp_path, 0.25, 12, "train")
    images = open_source(str(path)).read(np.arange(12))["image"]
    assert mixtures.reddish(images).all()
    every = open_source("glyphs-color", image_size=32).read(np.arange(60))["image"]
    assert 0 < mixtures.reddish(every).mean() < 1


def test_correlations_are_of_each_seed():
    rows = [
        {"seed": s, "distance": d, "after": a}
        for s, pairs in ((0, [(1, 2), (2, 5), (3, 9)]), (1, [(1, 9), (2, 5), (3, 2)]))
        for d, a in pairs
    ]
    assert sources.correlations(rows, "distance") == [1.0, -1.0]
    rows[0]["distance"] = None
    assert sources.correlations(rows, "distance") == [-1.0]


def test_the_table_has_a_line_and_a_column_for_each_value():
    rows = [{"way": w, "n": n, "v": v} for w, n, v in (("a", 1, 10.0), ("a", 1, 20.0), ("b", 2, 5))]
    assert table(rows, "way", "n", "v").splitlines() == [
        "| way | 1 | 2 |",
        "|---|---|---|",
        "| a | 15.0 (10.0-20.0) | - |",
        "| b | - | 5.000 |",
    ]
