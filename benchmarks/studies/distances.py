"""Why Wasserstein: `python -m benchmarks.studies.distances [--output PNG] [--json PATH]`.

Jensen-Shannon divergence and Wasserstein-1 distance of N(0, 1) and N(mu, 1) for mu = 0..20, from
samples. Once the two hardly overlap the divergence stays at log 2, whose gradient tells a generator
nothing; the distance goes on growing as mu. After the toy study of "Improved Learning of Joint
Distributions using Soft-Coupled GANs" (Aalborg 2020); the argument is Arjovsky et al. 2017's.
"""

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.stats import entropy, wasserstein_distance

from benchmarks.machine import run_main

MEANS = tuple(range(21))
SAMPLES = 100_000
BIN_WIDTH = 0.1


def jensen_shannon(a, b, bin_width: float = BIN_WIDTH) -> float:
    """The Jensen-Shannon divergence of two samples, from histograms over common bins.

    Args:
      a, b: one-dimensional samples.
      bin_width: width of the bins. Narrow ones make samples of one distribution look different: the
        value at mu = 0 is that error.

    Returns:
      A value in [0, log 2], in nats.
    """
    low, high = min(a.min(), b.min()), max(a.max(), b.max())
    edges = low + bin_width * np.arange(int((high - low) / bin_width) + 2)
    p, q = (np.histogram(x, edges)[0] / len(x) for x in (a, b))
    middle = (p + q) / 2
    return float((entropy(p, middle) + entropy(q, middle)) / 2)


def run(means=MEANS, samples: int = SAMPLES, seed: int = 0) -> list[dict]:
    """Measures both for each mean.

    Returns:
      One row per mean: "mu", "jensen_shannon" in nats and "wasserstein".
    """
    rng = np.random.default_rng(seed)
    rows = []
    for mu in means:
        a, b = rng.normal(0, 1, samples), rng.normal(mu, 1, samples)
        rows.append(
            {
                "mu": mu,
                "jensen_shannon": jensen_shannon(a, b),
                "wasserstein": float(wasserstein_distance(a, b)),
            }
        )
    return rows


def draw(rows, path) -> None:
    """Writes a plot of both curves over mu, each with its own axis."""
    from matplotlib.figure import Figure

    from tfgan_kit.pictures.images import write_figure

    mu = [row["mu"] for row in rows]
    figure = Figure(figsize=(6, 3.5), layout="constrained")
    left = figure.add_subplot()
    right = left.twinx()
    left.plot(mu, [row["jensen_shannon"] for row in rows], "o-", c="tab:red", ms=3)
    left.axhline(np.log(2), c="0.7", ls="--", lw=1)
    left.text(12, np.log(2) - 0.01, "log 2", va="top", c="0.4")
    right.plot(mu, [row["wasserstein"] for row in rows], "s-", c="tab:blue", ms=3)
    left.set_xlabel("mean of the second normal distribution")
    left.set_ylabel("Jensen-Shannon divergence (nats)", c="tab:red")
    right.set_ylabel("Wasserstein-1 distance", c="tab:blue")
    write_figure(figure, path)


def main() -> None:
    """Prints the table and, on request, writes the plot and JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", metavar="PNG", help="write the plot to this file")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    rows = run(seed=arguments.seed)
    print(f"{'mu':>3}{'Jensen-Shannon':>16}{'Wasserstein':>13}")
    for row in rows:
        print(f"{row['mu']:>3}{row['jensen_shannon']:>16.4f}{row['wasserstein']:>13.3f}")
    if arguments.output:
        draw(rows, arguments.output)
    if arguments.json:
        content = {"seed": arguments.seed, "samples": SAMPLES, "rows": rows}
        Path(arguments.json).write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    run_main(main)
