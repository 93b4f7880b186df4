import numpy as np
import pytest

from data.reading import transforms


def random_image(height, width, channels, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


@pytest.mark.parametrize("shape", [(40, 30, 3), (30, 41, 1), (8, 8, 3), (1, 5, 1), (20, 20, 1)])
@pytest.mark.parametrize("size", [8, 20, 33])
@pytest.mark.parametrize("channels", [1, 3])
def test_fit_gives_the_shape(shape, size, channels):
    fitted = transforms.fit(random_image(*shape), (size, size + 3), channels)
    assert fitted.shape == (size, size + 3, channels)
    assert fitted.dtype == np.uint8


@pytest.mark.parametrize("size", [(7, 9), (31, 40)])
@pytest.mark.parametrize("channels", [4, 5, 9])
def test_each_of_many_channels_is_scaled_as_if_it_were_alone(size, channels):
    image = random_image(16, 20, channels)
    each = [transforms.resize(image[..., k : k + 1], size) for k in range(channels)]
    np.testing.assert_array_equal(transforms.resize(image, size), np.concatenate(each, axis=-1))


def test_cropping_takes_the_centre():
    image = random_image(10, 7, 3)
    np.testing.assert_array_equal(transforms.fit(image, (7, 7), 3), image[1:8])
    wide = image.swapaxes(0, 1)
    np.testing.assert_array_equal(transforms.fit(wide, (7, 7), 3), wide[:, 1:8])
    np.testing.assert_array_equal(transforms.fit(image, (10, 5), 3), image[:, 1:6])


def test_padding_keeps_all_of_it():
    image = random_image(6, 12, 3)
    padded = transforms.fit(image, (12, 12), 3, "pad", 9)
    np.testing.assert_array_equal(padded[3:9], image)
    assert (padded[:3] == 9).all()
    assert (padded[9:] == 9).all()
    tall = transforms.fit(image.swapaxes(0, 1), (12, 20), 3, "pad", 9)
    np.testing.assert_array_equal(tall[:, 7:13], image.swapaxes(0, 1))


def test_stretching_keeps_all_of_it_and_changes_the_proportions():
    image = random_image(8, 4, 1)
    columns = np.repeat(image, 2, 1)
    shrunk = transforms.fit(image, (4, 4), 1, "stretch").astype(int)
    assert np.abs(shrunk - image.reshape(4, 2, 4, 1).mean(1)).max() <= 1
    assert transforms.fit(columns, (8, 4), 1, "stretch").shape == (8, 4, 1)


def test_the_nearest_neighbour_invents_nothing():
    ids = np.random.default_rng(0).choice([0, 7, 19], (9, 12))
    grown = transforms.nearest(ids, (27, 24))
    np.testing.assert_array_equal(grown, ids.repeat(3, 0).repeat(2, 1))
    np.testing.assert_array_equal(transforms.nearest(ids, (3, 4)), ids[1::3, 1::3])


def test_an_image_that_fits_is_not_changed():
    image = random_image(32, 32, 3)
    np.testing.assert_array_equal(transforms.fit(image, (32, 32), 3), image)


def test_shrinking_averages():
    image = random_image(64, 64, 1)
    cells = image.reshape(16, 4, 16, 4, 1).mean((1, 3))
    assert np.abs(transforms.resize(image, (16, 16)) - cells).max() <= 1


def test_growing_keeps_the_content():
    smooth = np.linspace(0, 255, 16).astype(np.uint8)[None, :, None].repeat(16, 0)
    back = transforms.resize(transforms.resize(smooth, (64, 64)), (16, 16))
    assert np.abs(back.astype(int) - smooth).max() <= 6


def test_channels():
    image = random_image(9, 9, 3)
    luma = image @ np.array([0.299, 0.587, 0.114])
    gray = transforms.to_channels(image, 1)
    assert np.abs(gray[..., 0] - luma).max() <= 1
    np.testing.assert_array_equal(transforms.to_channels(gray, 3), gray.repeat(3, axis=2))


@pytest.mark.parametrize("channels", [1, 3])
def test_domain_transforms(channels):
    image = random_image(12, 12, channels)
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(0, 1))
    np.testing.assert_array_equal(transforms.edge(image), windows.max((-2, -1)) - image)
    np.testing.assert_array_equal(transforms.negative(image), 255 - image.astype(int))
    turned = transforms.rotate(image)
    np.testing.assert_array_equal(turned[0], image[:, -1])  # the right edge comes to the top
    np.testing.assert_array_equal(turned[:, 0], image[0, ::-1])
