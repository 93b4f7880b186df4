"""`interpolate` between keys: seeds and stored latents, of one domain and of several."""

import numpy as np
import pytest
from PIL import Image

from tests.saved_runs import SIDE, SIZE, write_run
from tfgan_kit.commands.latent.interpolate import interpolate
from tfgan_kit.errors import UserError
from tfgan_kit.latent.stored import FILE, StoredLatent, read_latent, write_latent
from tfgan_kit.latent.walks import slerp
from tfgan_kit.pictures.images import paired_grid, to_uint8
from tfgan_kit.runs.saved_generator import SavedGenerator


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "single"
    return write_run(path, {"image": (1, 1.0)}, method="gan", latent="normal")


@pytest.fixture(scope="module")
def joint(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "joint"
    return write_run(path, {"image_a": (1, 1.0), "image_b": (3, -1.0)})


def keep(run, name, latent):
    """A projection of the run."""
    (run / "project" / name).mkdir(parents=True, exist_ok=True)
    stored = StoredLatent("z", np.asarray(latent, np.float32), {})
    write_latent(stored, run / "project" / name / FILE)


def shown(run, latents):
    generator = SavedGenerator(run)
    return generator.render(generator.with_latents(np.asarray(latents, np.float32)))


def read(path):
    return np.asarray(Image.open(path).convert("RGB"))


def test_rows_lead_from_key_to_key(single, tmp_path):
    keep(single, "mine", [0.3, -0.2, 1.0])
    keys = ["4", "project/mine", "4,6"]
    told = interpolate(single, keys=keys, columns=3, output=tmp_path / "a.png")
    assert told == f"wrote 3 walks of 3 images to {tmp_path / 'a.png'}"
    assert told.values["keys"] == ["4", "project/mine", "4", "6"]
    four, six = (SavedGenerator(single).latents(seed, 1)[0] for seed in (4, 6))
    mine = np.array([0.3, -0.2, 1.0], np.float32)
    legs = [(four, mine), (mine, four), (four, six)]
    latents = [slerp(a, b, t) for a, b in legs for t in (0, 0.5, 1)]
    wanted = paired_grid(shown(single, latents), 3).repeat(3, axis=-1)
    np.testing.assert_array_equal(read(tmp_path / "a.png"), wanted)
    told = interpolate(single, keys=keys, columns=3, loop=True, output=tmp_path / "b.png")
    assert told.values["rows"] == 4


@pytest.mark.parametrize(("loop", "frames"), [(False, 5), (True, 6)])
def test_the_first_frame_is_the_first_key(joint, tmp_path, loop, frames):
    told = interpolate(
        joint, keys=["1", "2"], columns=[4, 3][loop], loop=loop, output=tmp_path / "a.gif"
    )
    assert told.values["frames"] == frames
    animation = Image.open(tmp_path / "a.gif")
    assert (animation.n_frames, animation.size) == (frames, (256, 512))
    generator = SavedGenerator(joint)
    one, two = (generator.render(generator.inputs(seed, 1)) for seed in (1, 2))
    scale = 256 // SIDE

    def frame(number):
        animation.seek(number)
        return np.asarray(animation.convert("RGB"))[::scale, ::scale].astype(int)

    # Both domains, one below the other; a palette of 256 colours loses a little.
    for number, key in ((0, one), (3 if loop else frames - 1, two)):
        gray, colour = (to_uint8(images)[0] for images in key)
        assert np.abs(frame(number)[:SIDE] - gray).max() <= 8
        assert np.abs(frame(number)[SIDE:] - colour).mean() <= 8
    if loop:
        # The last frame is on its way back.
        assert 0 < np.abs(frame(5) - frame(0)).mean() < np.abs(frame(3) - frame(0)).mean()


def test_the_images_of_keys_are_exactly_theirs(single, tmp_path):
    """Whatever comes between: bit for bit, before it is written."""
    from tfgan_kit.latent.keys import read_keys
    from tfgan_kit.latent.routes import between_keys

    generator = SavedGenerator(single)
    keys = read_keys(generator, ["1,2,3"], None)
    route = between_keys(generator, keys, 7, None, loop=False, rows=False)
    assert route.count == 2 * 7 + 1
    found = route.bound.render(route.inputs)["image"]
    for place, seed in ((0, 1), (7, 2), (14, 3)):
        latent = generator.latents(seed, 1)
        np.testing.assert_array_equal(route.inputs["latent"][place], latent[0])
        among = np.zeros((15, SIZE), np.float32)
        among[place] = latent[0]
        alone = generator.render(generator.with_latents(among))[0]
        np.testing.assert_array_equal(found[place], alone[place])


def test_what_is_refused(single, joint, tmp_path):
    keep(single, "there", [1.0, 2.0, 0.5])
    keep(single, "back", [-1.0, -2.0, -0.5])
    keep(single, "longer", [1.0] * 4)
    (single / "project" / "empty").mkdir()
    np.savez(single / "project" / "empty" / FILE, space="z", latent=np.array([1, np.nan, 0.0]))
    ends = {"from_label": "0", "to_label": "1"}
    for said, run, options in (
        ("give two keys or more", single, {"keys": ["3"]}),
        (
            "project/there and project/back are opposite",
            single,
            {"keys": ["project/there", "project/back"]},
        ),
        ("4 numbers, the generator takes 3", single, {"keys": ["1", "project/longer"]}),
        ("none/latent.npz: no such file", single, {"keys": ["1", "none"]}),
        ("not a latent that", single, {"keys": ["1", "project/empty"]}),
        ("cannot map, only generate", single, {"keys": ["1", "2"], "space": "w"}),
        ("cannot map, only generate", single, {"space": "w"}),
        ("--path slerp is for normal latents", joint, {"path": "slerp"}),
        ("leave --rows out", single, {"keys": ["1", "2"], "rows": 3}),
        ("leave --seed out", single, {"keys": ["1", "2"], "seed": 3}),
        ("--loop goes back", single, {"loop": True}),
        ("leave --keys out", single, {"keys": ["1", "2"], **ends}),
        ("leave --path out", single, {"path": "lerp", **ends}),
    ):
        with pytest.raises(UserError) as caught:
            interpolate(run, output=tmp_path / "new" / "a.png", **options)
        assert said in str(caught.value)
    assert not (tmp_path / "new").exists()
    there_and_back = ["project/there", "project/back"]
    interpolate(single, keys=there_and_back, path="lerp", output=tmp_path / "new" / "a.png")


def test_latents_in_files(tmp_path):
    maps = {"noise_0": np.ones((4, 4, 1), np.float32), "noise_1": np.zeros((8, 8, 1), np.float32)}
    given = StoredLatent("w+", np.arange(6, dtype=np.float32).reshape(2, 3), maps)
    write_latent(given, tmp_path / FILE)
    found = read_latent(tmp_path / FILE)
    assert found.space == "w+"
    np.testing.assert_array_equal(found.code, given.code)
    assert found.noise.keys() == maps.keys()
    for name, values in maps.items():
        np.testing.assert_array_equal(found.noise[name], values)
    assert set(np.load(tmp_path / FILE)) == {"space", "layers", "noise/noise_0", "noise/noise_1"}
