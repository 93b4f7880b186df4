"""Pictures of what generators make, of one domain and of several."""

import cv2
import numpy as np
import pytest

from tfgan_kit.pictures.images import grid, paired_grid, write_samples


def picture_at(path):
    return cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB)


def two_domains(count, height=4, width=4):
    rng = np.random.default_rng(0)
    gray = rng.integers(0, 256, (count, height, width, 1)).astype(np.uint8)
    colour = rng.integers(0, 256, (count, height, width, 3)).astype(np.uint8)
    return gray, colour


def test_the_images_of_a_latent_stand_under_each_other():
    gray, colour = two_domains(5)
    picture = paired_grid([gray, colour], columns=3, padding=2)
    assert picture.shape == (2 * (8 + 2) + 2, 3 * (4 + 2) + 2, 3)
    for i, (row, column) in enumerate([(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]):
        top, left = 2 + row * 10, 2 + column * 6
        cell = picture[top : top + 8, left : left + 4]
        np.testing.assert_array_equal(cell[:4], gray[i].repeat(3, axis=-1))
        np.testing.assert_array_equal(cell[4:], colour[i])
    assert (picture[12:, 14:] == 96).all()  # The sixth cell is empty.


def test_gray_stays_gray_without_colour_and_floats_become_bytes():
    gray, _ = two_domains(2)
    floats = gray.astype(np.float32) / 127.5 - 1
    picture = paired_grid([gray, floats], padding=0)
    assert picture.shape[-1] == 1
    np.testing.assert_array_equal(picture[:4], picture[4:])


@pytest.mark.parametrize(("count", "domains"), [(64, 2), (100, 3), (36, 4), (16, 2)])
def test_the_picture_is_about_square_and_nearly_full(count, domains):
    gray, _ = two_domains(count, 16, 16)
    height, width, _ = paired_grid([gray] * domains, padding=0).shape
    assert 0.7 < height / width < 1.4
    assert height * width <= 1.15 * count * domains * 16 * 16


def test_one_domain_in_given_columns_is_a_plain_grid():
    _, colour = two_domains(5)
    np.testing.assert_array_equal(paired_grid([colour], 3), grid(colour, 3))


def test_samples_are_written_in_the_form_that_fits(tmp_path):
    gray, colour = two_domains(9)
    write_samples((colour,), tmp_path / "one.png")
    np.testing.assert_array_equal(picture_at(tmp_path / "one.png"), grid(colour))
    write_samples((gray, colour), tmp_path / "two.png")
    np.testing.assert_array_equal(picture_at(tmp_path / "two.png"), paired_grid([gray, colour]))
    points = np.random.default_rng(0).normal(size=(50, 2))
    write_samples((points,), tmp_path / "points.png")
    write_samples((points,), tmp_path / "over.png", reference=(3 * points,))
    for name in ("points", "over"):
        assert picture_at(tmp_path / f"{name}.png").shape == (500, 500, 3)
    assert (tmp_path / "points.png").read_bytes() != (tmp_path / "over.png").read_bytes()
