"""`main.py edit`: strips along directions, their names, and runs that do not fit together."""

import json

import cv2
import numpy as np
import pytest

import main
from nets.latent.directions import directions
from tests.saved_runs import SIDE, SIZE, untrained_styles, write_networks, write_run
from tfgan_kit.fields import class_field
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.latent.noise import with_noise
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.latent.stored import StoredLatent, write_latent
from tfgan_kit.machine.files import write_json
from tfgan_kit.runs.saved_run import SavedRun

COUNT = 5


def write_directions(path, run, space="z", count=COUNT):
    """What a run of `directions` holds that `edit` needs, without training it."""
    lies = LatentSpace(SavedRun(run), space)
    networks = {"directions": directions(lies.field.shape[0], count), **lies.networks}
    write_networks(
        path, "directions", networks, [use for use in (lies.edit_use(count), lies.map_use()) if use]
    )
    settings = {"seed": 0, "generator": str(run), "shift": 3.0}
    write_json({"method": "directions", "settings": settings}, path / "config.json")
    return path


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A generator of blobs, and directions in it."""
    folder = tmp_path_factory.mktemp("runs")
    run = write_run(folder / "gan", {"image": (1, 1)}, method="gan", latent="normal")
    return run, write_directions(folder / "found", run)


@pytest.fixture
def edit(command, runs):
    run, found = runs

    def run_it(*arguments):
        status, out, err = command("edit", run, "--directions", found, *arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return run_it


def tiles(path, rows, columns):
    """The images of a grid, with 2 pixels between them: (rows, columns, height, width)."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    height, width = ((s - 2) // n - 2 for s, n in zip(picture.shape, (rows, columns), strict=True))
    cells = picture[2:, 2:].reshape(rows, height + 2, columns, width + 2).swapaxes(1, 2)
    return cells[:, :, :height, :width]


def test_a_strip(edit, runs, tmp_path):
    run, found = runs
    output = tmp_path / "new" / "a.png"
    told = edit("--k", 3, "--eps", "-2..2", "--rows", 2, "--columns", 5, "--output", output)
    assert told == {
        **{"output": str(output), "directions": [3], "rows": 2, "columns": 5},
        **{"eps": [-2, 2], "seed": 3},
    }
    matrix = SavedRun(found).load("directions").get_layer("directions").matrix.numpy()
    latents = fixed_latents("normal", 3, 2, SIZE)
    generator, shown = SavedRun(run).bound("generate"), tiles(output, 2, 5)
    for column, eps in enumerate((-2, -1, 0, 1, 2)):
        made = generator.render({"latent": latents + eps * matrix[:, 3]})["image"][..., 0]
        np.testing.assert_allclose(shown[:, column], (made + 1) * 127.5, atol=1)


def test_all_directions_of_another_seed(edit, tmp_path):
    output = tmp_path / "a.png"
    how = ("--eps", "-0.5..0.5", "--rows", 2, "--columns", 3, "--seed", 8)
    told = edit("--k", "all", *how, "--output", output)
    assert told["directions"] == [0, 1, 2, 3, 4]
    shown = tiles(output, 2 * COUNT, 3)
    middle = shown[:, 1].reshape(COUNT, 2, SIDE, SIDE)
    np.testing.assert_array_equal(middle, np.stack([middle[0]] * COUNT))
    assert len({row.tobytes() for row in shown[:, 0]}) == 2 * COUNT


@pytest.mark.parametrize("ending", ["gif", "mp4"])
def test_an_animation(edit, tmp_path, ending):
    output = tmp_path / f"a.{ending}"
    told = edit("--k", "1,4", "--rows", 2, "--columns", 4, "--output", output)
    assert told["frames"] == 6
    assert told["eps"] == [-3, 3]  # As far as in training.
    video = cv2.VideoCapture(str(output))
    assert video.get(cv2.CAP_PROP_FRAME_COUNT) == 6


