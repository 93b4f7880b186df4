"""The studies of few images train and compare what they say."""

import argparse
import inspect
import sys

import numpy as np
import pytest

from benchmarks.studies.transfer import __main__ as command
from benchmarks.studies.transfer import bench as module
from benchmarks.studies.transfer import density, freezed, inits, mining, mixtures, sources
from benchmarks.studies.transfer.bench import WARM, Bench, begun, table
from benchmarks.studies.transfer.kept import check_settings
from data.reading.open import open_source
from tfgan_kit.machine.files import write_json
from tfgan_kit.settings.option import make, to_file
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
    # Each of its options is read, by the study itself or by the bench.
    source = inspect.getsource(command.STUDIES[study]) + inspect.getsource(module)
    assert [name for name in vars(given) if f"given.{name}" not in source] == ["study"]
    assert ("count" in vars(given)) == (study != "mixtures")


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
    assert trained["source-dense-1-1"][1].classes == ("1",)
    assert trained["source-diverse-1"][1].classes == tuple("012345678")
    for name in ("scratch", "dense", "diverse"):
        assert trained[f"{name}-to-last-1"][1].classes == ("9",)
        assert (trained[f"{name}-to-last-1"][1].init_from is None) == (name == "scratch")


def test_a_class_is_a_number_in_the_name_of_a_run(trained, tmp_path, monkeypatch):
    class Clothes:
        classes = ("T-shirt/top", "Trouser", "Bag")

    monkeypatch.setattr(density, "open_source", lambda name: Clothes)
    monkeypatch.setattr(Bench, "frechet", lambda *_: 1.0)
    density.main(parsed("density", "--seeds", "0", "1", "2", folder=tmp_path))
    found = {n: config.classes for n, (_, config, _) in trained.items() if "dense" in n}
    assert found["source-dense-0-0"] == found["source-dense-0-2"] == ("T-shirt/top",)
    assert found["source-dense-1-1"] == ("Trouser",)


def test_mining_alone_and_with_training_take_as_many_steps(trained, tmp_path):
    bench = Bench(parsed("mining", "--steps", "8", folder=tmp_path))
    source = bench.source("mnist", 0, "--dataset", "mnist")
    for way in mining.WAYS:
        mining.train(bench, way, 0, "7", 100, "on", source)
    methods = {name: method for name, (method, _, _) in trained.items()}
    assert methods["mining-7-on-100-0"] == methods["MineGAN-7-on-100-0"] == "minegan"
    assert methods["scratch-7-100-0"] == methods["warm-start-7-on-100-0"] == "gan"
    frozen = {name for name, (_, config, _) in trained.items() if config.freeze_discriminator}
    assert frozen == {"FreezeD-7-on-100-0"}
    assert trained["mining-7-on-100-0"][1].mining_steps == 8
    assert trained["MineGAN-7-on-100-0"][1].mining_steps == 6
    targets = [each for name, each in trained.items() if "source" not in name]
    assert {steps for *_, steps in targets} == {8}
    # All learn at the same rates.
    for name in ("generator_lr", "discriminator_lr", "beta_1", "beta_2", "critic_steps", "loss"):
        assert len({getattr(config, name) for _, config, _ in targets}) == 1
    mined = [config for method, config, _ in targets if method == "minegan"]
    assert {config.miner_lr for config in mined} == {config.generator_lr for config in mined}


def test_mixtures_have_red_digits_in_the_share_asked_for(tmp_path):
    path = mixtures.mixture(tmp_path, 0.25, 12, "train")
    images = open_source(str(path)).read(np.arange(12))["image"]
    every = open_source("glyphs-color", image_size=32).read(np.arange(600))
    red = mixtures.reddish(every["image"])
    assert 0 < red.mean() < 1
    threes, sevens = (every["image"][red & (every["label"] == digit)] for digit in (3, 7))
    np.testing.assert_array_equal(images[:3], threes[:3])
    np.testing.assert_array_equal(images[3:], sevens[:9])


def test_a_mixture_is_not_made_of_too_few(tmp_path, monkeypatch):
    monkeypatch.setattr(mixtures, "reddish", lambda images: np.arange(len(images)) < 2)
    with pytest.raises(SystemExit, match="have 2 reddish 3s of the 3 that a mixture of 12 needs"):
        mixtures.mixture(tmp_path, 0.25, 12, "train")
    assert list(tmp_path.iterdir()) == []


def saved(run, method, *options):
    """A run as a training with these options would have begun it."""
    config = settings([method, *options])[1].resolved()
    run.mkdir()
    write_json(to_file(method, config), run / "config.json")


def test_a_run_is_used_again_if_it_is_what_is_asked_for(tmp_path):
    options = ("--preset", "transfer-small", "--dataset", "glyphs", "--steps", 5, "--image-size", 8)
    run = tmp_path / "a"
    check_settings(run, "gan", *options)
    saved(run, "gan", *options, "--init-from", "other")
    check_settings(run, "gan", *options, "--init-from", "other")
    check_settings(run, "gan", *options, "--steps", 9, but=("steps",))
    for method, more, message in (
        ("gan", ("--steps", 9), "was trained with --steps 5, not 9; remove it, or name another"),
        ("gan", ("--width", 0.5), "was trained with --width 0.25, not 0.5"),
        ("gan", ("--init-from", "third"), "with --init-from .*other, not .*third"),
        ("acgan", (), "is a run of gan, not of acgan"),
    ):
        with pytest.raises(SystemExit, match=message):
            check_settings(run, method, *options, *more)


