"""`data prepare` reads images as a training does."""

import cv2
import numpy as np
import pytest

from data.reading.open import open_source
from data.reading.values import Values
from data.tools.prepare import prepare


def write_deep(folder, count):
    """Images of 16 bits, of which 12 are used."""
    folder.mkdir()
    for i in range(count):
        values = np.random.default_rng(i).integers(0, 4096, (12, 16), np.uint16)
        cv2.imwrite(str(folder / f"{i}.png"), values)
    return folder


def read_all(name, **options):
    reader = open_source(str(name), **options)
    return reader, reader.read(np.arange(len(reader)))


@pytest.mark.parametrize(("size", "depth"), [(None, "keep"), ((6, 8), "keep"), (None, "8")])
def test_exact_images_keep_their_type_and_range(size, depth, tmp_path):
    write_deep(tmp_path / "deep", 3)
    how = {"image_size": size, "values": Values(depth, "0,4095")}
    prepare(str(tmp_path / "deep"), str(tmp_path / "out"), fit="stretch", **how)
    made, got = read_all(tmp_path / "out", values=Values(depth))
    original, wanted = read_all(tmp_path / "deep", fit="stretch", **how)
    np.testing.assert_array_equal(got["image"], wanted["image"])
    assert made.fields["image"] == original.fields["image"]
    assert got["image"].max() > (3000 if depth == "keep" else 230)


def test_the_command_takes_what_a_training_takes(command, tmp_path):
    folder = write_deep(tmp_path / "photos", 2)
    out = tmp_path / "out"
    status, _, err = command(
        *("data", "prepare", folder, "--output", out, "--image-size", "8x6", "--fit", "pad")
    )
    assert status == 0, err
    status, printed, err = command("data", "inspect", out, "--output", tmp_path / "a.png")
    assert status == 0, err
    assert "shape   8 x 6 x 1, uint8" in printed
    how = ["--real", folder, "--fake", out, "--metrics", "psnr", "--count", 4]
    status, _, err = command("evaluate", *how, "--image-size", "8xx")
    assert status == 2
    assert "needs HEIGHTxWIDTH" in err
    status, _, err = command("evaluate", *how, "--fit", "padded")
    assert (status, err.count("\n")) == (2, 1)
    assert "--fit does not know 'padded'; did you mean 'pad'?" in err
