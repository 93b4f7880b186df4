import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.metrics.images.depths import DepthErrors


def test_errors_of_batches_are_those_of_all():
    rng = np.random.default_rng(0)
    made, truth = rng.uniform(0.5, 4, (2, 6, 5, 5, 1))
    truth[rng.uniform(size=truth.shape) < 0.2] = 0
    errors = DepthErrors()
    for part in (slice(0, 2), slice(2, 6)):
        errors.add(made[part], truth[part])
    a, b = made[truth > 0], truth[truth > 0]
    factor = np.exp(np.abs(np.log(a) - np.log(b)))
    expected = {f"delta_{k}": (factor < 1.25**k).mean() for k in (1, 2, 3)}
    expected["rmse"] = np.sqrt(((a - b) ** 2).mean())
    expected["rmse_log"] = np.sqrt((np.log(a / b) ** 2).mean())
    assert errors.scores() == pytest.approx(expected)
    assert 0 < expected["delta_1"] < expected["delta_3"] < 1


def test_what_cannot_be_compared_is_one_line():
    with pytest.raises(UserError, match="cannot be compared"):
        DepthErrors().add(np.ones((1, 2, 2, 1)), np.ones((1, 3, 3, 1)))
    with pytest.raises(UserError, match="not above 0"):
        DepthErrors().add(np.zeros((1, 2, 2, 1)), np.ones((1, 2, 2, 1)))
    errors = DepthErrors()
    errors.add(np.ones((1, 2, 2, 1)), np.zeros((1, 2, 2, 1)))
    with pytest.raises(UserError, match="no true depth is known"):
        errors.scores()
