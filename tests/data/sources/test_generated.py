"""Generated examples: functions of the run, the split and the number, whatever is read before."""

import numpy as np
import pytest

from data.reading.open import open_source
from data.registry import absolute_name, open_raw, split_mix
from data.sources import generated
from nets import cogan, dcgan, mlp
from tests.tfgan_kit.export.conftest import SIZE, filled, make_run
from tfgan_kit.errors import UserError
from tfgan_kit.latent.latents import latents_of_block
from tfgan_kit.pictures.images import to_uint8


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    network = filled(dcgan.generator((32, 32, 3), SIZE, width=0.03), seed=0)
    return make_run(tmp_path_factory.mktemp("runs") / "single", {"generator": network})


@pytest.fixture(scope="module")
def joint(tmp_path_factory):
    shapes = [(32, 32, 1)] * 2
    network = filled(cogan.generator(shapes, SIZE, width=0.03), seed=0)
    path = tmp_path_factory.mktemp("runs") / "joint"
    return make_run(path, {"generator": network}, method="cogan", latent="uniform")


def images(name, indices, **options):
    return open_source(name, **options).read(np.array(indices))["image"]


def test_examples_are_functions_of_their_number(run):
    name = f"generated:{run}"
    some = images(name, [5, 60, 59_999, 17])
    assert some.shape == (4, 32, 32, 3)
    assert some.dtype == np.uint8
    np.testing.assert_array_equal(images(name, [17, 59_999, 5])[[2, 1, 0]], some[[0, 2, 3]])
    assert len({image.tobytes() for image in some}) == 4


def test_they_are_what_the_generator_makes_of_its_latents(run):
    from tfgan_kit.runs.saved_generator import SavedGenerator

    latents = latents_of_block("normal", 3, "generated/train", 2, generated.BLOCK, SIZE)
    (expected,) = SavedGenerator(run).render({"latent": latents})
    given = images(f"generated:{run}", 2 * generated.BLOCK + np.arange(generated.BLOCK))
    assert np.abs(given.astype(int) - to_uint8(expected)).max() <= 1
    assert latents.std() > 0.8


def test_splits_have_latents_of_their_own(run):
    train, test = (open_source(f"generated:{run}", split=split) for split in ("train", "test"))
    assert (len(train), len(test)) == (60_000, 10_000)
    assert (train.read(np.array([0]))["image"] != test.read(np.array([0]))["image"]).any()
    assert train.classes == ()
    assert (train.read(np.arange(3))["label"] == -1).all()


def test_blocks_that_do_not_fit_into_memory_are_made_anew(run, monkeypatch):
    monkeypatch.setattr(generated, "MEMORY_BUDGET", 2 * generated.BLOCK * 32 * 32 * 3)
    source = open_raw(f"generated:{run}").source
    order = [0, 100, 200, 300, 0]
    found = [source.example(i)[0].copy() for i in order]
    assert len(source._blocks) == 2
    np.testing.assert_array_equal(found[0], found[-1])


def test_sizes_and_channels_and_transforms_are_as_of_any_set(run):
    assert images(f"generated:{run}", [0], image_size=16, channels=1).shape == (1, 16, 16, 1)
    plain = images(f"generated:{run}", [3])
    np.testing.assert_array_equal(images(f"generated-negative:{run}", [3]), 255 - plain)


def test_the_domains_of_a_joint_run_show_one_latent(joint):
    a, b = (open_raw(f"generated:{joint}:{letter}") for letter in "ab")
    assert a.identity == b.identity
    assert a.source.name != b.source.name
    latents = latents_of_block("uniform", 3, "generated/train", 0, generated.BLOCK, SIZE)
    from tfgan_kit.runs.saved_generator import SavedGenerator

    for raw, expected in zip(
        (a, b), SavedGenerator(joint).render({"latent": latents}), strict=True
    ):
        first = np.stack([raw.source.example(i)[0] for i in range(4)])
        assert np.abs(first.astype(int) - to_uint8(expected[:4])).max() <= 1


def test_a_generator_that_has_changed_is_another_data_set(run, tmp_path):
    network = filled(dcgan.generator((32, 32, 3), SIZE, width=0.03), seed=1)
    other = make_run(tmp_path / "single", {"generator": network})
    names = [open_raw(f"generated:{path}").source.name.split()[1] for path in (run, other, run)]
    assert names[0] == names[2] != names[1]


def test_points(tmp_path):
    run = make_run(tmp_path / "run", {"generator": mlp.generator((2,), SIZE, width=0.1)})
    reader = open_source(f"generated:{run}")
    points = reader.read(np.array([0, 7]))["image"]
    assert reader.is_points
    assert points.shape == (2, 2)
    assert points.dtype == np.float32


def test_paths_are_found_again_from_elsewhere(run, joint, monkeypatch):
    monkeypatch.chdir(run.parent)
    assert absolute_name(f"generated:{run.name}") == f"generated:{run}"
    monkeypatch.chdir(joint.parent)
    assert absolute_name(f"generated:{joint.name}:b") == f"generated:{joint}:b"
    assert absolute_name(f"generated:{joint.name}:a+glyphs") == f"generated:{joint}:a+glyphs"


def test_a_plus_in_a_path_joins_nothing(tmp_path):
    (tmp_path / "a+b").mkdir()
    name = f"generated:{tmp_path}/a+b:a"
    assert split_mix(f"{name}+glyphs") == [name, "glyphs"]


def test_what_cannot_be_opened(run, joint, tmp_path):
    def refused(name, reason):
        with pytest.raises(UserError, match=reason) as caught:
            open_source(name)
        assert "\n" not in str(caught.value)

    refused("generated", "generated needs its path after a colon")
    refused(f"generated:{tmp_path}/none", "generated: there is no .*none")
    refused(f"generated:{tmp_path}", "not a run directory")
    refused(f"generated:{joint}", r"run of 2 domains; write one of generated:.*:a, generated:.*:b")
    refused(f"generated:{joint}:c", "run of 2 domains")
    refused(f"generated:{run}:a", "is a run of one domain; write generated:")
    refused(str(run), "is a run: write generated:")
    refused(f"generated:{make_run(tmp_path / 'new', {})}", "no generator.keras yet")
    classifier = make_run(tmp_path / "classifier", {}, method="classifier")
    refused(f"generated:{classifier}", "cannot generate")


def test_a_generator_that_has_diverged_is_named(tmp_path):
    network = mlp.generator((2,), SIZE, width=0.1)
    network.get_layer("output").kernel.assign(np.full((13, 2), np.nan))
    run = make_run(tmp_path / "run", {"generator": network})
    with pytest.raises(UserError, match="not finite; the generator has diverged"):
        open_source(f"generated:{run}").read(np.array([0]))