def test_the_bench_refuses_other_runs(trained, tmp_path):
    bench = Bench(parsed("inits", "--source-steps", "4", folder=tmp_path))
    data = ("--dataset", "mnist")
    small = ("--preset", "transfer-small", *module.SIZE, *module.QUIET)
    saved(tmp_path / "source-a-0", "gan", *small, *data, "--steps", 4, "--seed", 0)
    saved(tmp_path / "b-0", "gan", *small, *data, "--steps", 4, "--seed", 0)
    bench.source("a", 0, *data)
    bench.target("b", 0, 70, *data)
    with pytest.raises(SystemExit, match="source-a-0 was trained with --dataset mnist, not glyphs"):
        bench.source("a", 0, "--dataset", "glyphs")
    with pytest.raises(SystemExit, match="b-0 was trained with --examples None, not 5"):
        bench.target("b", 0, 70, *data, "--examples", 5)
    bench.given.source_steps = 5
    with pytest.raises(SystemExit, match="source-a-0 was trained with --steps 4, not 5"):
        bench.source("a", 0, *data)


@pytest.fixture
def answers(monkeypatch):
    """What `evaluate` is asked, in place of its answers."""
    asked = []

    def told(*arguments):
        asked.append([*map(str, arguments)])
        features = asked[-1][asked[-1].index("--features") + 1]
        key, value = f"frechet[{features}]", float(len(asked))
        few = {"reference": {"real": {key: 0.5}}}
        return {"measures": {key: value, f"coverage[{features}]": 0.1} | few}

    monkeypatch.setattr(module, "told", told)
    return asked


def ended(run, *steps):
    run.mkdir(exist_ok=True)
    lines = [f"finished {step} steps after 3s: see" for step in steps]
    (run / "log.txt").write_text("\n".join(["begun", *lines]))


def test_a_step_is_measured_while_the_run_is_there(answers, tmp_path):
    bench, run = Bench(parsed("inits", folder=tmp_path)), tmp_path / "a-0"
    ended(run, 100)
    assert bench.frechet(run, 100, "c.keras") == 1.0
    ended(run, 100, 500)
    assert bench.frechet(run, 100, "c.keras") == 1.0  # As it was kept.
    assert bench.frechet(run, 500, "c.keras") == 2.0
    with pytest.raises(SystemExit, match="a-0 is at step 500, not at step 200; remove it"):
        bench.frechet(run, 200, "c.keras")
    assert len(answers) == 2
    bench.given.count = 7
    with pytest.raises(SystemExit, match=r"answers .*--count 2000 .*, not .*--count 7"):
        bench.frechet(run, 100, "c.keras")


def test_the_images_themselves_are_measured_as_the_samples_are(
    trained, answers, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "ends", lambda run: [trained[run.name][-1]])
    arguments = ("--seeds", "0", "--images", "20", "--sources", "glyphs", "--at", "3")
    bench = []
    monkeypatch.setattr(inits, "Bench", lambda given: bench.append(Bench(given)) or bench[0])
    inits.main(parsed("inits", *arguments, "--steps", "6", folder=tmp_path))
    (few,) = (row for row in bench[0].rows if row["init"] == "the images")
    assert (few["frechet"], few["images"], few["step"]) == (0.5, 20, 6)
    # Four ways at two steps each, and nothing else.
    assert len(answers) == 8
    assert len(bench[0].rows) == 9


def test_another_target_in_colour_has_runs_of_its_own(trained, answers, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ends", lambda run: [trained[run.name][-1]])
    arguments = ("--seeds", "0", "--images", "20", "--sources", "glyphs", "--at", "3")
    more = ("--target", "glyphs-street", "--colour", "--steps", "6")
    inits.main(parsed("inits", *arguments, *more, folder=tmp_path))
    runs = {name: config for name, (method, config, _) in trained.items() if method == "gan"}
    names = {"none", "generator-glyphs", "discriminator-glyphs", "both-glyphs"}
    assert set(runs) == {"source-glyphs-colour-0"} | {f"glyphs-street-{n}-20-0" for n in names}
    assert {config.channels for config in runs.values()} == {3}
    source = str(tmp_path / "source-glyphs-colour-0")
    assert runs["glyphs-street-both-glyphs-20-0"].init_from == source
    assert runs["glyphs-street-none-20-0"].dataset == "glyphs-street"


def test_freezed_trains_the_networks_of_its_page(trained, answers, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ends", lambda run: [trained[run.name][-1]])
    arguments = ("--seeds", "0", "--targets", "glyphs-edge", "--images", "5")
    given = parsed("freezed", *arguments, folder=tmp_path)
    assert (given.source_steps, given.steps, given.classifier_steps) == (1000, 400, 300)
    freezed.main(given)
    runs = {name: config for name, (method, config, _) in trained.items() if method == "gan"}
    assert len(runs) == 4
    network = {"width": 0.25, "batch_size": 32, "loss": "non_saturating", "channels": 3}
    for config in runs.values():
        assert {name: getattr(config, name) for name in network} == network
    assert runs["glyphs-edge-warm-start-FreezeD-0"].freeze_discriminator == 2
    assert runs["glyphs-edge-warm-start-0"].init_from == str(tmp_path / "source-glyphs-0")
    fakes = [asked[asked.index("--fake") + 1] for asked in answers]
    assert fakes[:2] == ["glyphs-edge", str(tmp_path / "glyphs-edge-5.npz")]
    assert [fake.partition(":")[0] for fake in fakes[2:]] == ["generated"] * 3


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
