"""What `sample` does with styles: truncation and mixing."""

import json

import cv2
import numpy as np
import pytest

import main
from nets.progressive.stylegan import layers_at
from tests.conftest import TINY
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.latent.stored import StoredLatent, write_latent
from tfgan_kit.runs.saved_run import SavedRun

SMALL = ["--image-size", "16", "--latent-size", "4", "--width", "0.05", "--batch-sizes", "8"]
SMALL += ["--steps", "2"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "styles"
    assert main.main(["train", "stylegan", *SMALL, "--run-dir", str(path), "--quiet"]) == 0
    return path


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "plain"
    assert main.main(["train", "gan", *TINY, "--steps", "1", "--run-dir", str(path)]) == 0
    return path


def tiles(path, columns):
    """The images of a grid, 16x16 with 2 pixels between them."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    rows = (picture.shape[0] - 2) // 18
    return [
        picture[2 + 18 * r : 18 + 18 * r, 2 + 18 * c : 18 + 18 * c]
        for r in range(rows)
        for c in range(columns)
    ]


def test_psi_brings_samples_together(run, command, tmp_path):
    spread = {}
    for psi in ("0", "0.5", "1"):
        output = tmp_path / psi
        status, _, err = command("sample", run, "--count", 8, "--psi", psi, "--output", output)
        assert status == 0, err
        files = sorted(output.glob("*.png"))
        images = np.stack([cv2.imread(str(file)) for file in files]).astype(float)
        spread[psi] = images.std(0).mean()
    # A place in the batch can change how a byte is rounded.
    assert spread["0"] < 0.01
    assert 0.1 < spread["0.5"] < spread["1"]


def test_a_table_of_mixtures(run, command, tmp_path):
    output = tmp_path / "mixed.png"
    asked = ["--mix", "1,2", "3,4,5", "--layers", "0-1", "--json"]
    status, out, err = command("sample", run, *asked, "--output", output)
    assert status == 0, err
    assert json.loads(out)["count"] == 6
    saved = SavedRun(run)
    latents = np.concatenate([fixed_latents("normal", seed, 1, 4) for seed in (1, 2, 3, 4, 5)])
    w = saved.bound("map").render({"latent": latents})["w"]
    styles = [np.stack([each] * layers_at(16)) for each in w]
    expected = [styles[2], styles[3], styles[4]]
    for row in styles[:2]:
        expected.append(row)
        for column in styles[2:]:
            expected.append(np.concatenate([column[:2], row[2:]]))
    images = saved.bound("synthesize").render({"styles": np.stack(expected)})["image"]
    found = tiles(output, 4)
    assert len(found) == 12
    assert np.ptp(found[0]) == 0
    for tile, image in zip(found[1:], images[..., 0], strict=True):
        np.testing.assert_allclose(tile, (image + 1) * 127.5, atol=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--mix", "1", "2", "--layers", "4-6"], "has layers 0 to 5"),
        (["--mix", "1", "2", "--layers", "3-1"], "needs FIRST-LAST"),
        (["--mix", "1", "2", "--count", "3"], "takes no options besides"),
        (["--mix", "1", "b"], "not 'b'"),
        (["--layers", "0-1"], "--mix"),
        (["--psi", "nan"], "needs a finite number, not 'nan'"),
    ],
)
def test_what_cannot_be_is_refused(run, refused, tmp_path, arguments, said):
    output = tmp_path / "a.png"
    assert said in refused("sample", run, *arguments, "--output", output)
    assert not output.exists()


def test_other_generators_have_no_styles(plain, refused, tmp_path):
    output = tmp_path / "a.png"
    assert "does not map its latents" in refused("sample", plain, "--psi", 1, "--output", output)
    line = refused("sample", plain, "--mix", 1, 2, "--output", output)
    assert "cannot map, only generate" in line


def styles_of(saved, seeds):
    latents = np.concatenate([fixed_latents("normal", seed, 1, 4) for seed in seeds])
    return saved.bound("map").render({"latent": latents})["styles"]


def test_walks_between_mapped_latents(run, command, tmp_path):
    output = tmp_path / "walks.png"
    asked = ["--space", "w", "--keys", "1,2", "3", "--columns", 3, "--json"]
    status, out, err = command("interpolate", run, *asked, "--output", output)
    assert status == 0, err
    assert (json.loads(out)["rows"], json.loads(out)["keys"]) == (2, ["1", "2", "3"])
    saved = SavedRun(run)
    one, two, three = styles_of(saved, (1, 2, 3))
    walk = np.stack([one, (one + two) / 2, two, two, (two + three) / 2, three])
    images = saved.bound("synthesize").render({"styles": walk})["image"]
    for tile, image in zip(tiles(output, 3), images[..., 0], strict=True):
        np.testing.assert_allclose(tile, (image + 1) * 127.5, atol=1)
    status, _, err = command("interpolate", run, "--space", "w", "--rows", 2, "--output", output)
    assert status == 0, err
    ends = fixed_latents("normal", 0, 4, 4)
    first = saved.bound("generate").render({"latent": ends[:1]})["image"]
    np.testing.assert_allclose(tiles(output, 10)[0], (first[0, ..., 0] + 1) * 127.5, atol=1)


def test_a_stored_latent_is_a_key(run, command, refused, tmp_path):
    styles = styles_of(SavedRun(run), (5,))[0]
    mixed = styles + np.arange(len(styles), dtype=np.float32)[:, None] / 10
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    write_latent(StoredLatent("w+", mixed, {}), folder / "latent.npz")
    output = tmp_path / "walk.png"
    status, _, err = command("interpolate", run, "--keys", folder, 5, "--output", output)
    assert status == 0, err
    image = SavedRun(run).bound("synthesize").render({"styles": mixed[None]})["image"]
    first, *_ = tiles(output, 10)
    np.testing.assert_allclose(first, (image[0, ..., 0] + 1) * 127.5, atol=1)
    given = ["--output", tmp_path / "no.png", "--keys", 5, folder]
    assert "is in w+, which cannot be mapped back to z" in refused(
        "interpolate", run, "--space", "z", *given
    )
    write_latent(StoredLatent("w", mixed[:3], {}), folder / "latent.npz")
    assert "holds a latent of 3x4 numbers, the generator takes 6x4" in refused(
        "interpolate", run, *given
    )
    (folder / "latent.npz").write_bytes(b"something else")
    assert "not a whole .npz" in refused("interpolate", run, *given)
    line = refused("interpolate", run, "--path", "slerp", "--space", "w", *given[:2])
    assert "--path slerp is for normal latents" in line
    assert not (tmp_path / "no.png").exists()
