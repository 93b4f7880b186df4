"""`main.py translate --from A --to B` and `evaluate --metrics` of a run that has domains."""

import json

import cv2
import keras
import numpy as np
import pytest

from data.reading.open import open_source
from tests.test_evaluate_translations import frechet, network
from tests.test_translate_command import SETTINGS, read
from tfgan_kit.fields import image_field
from tfgan_kit.uses import translate, write_uses

__all__ = ["network"]  # A fixture.


@pytest.fixture
def run(tmp_path):
    """A run that makes images of domain a darker, and images of b their negatives."""
    path, field = tmp_path / "run", image_field((16, 16, 1)).of_any_size(4)
    (path / "models").mkdir(parents=True)
    (path / "config.json").write_text(json.dumps({"method": "cyclegan", "settings": SETTINGS}))
    for name, scale in (("ab", 0.5), ("ba", -1.0)):
        given = keras.Input((None, None, 1), name="input")
        image = keras.layers.Rescaling(scale)(given)
        model = keras.Model({"input": given}, {"image": image})
        model.save(path / "models" / f"generator_{name}.keras")
    uses = [
        translate({"input": field}, field, f"generator_{d}", f"translate_{d}") for d in ("ab", "ba")
    ]
    write_uses(uses, path / "uses.json")
    pixels = np.random.default_rng(0).integers(0, 256, (9, 13), np.uint8)
    cv2.imwrite(str(tmp_path / "image.png"), pixels)
    return path, pixels


def test_each_direction_has_its_network(run, command, tmp_path):
    path, pixels = run
    darker = np.rint(((pixels / 127.5 - 1) / 2 + 1) * 127.5)
    for source, target, expected in (("a", "b", darker), ("b", "a", 255 - pixels)):
        out = tmp_path / f"to_{target}"
        given = ["translate", path, "--from", source, "--to", target]
        status, _, err = command(*given, "--input", tmp_path / "image.png", "--output", out)
        assert (status, err) == (0, "")
        np.testing.assert_allclose(read(out / "image.png"), expected, atol=1)


@pytest.mark.parametrize("given", [[], ["--from", "a"], ["--from", "a", "--to", "c"]])
def test_a_direction_that_it_lacks_is_one_line(run, command, tmp_path, given):
    path, _ = run
    out = tmp_path / "out"
    given = ["translate", path, *given, "--input", tmp_path / "image.png", "--output", out]
    status, _, err = command(*given)
    assert status == 2
    assert err == (
        f"error: {path} translates between domains: give --from a --to b or --from b --to a\n"
    )
    assert not out.exists()


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--samples", 2), "--samples 2: {} has no noise from a to b; all would be the same"),
        (("--reference", "image.png"), "--reference: {} translates from a to b without it"),
    ],
)
def test_what_a_direction_does_not_take_is_told_with_it(run, refused, tmp_path, option, told):
    path, _ = run
    given = ["--input", tmp_path / "image.png", "--output", tmp_path / "out", *option]
    assert told.format(path) in refused("translate", path, "--from", "a", "--to", "b", *given)
    assert not (tmp_path / "out").exists()


def test_another_direction_does_not_continue_a_folder(run, command, tmp_path):
    path, _ = run
    given = ["--input", tmp_path / "image.png", "--output", tmp_path / "out"]
    assert command("translate", path, "--from", "a", "--to", "b", *given)[0] == 0
    status, _, err = command("translate", path, "--from", "b", "--to", "a", *given)
    assert status == 2
    assert "direction" in err


SMALL = [
    *("cyclegan", "--dataset", "glyphs-color,glyphs-negative", "--image-size", 16, "--filters", 2),
    *("--blocks", 1, "--batch-size", 4, "--discriminator-layers", 1, "--classifier-steps", 0),
    *("--steps", 2, "--evaluate-count", 20, "--evaluate-metrics", "fid"),
]


def test_metrics_compare_each_direction_with_real_images(command, tmp_path, network, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("TFGAN_KIT_WEIGHTS", raising=False)
    path, count = tmp_path / "trained", 20
    own = ["--evaluate-features", network, "--evaluate-layer", "out", "--evaluate-every", 2]
    run = ["train", *SMALL, *own, "--run-dir", path, "--keep-best"]
    status, _, err = command(*run, "fid_c")
    assert (status, "numbers of this run end in _ab, _ba" in err) == (2, True)
    status, _, err = command(*run, "fid_ba")
    assert (status, err) == (0, "")
    assert (path / "models" / "best" / "generator_ab.keras").exists()
    found = json.loads((path / "evaluation.json").read_text())[-1]
    numbers = {name: value for name, value in found.items() if name.startswith("frechet")}
    assert len(numbers) == 2
    for (name, value), direction in zip(sorted(numbers.items()), ("ab", "ba"), strict=True):
        assert name.startswith(f"frechet_{direction}")
        reals = {}
        for letter, dataset in (("a", "glyphs-color"), ("b", "glyphs-negative")):
            opened = open_source(dataset, split="test", image_size=(16, 16), channels=3)
            chosen = np.sort(np.random.default_rng(0).choice(len(opened), count, replace=False))
            reals[letter] = opened.read(chosen)["image"]
        generator = keras.saving.load_model(path / "models" / f"generator_{direction}.keras")
        made = generator({"input": reals[direction[0]] / np.float32(127.5) - 1})["image"].numpy()
        made = np.rint((made + 1) * 127.5).astype(np.uint8)
        assert value == pytest.approx(frechet(network, reals[direction[1]], made), rel=1e-3)
