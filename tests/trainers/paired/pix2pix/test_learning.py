"""Whether a short training learns to translate, and only if the pairs belong together."""

import json

import cv2
import pytest

from data.registry import open_raw

TRAINING = [
    *("pix2pix", "--image-size", 16, "--filters", 16, "--batch-size", 16, "--norm", "batch"),
    *("--discriminator-layers", 1, "--dropout", 0.2, "--generator-lr", 1e-3, "--steps", 200),
    *("--sample-every", 1000, "--evaluate-count", 100),
]
COUNTS = {"train": 800, "test": 100}


def write_pairs(root, shift):
    """Edges with the targets of the examples `shift` further on."""
    for split, count in COUNTS.items():
        source = open_raw("glyph_edge2colour", split=split).source.at_size((16, 16))
        for name, step in (("input", 0), ("target", shift)):
            folder = root / split / name
            folder.mkdir(parents=True)
            for k in range(count):
                image = source.read((k + step) % count)[name]
                cv2.imwrite(str(folder / f"{k}.png"), image[..., ::-1])
    return root


@pytest.mark.parametrize(("shift", "learned"), [(0, True), (37, False)])
def test_it_beats_the_mean_image_if_the_pairs_are_true(command, tmp_path, shift, learned):
    data = write_pairs(tmp_path / "pairs", shift)
    run = tmp_path / "run"
    status, _, err = command("train", *TRAINING, "--dataset", data, "--run-dir", run)
    assert status == 0, err
    measured = json.loads((run / "evaluation.json").read_text())[-1]
    gain = measured["psnr"] - measured["reference"]["training mean"]["psnr"]
    assert gain > 1.5 if learned else gain < 0.3
    assert measured["psnr"] > measured["reference"]["input copied"]["psnr"]
