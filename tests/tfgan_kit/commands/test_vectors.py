"""`sample` and `interpolate` of runs whose labels are vectors."""

import csv
import dataclasses

import cv2
import numpy as np
import pytest

from tests.saved_runs import levels, write_run
from tfgan_kit.commands.latent.interpolate import interpolate
from tfgan_kit.commands.sample import sample
from tfgan_kit.errors import UserError
from tfgan_kit.fields import class_field, vector_field
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.pictures.images import grid, to_uint8
from tfgan_kit.runs.saved_generator import SavedGenerator

ROWS = ((0.5, -0.5), (1.0, 0.25), (-1.0, 0.75))
WORD = dataclasses.replace(vector_field(2), examples=ROWS, unknown=True)


@pytest.fixture(scope="module")
def words(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "words"
    return write_run(path, {"image": (1, 1.0)}, latent="normal", label=WORD, method="cgan")


def images(run, latents, vectors):
    """What the run makes of vectors whose last number says whether they are known."""
    (network,) = SavedGenerator(run).networks
    nothing = np.zeros((len(latents), 3), np.float32)
    blobs = network({"latent": latents, "label": nothing}, training=False)["image"]
    level = np.asarray(vectors, np.float32) @ levels(WORD)
    return to_uint8(np.asarray(blobs) + level[:, None, None, None])


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_vectors_are_drawn_in_turn(words, tmp_path):
    (tmp_path / "more.csv").write_text("0.25,0.5\n")
    given = ["1,-0.5", str(tmp_path / "more.csv"), "unknown"]
    sample(words, vector=given, count=4, output=tmp_path / "a")
    known = [(1, -0.5, 1), (0.25, 0.5, 1), (0, 0, 0), (1, -0.5, 1)]
    made = images(words, fixed_latents("normal", 3, 4, 3), known)
    for i, image in enumerate(made):
        np.testing.assert_array_equal(read(tmp_path / "a" / f"{i:06d}.png"), image[..., 0])
    with open(tmp_path / "a" / "samples.csv", newline="") as file:
        labels = [row["label"] for row in csv.DictReader(file)]
    assert labels == ["1.0,-0.5", "0.25,0.5", "unknown", "1.0,-0.5"]
    sample(words, vector=given[:2], count=4, output=tmp_path / "a.png")
    made = images(words, fixed_latents("normal", 3, 4, 3), [known[0], known[1]] * 2)
    rows = grid(made[[0, 2, 1, 3]], columns=2)
    np.testing.assert_array_equal(read(tmp_path / "a.png"), rows[..., 0])


def test_without_vectors_they_come_from_the_data(words, tmp_path):
    sample(words, count=4, output=tmp_path / "a")
    known = [(*row, 1) for row in (*ROWS, ROWS[0])]
    made = images(words, fixed_latents("normal", 3, 4, 3), known)
    np.testing.assert_array_equal(read(tmp_path / "a" / "000003.png"), made[3, ..., 0])
    assert sample(words, output=tmp_path / "a.png").values["count"] == 64  # A vector in each row.


def test_a_walk_from_one_vector_to_another(words, tmp_path):
    given = ["1,-0.5", "0,0.5"]
    told = interpolate(words, vector=given, rows=2, columns=3, output=tmp_path / "a.png")
    assert "2 walks of 3 images from one label to the other" in told
    latents = fixed_latents("normal", 3, 2, 3).repeat(3, axis=0)
    line = [(1, -0.5, 1), (0.5, 0, 1), (0, 0.5, 1)] * 2
    wanted = grid(images(words, latents, line), columns=3)
    assert np.abs(read(tmp_path / "a.png").astype(int) - wanted[..., 0]).max() <= 1
    assert interpolate(words, vector=given, output=tmp_path / "a.gif").values["frames"] == 18


def test_what_is_refused(words, tmp_path):
    pets = class_field(("cat", "dog"))
    pets = write_run(tmp_path / "pets", {"image": (1, 1.0)}, latent="normal", label=pets)
    for given, command, options in (
        ("1 labels are given; give two", interpolate, {"vector": ["1,2"]}),
        ("give two that are known", interpolate, {"vector": ["1,2", "unknown"]}),
        ("give one of them", interpolate, {"vector": ["1,2"], "from_label": "a", "to_label": "b"}),
        ("vectors of 2 numbers; see --vector", interpolate, {"from_label": "a", "to_label": "b"}),
        ("vectors of 2 numbers; see --vector", sample, {"label": "3"}),
        ("vectors of 2 numbers; see --vector", sample, {"attributes": "a=1"}),
        ("2 labels are named; give at least 2", sample, {"vector": ["1,2", "2,1"], "count": 1}),
        ("--vector 1 has 1 numbers", sample, {"vector": ["1"]}),
    ):
        with pytest.raises(UserError) as caught:
            command(words, output=tmp_path / "new" / "a.png", **options)
        assert given in str(caught.value)
    with pytest.raises(UserError, match="takes classes"):
        sample(pets, output=tmp_path / "new" / "a.png", vector=["1,2"])
    assert not (tmp_path / "new").exists()
