"""Real images in the layout of samples."""

from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from tfgan_kit.fields import attribute_field, class_field, image_field, latent_field
from tfgan_kit.pictures.real import draw_real
from tfgan_kit.uses import generate

SIDE = 6
IMAGE = image_field((SIDE, SIDE, 1))


class Reader:
    """Examples whose images show the number of their label, 10 gray levels apart."""

    def __init__(self, labels):
        self.labels = np.asarray(labels)
        self.fields = {"image": IMAGE}

    def __len__(self):
        return len(self.labels)

    def read(self, indices):
        labels = self.labels[indices]
        first = labels.reshape(len(labels), -1) @ [1, 2][: labels[0].size]
        levels = (10 * first).astype(np.uint8)[:, None, None, None]
        return {"image": np.tile(levels, (1, SIDE, SIDE, 1)), "label": labels}


def trainer_of(label=None, letters=1):
    images = {f"image_{i}" if letters > 1 else "image": IMAGE for i in range(letters)}
    use = generate(images, latent_field(4, "normal"), label)
    return SimpleNamespace(
        bound=lambda name: SimpleNamespace(use=use), config=SimpleNamespace(seed=0)
    )


def middles(path, rows, columns, height=SIDE):
    """The gray level in the middle of each cell."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    assert picture.shape == (rows * (height + 2) + 2, columns * (SIDE + 2) + 2)
    return picture[2 + SIDE // 2 :: height + 2, 2 + SIDE // 2 :: SIDE + 2][:rows, :columns]


def test_a_class_in_each_row_as_samples_have_it(tmp_path):
    reader = Reader(np.arange(60) % 3)
    feed = SimpleNamespace(readers=(reader,))
    draw_real(trainer_of(class_field(("x", "y", "z"))), feed, tmp_path / "real.png")
    expected = np.repeat([[0], [10], [20]], 8, axis=1)
    np.testing.assert_array_equal(middles(tmp_path / "real.png", 3, 8), expected)


def test_rows_with_too_few_images_are_filled_with_gray(tmp_path):
    rows = [[0, 0], [1, 1], [0, 1], [1, 0]] * 2
    label = attribute_field(("x", "y"))
    label = label.from_json(label.to_json() | {"examples": rows})
    reader = Reader([[0, 0]] * 9 + [[1, 1]] * 2)
    draw_real(trainer_of(label), SimpleNamespace(readers=(reader,)), tmp_path / "real.png")
    found = middles(tmp_path / "real.png", 8, 8)
    assert (found[0] == 0).all()
    np.testing.assert_array_equal(found[1], [30, 30, *[96] * 6])
    assert (found[2:4] == 96).all()


def test_images_of_domains_stand_under_each_other(tmp_path):
    pairs = [np.full((64, SIDE, SIDE, 1), level, np.float32) for level in (-1, 1)]
    feed = SimpleNamespace(readers=(None, None), reference=lambda count: pairs)
    draw_real(trainer_of(letters=2), feed, tmp_path / "real.png")
    picture = cv2.imread(str(tmp_path / "real.png"), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_array_equal(picture[2 : 2 + 2 * SIDE, 2], [*[0] * SIDE, *[255] * SIDE])


@pytest.mark.parametrize(
    "use", [None, generate({"image": image_field((2,))}, latent_field(4, "normal"))]
)
def test_without_images_there_is_no_picture(tmp_path, use):
    bound = use and SimpleNamespace(use=use)
    trainer = SimpleNamespace(bound=lambda name: bound, config=SimpleNamespace(seed=0))
    draw_real(trainer, SimpleNamespace(readers=()), tmp_path / "real.png")
    assert not (tmp_path / "real.png").exists()