def test_names(edit, runs, refused, tmp_path):
    output = tmp_path / "a.png"
    assert edit("--name", "3=thickness", "--name", "0=tilt")["names"]["3"] == "thickness"
    assert json.loads((runs[1] / "names.json").read_text()) == {"0": "tilt", "3": "thickness"}
    assert edit("--k", "thickness,1,tilt", "--output", output)["directions"] == [3, 1, 0]
    assert edit("--k", "size", "--name", "4=size", "--output", output)["directions"] == [4]
    ask = ("edit", runs[0], "--directions", runs[1])
    said = refused(*ask, "--k", "thicknes", "--output", output)
    assert "did you mean 'thickness'?" in said
    assert "direction 3 is called that" in refused(*ask, "--name", "1=thickness")
    assert set(edit("--name", "3=", "--name", "4=")["names"]) == {"0"}
    page = runs[1] / "report.html"
    assert main.main(["report", str(runs[1])]) == 0
    assert page.stat().st_size > 1000
    (runs[1] / "names.json").write_text("[")
    assert "names.json cannot be read" in refused(*ask, "--k", "1", "--output", output)
    (runs[1] / "names.json").unlink()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--k", "5"], "--k: there is no direction 5; they are 0 to 4"),
        (["--k", "-1"], "--k: there is no direction -1"),
        (["--k", "smile"], "no direction is called 'smile'; give 0 to 4; --name gives them names"),
        (["--k", "1", "--eps", "3"], "needs FIRST..LAST"),
        (["--k", "1", "--eps", "-1..inf"], "needs FIRST..LAST"),
        (["--k", "1", "--label", "2"], "was trained without labels"),
        (["--k", "1", "--layers", "0-3"], "--layers: latents of z have no layers"),
        ([], "--k is missing"),
    ],
)
def test_what_cannot_be_is_refused(runs, refused, tmp_path, arguments, said):
    output = tmp_path / "a.png"
    ask = ("edit", runs[0], "--directions", runs[1])
    assert said in refused(*ask, *arguments, "--output", output)
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--k", "1"], "--output is missing"),
        (["--k", "1", "--output", "a.bmp"], "edit writes .png, .gif or .mp4"),
        (["--name", "9=smile"], "there is no direction 9"),
        (["--name", "smile"], "give NUMBER=NAME"),
        (["--name", "1=2"], "a name is not a number"),
        (["--name", "1=a,b"], "has no comma"),
        (["--name", "1=all"], "not 'all'"),
    ],
)
def test_half_a_request_is_refused(runs, refused, arguments, said):
    assert said in refused("edit", runs[0], "--directions", runs[1], *arguments)
    assert not (runs[1] / "names.json").exists()


def test_runs_that_do_not_fit_are_refused(runs, refused, tmp_path):
    run, found = runs
    how = ("--k", 1, "--output", tmp_path / "a.png")
    said = refused("edit", run, "--directions", run, *how)
    assert "the networks of gan cannot edit, only generate; name a run of directions" in said
    assert "cannot generate, only edit" in refused("edit", found, "--directions", found, *how)
    styles = write_networks(tmp_path / "styles", *untrained_styles())
    said = refused("edit", styles, "--directions", found, *how)
    assert f"has latents of 4 numbers, the directions of {found} have {SIZE}" in said
    in_w = write_directions(tmp_path / "in-w", styles, space="w")
    assert "has no space w" in refused("edit", run, "--directions", in_w, *how)
    points = write_run(tmp_path / "points", {"image": (1, 1)}, points=True)
    assert "generates points" in refused("edit", points, "--directions", found, *how)


def test_another_generator_is_told(runs, command, tmp_path):
    run = write_run(tmp_path / "other", {"image": (1, 1)}, method="gan", label=class_field("abc"))
    ask = ("edit", run, "--directions", runs[1], "--k", 1, "--label", "c,a", "--rows", 3)
    status, out, err = command(*ask, "--output", tmp_path / "a.png")
    assert status == 0
    assert err.startswith("warning: the directions were found in ")
    assert "wrote 3 rows" in out
    corners = tiles(tmp_path / "a.png", 3, 9)[:, 4].min((1, 2)).astype(int)
    assert corners[0] > corners[1] + 30
    assert corners[0] == corners[2]


def test_intermediate_latents_are_moved(command, tmp_path):
    styles = write_networks(tmp_path / "styles", *untrained_styles())
    found, output = write_directions(tmp_path / "found", styles, space="w"), tmp_path / "a.png"
    ask = ("edit", styles, "--directions", found, "--k", 2, "--rows", 1, "--columns", 3)
    status, _, err = command(*ask, "--output", output)
    assert (status, err) == (0, "")
    saved = SavedRun(styles)
    w = saved.bound("map").render({"latent": fixed_latents("normal", 3, 1, 4)})["w"]
    matrix = SavedRun(found).load("directions").get_layer("directions").matrix.numpy()
    moved = np.concatenate([w + eps * matrix[:, 2] for eps in (-3, 0, 3)])
    made = saved.bound("synthesize").render({"styles": np.stack([moved] * 6, 1)})["image"][..., 0]
    np.testing.assert_allclose(tiles(output, 1, 3)[0], (made + 1) * 127.5, atol=1)


