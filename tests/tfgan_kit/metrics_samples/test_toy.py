import itertools
import json

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from benchmarks.studies import distances
from benchmarks.studies.toy import estimates, table
from main import main
from tfgan_kit.metrics.samples.toy import (
    high_quality_share,
    modes_covered,
    toy_measures,
    wasserstein_2d,
)

CENTRES = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
SIGMA = 0.5


def at(centre, count, offset=(0.0, 0.0)):
    return np.tile(CENTRES[centre] + offset, (count, 1))


def test_a_mode_counts_from_twenty_of_two_thousand():
    far = np.full((1, 2), 50.0)
    enough = np.concatenate([at(0, 1000), at(1, 20), far.repeat(980, 0)])
    too_few = np.concatenate([at(0, 1000), at(1, 19), far.repeat(981, 0)])
    assert len(enough) == len(too_few) == 2000
    assert modes_covered(enough, CENTRES, SIGMA) == 2
    assert modes_covered(too_few, CENTRES, SIGMA) == 1
    # It is a share: 1 % of however many there are.
    assert modes_covered(enough[::20], CENTRES, SIGMA) == 2
    assert modes_covered(far.repeat(2000, 0), CENTRES, SIGMA) == 0


@pytest.mark.parametrize("direction", [(1.0, 0.0), (0.6, 0.8)])
def test_near_is_within_three_sigma_in_any_direction(direction):
    inside = at(1, 100, 2.99 * SIGMA * np.array(direction))
    outside = at(1, 300, 3.01 * SIGMA * np.array(direction))
    assert modes_covered(inside, CENTRES, SIGMA) == 1
    assert modes_covered(outside, CENTRES, SIGMA) == 0
    both = np.concatenate([inside, outside])
    assert high_quality_share(both, CENTRES, SIGMA) == 0.25


def test_high_quality_counts_every_mode_and_true_gaussians_nearly_all():
    rng = np.random.default_rng(0)
    samples = CENTRES[rng.integers(3, size=20_000)] + rng.normal(0, SIGMA, (20_000, 2))
    # Within 3 sigma in the plane: 1 - exp(-9/2).
    assert high_quality_share(samples, CENTRES, SIGMA) == pytest.approx(0.98889, abs=0.003)


def test_wasserstein_is_the_best_of_all_assignments():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(6, 2)), rng.normal(size=(6, 2)) + 0.3
    best = min(
        np.linalg.norm(a - b[list(order)], axis=1).mean()
        for order in itertools.permutations(range(6))
    )
    assert wasserstein_2d(a, b) == pytest.approx(best, rel=1e-12)
    in_order = np.linalg.norm(a - b, axis=1).mean()
    assert in_order > best + 0.01  # or the test would accept the given order


def test_wasserstein_on_a_line_is_scipys():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=200), rng.gamma(2.0, size=200)
    direction = np.array([0.6, -0.8])
    plane = wasserstein_2d(a[:, None] * direction, b[:, None] * direction)
    assert plane == pytest.approx(wasserstein_distance(a, b), rel=1e-9)


def test_wasserstein_refuses_samples_of_different_size():
    with pytest.raises(ValueError, match="3 and 2"):
        wasserstein_2d(np.zeros((3, 2)), np.zeros((2, 2)))


def test_all_measures_and_those_of_data_without_modes():
    rng = np.random.default_rng(3)
    real = CENTRES[rng.integers(3, size=1500)] + rng.normal(0, SIGMA, (1500, 2))
    samples = real + np.array([0.0, 0.25])
    measured = toy_measures(samples, real, CENTRES, SIGMA)
    assert list(measured) == ["modes", "high_quality", "wasserstein"]
    assert measured["modes"] == 3
    # A shift by a constant is the best assignment, on the first 1000 of each.
    assert measured["wasserstein"] == pytest.approx(0.25)
    assert list(toy_measures(samples, real)) == ["wasserstein"]


def test_the_critics_estimate_early_and_late(tmp_path):
    path = tmp_path / "metrics.csv"
    values = [0.1, -2.0, -1.0, *[-0.5] * 24, -0.1, -0.2, -0.3]
    rows = [f"{100 * (i + 1)},{value}" for i, value in enumerate(values)]
    path.write_text("\n".join(["step,discriminator/adversarial", *rows]) + "\n")
    assert estimates(path) == {"estimate_early": 2.0, "estimate_late": pytest.approx(0.2)}


def test_the_table_shows_every_seed_and_the_median():
    base = {"preset": "p", "dataset": "ring", "steps": 5, "wasserstein": 1.0}
    rows = [base | {"modes": m, "high_quality": m / 10} for m in (3, 9, 4)]
    line = table(rows).splitlines()[1].split()
    assert line == [
        "p",
        "ring",
        "5",
        "3",
        "9",
        "4",
        "4",
        "0.30",
        "0.90",
        "0.40",
        *["1.000"] * 3,
        "-",
    ]


def test_divergence_saturates_and_distance_grows():
    rows = {row["mu"]: row for row in distances.run(means=(0, 1, 2, 8, 12, 20), samples=100_000)}
    for mu, row in rows.items():
        assert row["wasserstein"] == pytest.approx(mu, abs=0.02)
    assert rows[0]["jensen_shannon"] < 1e-3
    # JSD(N(0,1), N(mu,1)) by quadrature.
    x = np.linspace(-10, 15, 200_001)
    for mu in (1, 2):
        p, q = (np.exp(-((x - m) ** 2) / 2) / np.sqrt(2 * np.pi) for m in (0, mu))
        m = (p + q) / 2
        exact = (p * np.log(p / m) + q * np.log(q / m)).sum() * (x[1] - x[0]) / 2
        assert rows[mu]["jensen_shannon"] == pytest.approx(exact, abs=3e-3)
    for mu in (8, 12, 20):
        assert rows[mu]["jensen_shannon"] == pytest.approx(np.log(2), abs=1e-3)
        assert rows[mu]["jensen_shannon"] <= np.log(2) + 1e-12


def test_divergence_by_hand_and_either_way_round():
    a, b = np.repeat([0.5, 1.5], [50, 50]), np.repeat([0.5, 1.5, 2.5], [10, 40, 50])
    p, q = np.array([0.5, 0.5, 0]), np.array([0.1, 0.4, 0.5])
    m = (p + q) / 2
    by_hand = 0.5 * (0.5 * np.log(0.5 / m[:2])).sum() + 0.5 * (q * np.log(q / m)).sum()
    assert distances.jensen_shannon(a, b, bin_width=1.0) == pytest.approx(by_hand)
    assert distances.jensen_shannon(b, a, bin_width=1.0) == pytest.approx(by_hand)


def test_a_gan_finds_the_modes_of_the_ring(tmp_path):
    """A whole training, some ten seconds: run B of the toy study, before it loses modes again.

    Seeds 0 to 2 all reach 10 modes here, 0.32 to 0.50 of high quality and a distance of 1.7 to 2.0;
    a formless blob of the data's spread has 4 modes, 0.09 and 3.9.
    """
    run = tmp_path / "run"
    arguments = ["--preset", "ring-k5", "--steps", "1000", "--seed", "0", "--run-dir", str(run)]
    assert main(["train", "gan", *arguments]) == 0
    (measured,) = json.loads((run / "evaluation.json").read_text())
    assert measured["step"] == 1000
    assert measured["modes"] >= 8
    assert measured["high_quality"] > 0.15
    assert measured["wasserstein"] < 3
