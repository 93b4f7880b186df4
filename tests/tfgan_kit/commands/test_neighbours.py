"""Training images nearest to samples: copies are found, and honest samples are not blamed."""

import cv2
import numpy as np
import pytest

from tests.rendering import render
from tests.saved_runs import SIDE, SIZE, write_run
from tfgan_kit.commands.neighbours import neighbours
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.extractor import Extractor
from tfgan_kit.fields import image_field
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.runs.saved_generator import SavedGenerator


class Images:
    """What has a reader's interface, over an array."""

    label_shape, classes = (), ()

    def __init__(self, images, name="blobs"):
        self._images, self.name, self.image_shape = images, name, images.shape[1:]
        self.fields = {"image": image_field(self.image_shape)}

    def __len__(self):
        return len(self._images)

    def read(self, indices):
        return {"image": self._images[indices], "label": np.full(len(indices), -1)}


def blobs(run, seed, count):
    """Other blobs than the run's own grid shows, per domain."""
    latents = np.random.default_rng(seed).uniform(-1, 1, (count, SIZE)).astype(np.float32)
    return [to_uint8(images) for images in render(SavedGenerator(run).networks[0], latents)]


@pytest.fixture(scope="module")
def single(tmp_path_factory):
    path = tmp_path_factory.mktemp("runs") / "single"
    return write_run(path, {"image": (3, 1.0)}, method="gan")


def samples(run, count):
    generator = SavedGenerator(run)
    return [to_uint8(images) for images in generator.render(generator.inputs(None, count))]


def test_copies_are_found(single, tmp_path):
    (others,), (held_out,), (own,) = (
        blobs(single, 1, 300),
        blobs(single, 2, 20),
        samples(single, 20),
    )
    # The copies stand where another part of the stream is.
    training = Images(np.concatenate([others, own[::-1]]))
    told = neighbours(
        single, [training], [Images(held_out)], count=20, output=tmp_path / "near.png"
    )
    values = told.values
    assert values["ratio"] == 0
    assert values["samples"]["largest"] == 0
    assert values["held_out"]["smallest"] > 0
    assert [row["indices"][0] for row in values["nearest"]] == [319 - i for i in range(20)]
    assert "ratio of the medians: 0 (far below 1 hints at memorisation)" in told
    picture = cv2.imread(str(tmp_path / "near.png"))[..., ::-1]
    first = own[0]
    strip = picture[2 : 2 + SIDE, 2:]
    np.testing.assert_array_equal(strip[:, :SIDE], first)
    np.testing.assert_array_equal(strip[:, SIDE + 2 : 2 * SIDE + 2], first)
    second = training.read(np.array([values["nearest"][0]["indices"][1]]))["image"][0]
    np.testing.assert_array_equal(strip[:, 2 * SIDE + 2 : 3 * SIDE + 2], second)


def test_new_samples_are_as_far_away_as_held_out_images(single, tmp_path):
    (training,), (held_out,) = blobs(single, 1, 500), blobs(single, 2, 200)
    told = neighbours(
        single, [Images(training)], [Images(held_out)], count=200, output=tmp_path / "near.png"
    )
    assert 0.7 < told.values["ratio"] < 1.4
    own = samples(single, 200)[0].reshape(200, -1) / 255
    wanted = [np.sqrt(((training.reshape(500, -1) / 255 - s) ** 2).mean(1)).min() for s in own]
    assert told.values["samples"]["median"] == pytest.approx(np.median(wanted))


def test_features_in_place_of_pixels(single, tmp_path):
    brightness = Extractor(
        name="brightness",
        network=lambda images: {"features": images[:, 0, 0]},
        dimension=3,
        description="a corner",
        digest="0" * 64,
        size=(SIDE, SIDE),
        warnings=("of the corner alone",),
    )
    (training,), (own,) = blobs(single, 1, 50), samples(single, 4)
    told = neighbours(
        single, [Images(training)], [None], count=4, extractor=brightness, output=tmp_path / "a.png"
    )
    wanted = np.abs(training[:, 0, 0].astype(float) - own[0, 0, 0]).max(1)
    index = told.values["nearest"][0]["indices"][0]
    assert wanted[index] == wanted.min()
    assert "features: brightness" in told
    assert told.values["ratio"] is None
    assert "no held-out images" in told


def test_a_joint_run_is_searched_domain_by_domain(tmp_path):
    run = write_run(tmp_path / "joint", {"image_b": (3, -1.0), "image_a": (1, 1.0)})
    training = [Images(images) for images in blobs(run, 1, 40)]
    own = [Images(images) for images in samples(run, 6)]
    told = neighbours(run, training, own, count=6)
    assert "domain a: distance to the nearest of 40 training images" in told
    assert set(told.values) >= {"a", "b"}
    assert told.values["a"]["ratio"] == told.values["b"]["ratio"] == 1
    picture = cv2.imread(str(run / "neighbours.png"))
    # One block of six pairs: a sample and five neighbours, and a gap.
    assert picture.shape == (6 * (2 * SIDE + 2) + 2, 6 * SIDE + 2 + 4, 3)
    # Those that are nearest to a training image in either domain come first.
    nearest = [min(told.values[d]["nearest"][i]["distances"][0] for d in "ab") for i in range(6)]
    first = own[1].read(np.array([np.argmin(nearest)]))["image"][0]
    np.testing.assert_array_equal(picture[2 + SIDE : 2 + 2 * SIDE, 2 : 2 + SIDE, ::-1], first)


def test_a_training_set_smaller_than_the_neighbourhood(single, tmp_path):
    (training,) = blobs(single, 1, 3)
    told = neighbours(single, [Images(training)], [None], count=2, output=tmp_path / "a.png")
    assert [len(row["indices"]) for row in told.values["nearest"]] == [3, 3]


def test_what_is_refused(single, tmp_path):
    def refused(run=single, images=None, **options):
        reader = Images(blobs(single, 1, 3)[0] if images is None else images)
        with pytest.raises(UserError) as caught:
            neighbours(run, [reader], [None], **{"output": tmp_path / "a.png"} | options)
        return str(caught.value)

    assert "the picture is a .png" in refused(output=tmp_path / "a.jpg")
    assert "at most 10000" in refused(count=10_001)
    assert "raise --count" in refused(count=1)
    assert "kept no best networks" in refused(best=True)
    assert "other images than blobs holds" in refused(images=np.zeros((3, 8, 8, 3), np.uint8))
    points = write_run(tmp_path / "points", {"image": (1, 1.0)}, points=True)
    assert "generates points" in refused(points)
    assert not (tmp_path / "a.png").exists()