def test_named_latents_have_a_row_each(edit, refused, runs, tmp_path):
    run, found = runs
    output = tmp_path / "a.png"
    how = ("--k", 1, "--columns", 3, "--keys", "5,6", "--output", output)
    assert edit(*how)["rows"] == 2
    matrix = SavedRun(found).load("directions").get_layer("directions").matrix.numpy()
    saved = SavedRun(run)
    for row, seed in enumerate((5, 6)):
        z = fixed_latents("normal", seed, 1, SIZE)
        moved = np.concatenate([z + eps * matrix[:, 1] for eps in (-3, 0, 3)]).astype(np.float32)
        made = saved.bound("generate").render({"latent": moved})["image"][..., 0]
        np.testing.assert_allclose(tiles(output, 2, 3)[row], (made + 1) * 127.5, atol=1)
    said = refused("edit", run, "--directions", found, *how, "--rows", 3)
    assert "--keys has a row for each key; leave --rows and --seed out" in said


@pytest.fixture(scope="module")
def in_w(tmp_path_factory):
    """An untrained StyleGAN of six layers, and directions in its w."""
    folder = tmp_path_factory.mktemp("in-w")
    styles = write_networks(folder / "styles", *untrained_styles())
    return styles, write_directions(folder / "found", styles, space="w")


@pytest.mark.parametrize("layers", [None, (1, 2)])
def test_what_was_projected_layer_by_layer_is_moved(in_w, command, tmp_path, layers):
    styles, found = in_w
    rng, folder = np.random.default_rng(0), tmp_path / "mine"
    code = rng.normal(size=(6, 4)).astype(np.float32)
    noise = {"noise_2_map": rng.normal(size=(8, 8, 1)).astype(np.float32)}
    folder.mkdir()
    write_latent(StoredLatent("w+", code, noise), folder / "latent.npz")
    output = tmp_path / "a.png"
    ask = ("edit", styles, "--directions", found, "--k", "4,2", "--columns", 3, "--keys", folder, 7)
    given = () if layers is None else ("--layers", "{}-{}".format(*layers))
    assert command(*ask, *given, "--output", output)[0] == 0
    saved = SavedRun(styles)
    matrix = SavedRun(found).load("directions").get_layer("directions").matrix.numpy()
    seed = saved.bound("map").render({"latent": fixed_latents("normal", 7, 1, 4)})["styles"][0]
    shown = tiles(output, 4, 3)
    moved = range(6) if layers is None else range(layers[0], layers[1] + 1)
    mask = np.isin(np.arange(6), moved)[:, None]
    scale = SavedRun(found).load("directions").get_layer("directions").scale.numpy()
    bound, maps = with_noise(saved.bound("synthesize"))
    for row, (k, key) in enumerate(((4, 0), (4, 1), (2, 0), (2, 1))):
        own = maps | (noise if key == 0 else {})
        for column, eps in enumerate((-3, 0, 3)):
            styled = (code, seed)[key] + eps * scale * matrix[:, k] * mask
            inputs = {"styles": styled[None].astype(np.float32)}
            made = bound.render(inputs | {n: m[None] for n, m in own.items()})["image"][0, ..., 0]
            np.testing.assert_allclose(shown[row, column], (made + 1) * 127.5, atol=1)


def test_layers_and_spaces_that_there_are_not_are_refused(in_w, runs, refused, tmp_path):
    styles, found = in_w
    how = ("--k", 1, "--output", tmp_path / "a.png")
    said = refused("edit", styles, "--directions", found, *how, "--layers", "4-6")
    assert "has layers 0 to 5" in said
    folder = tmp_path / "mine"
    folder.mkdir()
    write_latent(StoredLatent("w", np.zeros((6, 4), np.float32), {}), folder / "latent.npz")
    said = refused("edit", runs[0], "--directions", runs[1], *how, "--keys", folder)
    assert "is in w, which cannot be mapped back to z; project the image with --space z" in said
    assert not (tmp_path / "a.png").exists()
