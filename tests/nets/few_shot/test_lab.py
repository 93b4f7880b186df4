import numpy as np

from nets.few_shot.lab import lightness_of_gray, rgb_of_lab
from nets.translation import unet
from tfgan_kit.pictures.lab import gray_of, lab_to_rgb, rgb_to_lab

RGB = np.random.default_rng(0).uniform(-1, 1, (2, 8, 12, 3)).astype(np.float32)


def test_gray_has_the_lightness_of_the_colours():
    gray = gray_of(RGB)
    assert gray.shape == (2, 8, 12, 1)
    found = lightness_of_gray()({"image": gray})["lightness"]
    np.testing.assert_allclose(found, rgb_to_lab(RGB)[..., :1], atol=1e-4)


def test_lightness_and_colours_are_joined_and_clipped():
    rng = np.random.default_rng(1)
    lab = rng.uniform(-1, 1, (2, 8, 12, 3)).astype(np.float32)
    found = rgb_of_lab()({"lightness": lab[..., :1], "ab": lab[..., 1:]})["image"]
    np.testing.assert_array_equal(found, lab_to_rgb(lab))
    assert np.abs(found).max() == 1
    there = rgb_to_lab(RGB)
    back = rgb_of_lab()({"lightness": there[..., :1], "ab": there[..., 1:]})["image"]
    np.testing.assert_allclose(back, RGB, atol=1e-4)


def test_the_generator_has_the_maps_and_parameters_of_the_page():
    network = unet.generator(1, 2, size=2**5, filters=64)
    down = [network.get_layer(f"down_{k}_conv").filters for k in range(1, 6)]
    assert down == [64, 128, 256, 512, 512]
    # 4x4 kernels and a bias for each map: what comes in on the way up has two maps of a size.
    way_down = [(1, 64), (64, 128), (128, 256), (256, 512), (512, 512)]
    way_up = [(512, 512), (1024, 256), (512, 128), (256, 64), (128, 2)]
    expected = sum(16 * a * b + b for a, b in way_down + way_up)
    assert network.count_params() == expected == 16_653_698
