import numpy as np
import pytest

from trainers.core.signs import WON_STEPS, Signs


def test_a_discriminator_that_wins_for_long_is_told():
    signs, won = Signs(1.386), []
    for step in range(100, 100 + 3 * WON_STEPS, 100):
        found = signs.losses(step, {"discriminator/adversarial": 0.01})
        won += [step] if found else []
        assert not found or "has been below 5% of chance since step 100" in found["won"]
    assert won[0] == 100 + WON_STEPS


@pytest.mark.parametrize("level", [1.386, None])
def test_a_short_lead_or_an_unbounded_loss_is_no_victory(level):
    signs = Signs(level)
    for step in range(0, 5 * WON_STEPS, 100):
        low = step % WON_STEPS != 0
        loss = -50.0 if level is None else 0.01 if low else 0.5
        assert signs.losses(step, {"discriminator/adversarial_a": loss}) == {}


def test_collapse_is_told():
    signs, rng = Signs(None), np.random.default_rng(0)
    real = rng.uniform(-1, 1, (32, 8, 8, 1))
    assert signs.diversity(0, np.zeros_like(real), real) == {}  # has not begun to learn
    assert signs.diversity(1, real[::-1] * 0.5, real) == {}
    found = signs.diversity(2, real[:1] + 0.01 * rng.normal(size=real.shape), real)
    assert "alike: at step 2" in found["diversity"]


def test_samples_that_stay_alike_are_told():
    signs, real = Signs(None), np.random.default_rng(0).uniform(-1, 1, (32, 8))
    for step in range(0, WON_STEPS, 100):
        assert signs.diversity(step, np.zeros_like(real), real) == {}
    assert signs.diversity(WON_STEPS, np.zeros_like(real), real)
