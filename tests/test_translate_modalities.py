"""`main.py translate --from depth --to segmentation` of a run that has modalities."""

import json

import cv2
import numpy as np
import pytest

from tests.test_translate_command import SETTINGS
from tests.trainers.small import build
from tfgan_kit.fields.network import from_network
from tfgan_kit.settings.size import Size
from tfgan_kit.uses import write_uses

SMALL = {"filters": (2, 3), "convolutions": (1, 1), "image_size": Size(16, 16)}
COUNT = 3


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The trainer, its run, and folders of examples; depths and label maps are told apart."""
    root = tmp_path_factory.mktemp("modalities")
    trainer, feed = build("mmnet", **SMALL)
    path = root / "run"
    (path / "models").mkdir(parents=True)
    (path / "config.json").write_text(json.dumps({"method": "mmnet", "settings": SETTINGS}))
    for name, network in trainer.networks.items():
        network.save(path / "models" / f"{name}.keras")
    write_uses(trainer.uses(), path / "uses.json")
    examples = next(iter(feed.examples(COUNT)))
    for name in examples:
        (root / name).mkdir()
    for k in range(COUNT):
        cv2.imwrite(str(root / "rgb" / f"{k}.png"), examples["rgb"][k][..., ::-1])
        cv2.imwrite(str(root / "segmentation" / f"{k}.png"), examples["segmentation"][k])
        np.save(root / "depth" / f"{k}.npy", examples["depth"][k])
    return trainer, root, examples


def translate(command, root, out, *given, inputs):
    places = "+".join(str(root / name) for name in inputs)
    return command("translate", root / "run", *given, "--input", places, "--output", out)


@pytest.mark.parametrize(
    ("source", "target"), [("depth", "segmentation"), ("segmentation", "depth"), ("depth", "rgb")]
)
def test_files_of_one_modality_become_those_of_another(trained, command, tmp_path, source, target):
    trainer, root, examples = trained
    given = ["--from", source, "--to", target]
    status, _, err = translate(command, root, tmp_path / "out", *given, inputs=[source])
    assert (status, err) == (0, "")
    bound = trainer.bound(f"translate_{source}_{target}")
    made = bound.render({source: examples[source]})[target]
    expected = from_network(trainer.modalities[target].field, made)
    for k in range(COUNT):
        if target == "depth":
            found = np.load(tmp_path / "out" / f"{k}.npy")
            np.testing.assert_allclose(found, expected[k], rtol=1e-5)
            continue
        found = cv2.imread(str(tmp_path / "out" / f"{k}.png"), cv2.IMREAD_UNCHANGED)
        found = found[..., ::-1] if target == "rgb" else found
        assert np.abs(found.astype(int) - expected[k]).max() <= (1 if target == "rgb" else 0)
    assert (tmp_path / "out" / "translations.png").exists()


@pytest.mark.parametrize(("weights", "shares"), [(None, (0.8, 0.2)), ("0.1,0.9", (0.1, 0.9))])
def test_several_modalities_are_mixed(trained, command, tmp_path, weights, shares):
    trainer, root, examples = trained
    given = ["--from", "rgb+depth", "--to", "segmentation"]
    given += ["--weights", weights] if weights else []
    status, _, err = translate(command, root, tmp_path / "out", *given, inputs=["rgb", "depth"])
    assert (status, err) == (0, "")
    inputs = {name: examples[name] for name in ("rgb", "depth")}
    inputs["weights"] = np.tile(np.float32([shares]), (COUNT, 1))
    made = trainer.bound("translate_rgb_depth_segmentation").render(inputs)["segmentation"]
    for k in range(COUNT):
        found = cv2.imread(str(tmp_path / "out" / f"{k}.png"), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(found, made[k].argmax(-1))
    told = json.loads((tmp_path / "out" / "translations.json").read_text())
    assert f"{list(shares)}" in json.dumps(told)


@pytest.mark.parametrize(
    ("given", "inputs", "said"),
    [
        (["--from", "depth", "--to", "nir"], ["depth"], "give one of --from rgb --to segmentation"),
        ([], ["depth"], "translates in several ways"),
        (["--from", "depth+rgb", "--to", "segmentation"], ["rgb"], "--from rgb+depth"),
        (
            ["--from", "rgb+depth", "--to", "segmentation"],
            ["rgb"],
            "give a path for each of rgb and depth, joined with +",
        ),
        (
            ["--from", "rgb+depth", "--to", "segmentation", "--weights", "0.8,0.3"],
            ["rgb", "depth"],
            "--weights 0.8,0.3: they add up to 1.1; give shares of 0 or more that add up to 1",
        ),
        (
            ["--from", "rgb+depth", "--to", "segmentation", "--weights=-0.2,1.2"],
            ["rgb", "depth"],
            "--weights -0.2,1.2: -0.2 is below 0; give shares of 0 or more",
        ),
        (
            ["--from", "rgb+depth", "--to", "segmentation"],
            ["rgb", "nowhere"],
            "nowhere: there is no such file or folder",
        ),
        (
            ["--from", "rgb+depth", "--to", "segmentation"],
            ["rgb", "depth/0.npy"],
            "depth/0.npy is the only depth for 3 files of rgb; give a folder with a file of each",
        ),
        (
            ["--from", "rgb+depth", "--to", "segmentation"],
            ["rgb/0.png", "depth"],
            "rgb/0.png is the only rgb for 3 files of depth; give a folder with a file of each",
        ),
        (
            ["--from", "rgb+depth", "--to", "segmentation", "--weights", "1"],
            ["rgb", "depth"],
            "give a number for each of rgb, depth",
        ),
        (
            ["--from", "rgb+depth", "--to", "segmentation", "--weights", "half,half"],
            ["rgb", "depth"],
            "give numbers, joined with commas",
        ),
        (
            ["--from", "rgb", "--to", "depth", "--weights", "1"],
            ["rgb"],
            "--weights: rgb is translated alone",
        ),
        (["--from", "rgb", "--to", "depth", "--alpha", "0.5"], ["rgb"], "--alpha: "),
        (["--from", "rgb", "--to", "depth", "--cycle"], ["rgb"], "--cycle: "),
    ],
)
def test_what_it_cannot_do_is_one_line(trained, command, tmp_path, given, inputs, said):
    _, root, _ = trained
    status, _, err = translate(command, root, tmp_path / "out", *given, inputs=inputs)
    assert status == 2
    assert said in err
    assert "--depth" not in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_mixed_translation_that_was_stopped_goes_on(trained, command, tmp_path):
    _, root, _ = trained
    given = ["--from", "rgb+depth", "--to", "segmentation", "--weights", "0.3,0.7"]
    out = tmp_path / "out"
    for told in ("", f"{COUNT} of {COUNT} were translated before"):
        status, lines, err = translate(command, root, out, *given, inputs=["rgb", "depth"])
        assert (status, err) == (0, "")
        assert told in lines


def test_modalities_of_two_sizes_are_not_mixed(trained, command, tmp_path):
    _, root, examples = trained
    np.save(tmp_path / "0.npy", examples["depth"][0][:12])
    place = f"{root / 'rgb' / '0.png'}+{tmp_path / '0.npy'}"
    given = ["--from", "rgb+depth", "--to", "segmentation", "--input", place]
    status, _, err = command("translate", root / "run", *given, "--output", tmp_path / "out")
    assert status == 2
    assert "0.npy: is 16x12, but " in err
    assert "give files of one size" in err


def test_paths_may_have_the_sign_in_them(trained, command, tmp_path):
    _, root, examples = trained
    (tmp_path / "a+b").mkdir()
    np.save(tmp_path / "a+b" / "0.npy", examples["depth"][0])
    place = f"{root / 'rgb' / '0.png'}+{tmp_path / 'a+b'}"
    given = ["--from", "rgb+depth", "--to", "segmentation", "--input", place]
    status, _, err = command("translate", root / "run", *given, "--output", tmp_path / "out")
    assert (status, err) == (0, "")
    assert (tmp_path / "out" / "0.png").exists()


def test_depths_and_label_maps_are_not_compared_as_images(trained, command, tmp_path):
    _, root, _ = trained
    given = ["--from", "rgb", "--to", "depth", "--compare", root / "depth"]
    status, _, err = translate(command, root, tmp_path / "out", *given, inputs=["rgb"])
    assert status == 2
    assert "--compare measures images, not depth" in err


def test_a_run_without_modalities_has_no_weights(command, tmp_path):
    from tests.test_translate_command import write_run

    write_run(tmp_path / "run")
    cv2.imwrite(str(tmp_path / "image.png"), np.zeros((16, 16), np.uint8))
    given = ["translate", tmp_path / "run", "--weights", "1"]
    status, _, err = command(
        *given, "--input", tmp_path / "image.png", "--output", tmp_path / "out"
    )
    assert status == 2
    assert "--weights: " in err
