"""Points that a user names, in z and in w, and latents that are no points of a space."""

import json

import numpy as np
import pytest

from tests.saved_runs import untrained_styles, write_networks
from tfgan_kit.errors import UserError
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.latent.points import error_of, read_point
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.latent.stored import FILE, StoredLatent, write_latent
from tfgan_kit.runs.saved_run import SavedRun

SIZE, LAYERS = 4, 6
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def spaces(tmp_path_factory):
    """z and w of an untrained StyleGAN."""
    run = write_networks(tmp_path_factory.mktemp("runs") / "styles", *untrained_styles())
    return {name: LatentSpace(SavedRun(run), name) for name in "zw"}


@pytest.fixture
def stored(spaces):
    """Stores a latent in the run under a name, as `project` does; gives the word for it."""

    def store(space, code, noise=None, **told):
        folder = spaces["z"].path / "project" / f"{space}-{RNG.integers(1e9)}"
        folder.mkdir(parents=True)
        write_latent(StoredLatent(space, code.astype(np.float32), noise or {}), folder / FILE)
        (folder / "project.json").write_text(json.dumps(told))
        return f"project/{folder.name}"

    return store


def test_seeds(spaces):
    z = fixed_latents("normal", 7, 1, SIZE)
    np.testing.assert_array_equal(read_point(spaces["z"], "7", "--keys"), z[0])
    np.testing.assert_array_equal(read_point(spaces["w"], "7", "--keys"), spaces["w"].points(z)[0])


def test_what_was_projected(spaces, stored):
    z, w = RNG.normal(size=SIZE), RNG.normal(size=SIZE)
    in_z, in_w = stored("z", z), stored("w", np.tile(w, (LAYERS, 1)))
    np.testing.assert_allclose(read_point(spaces["z"], in_z, "--keys"), z, rtol=1e-6)
    np.testing.assert_allclose(read_point(spaces["w"], in_w, "--keys"), w, rtol=1e-6)
    mapped = spaces["w"].points(z[None].astype(np.float32))[0]
    np.testing.assert_allclose(read_point(spaces["w"], in_z, "--keys"), mapped, rtol=1e-5)


def test_latents_that_are_no_points_are_refused(spaces, stored):
    layers = RNG.normal(size=(LAYERS, SIZE))
    maps = {"noise_4_0": np.zeros((4, 4, 1), np.float32)}
    cases = [
        ("z", stored("w", layers), "with --space z"),
        ("w", stored("w+", layers), "with --space w"),
        ("w", stored("w", layers, maps), "--no-noise-opt"),
        ("z", stored("z", RNG.normal(size=SIZE + 1)), "holds 5 numbers, the generator takes 4"),
        ("z", "project/none", "no such file"),
    ]
    for space, word, message in cases:
        with pytest.raises(UserError, match=message):
            read_point(spaces[space], word, "--keys")


def test_how_far_a_projection_is_from_its_image(spaces, stored):
    assert error_of(spaces["z"], "3") == 0
    assert error_of(spaces["z"], stored("z", RNG.normal(size=SIZE), rmse=0.25)) == 0.25
    assert error_of(spaces["z"], stored("z", RNG.normal(size=SIZE))) == 0
