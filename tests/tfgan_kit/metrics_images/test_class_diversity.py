import itertools

import numpy as np
import pytest

from tests.tfgan_kit.metrics_images.pictures import noisy, smooth
from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.class_diversity import PAIRS, class_diversity
from tfgan_kit.metrics.images.ms_ssim import ms_ssim


def test_two_images_are_one_pair():
    images = smooth(4, channels=1)
    found = class_diversity(images, [0, 3, 3, 0])
    assert found == {
        0: pytest.approx(ms_ssim(images[[0]], images[[3]])[0]),
        3: pytest.approx(ms_ssim(images[[1]], images[[2]])[0]),
    }


def test_it_is_the_mean_of_all_pairs_but_for_chance():
    images, labels = smooth(24, channels=1), np.arange(24) % 2
    for c, value in class_diversity(images, labels, seed=1).items():
        pairs = np.array(list(itertools.combinations(np.flatnonzero(labels == c), 2)))
        each = ms_ssim(images[pairs[:, 0]], images[pairs[:, 1]])
        assert value == pytest.approx(each.mean(), abs=4 * each.std() / np.sqrt(PAIRS))
    assert class_diversity(images, labels, seed=1) == class_diversity(images, labels, seed=1)
    assert class_diversity(images, labels, seed=1) != class_diversity(images, labels, seed=2)


def test_a_class_that_does_not_vary_is_found_out():
    varied, same = smooth(10, channels=1), np.repeat(smooth(1, channels=1, seed=3), 10, 0)
    found = class_diversity(
        np.concatenate([varied, same, noisy(same, 10)]), np.repeat([0, 1, 2], 10)
    )
    assert found[1] == pytest.approx(1)
    assert found[0] < 0.5 < found[2] < 1


def test_one_image_has_no_pair():
    with pytest.raises(UserError, match="class 7 has one image"):
        class_diversity(smooth(3), [0, 0, 7])
