"""Which source: how well rankings before training predict the distance after it.

Generators of several kinds of images are ranked by `main.py rank` for some images of MNIST, and
then trained on them. Printed are, for the Frechet distance of the sources' samples, for that of
their data, and for the samples' distance from their own data, the rank correlations with what the
trained generators reach. The tables of the source of the idea have 0.50 for samples and 0.60 for
data.
"""

from scipy.stats import spearmanr

from benchmarks.studies.runs import told
from benchmarks.studies.transfer.bench import SIZE, Bench, add_count, begun, table

RANKINGS = {"distance": "samples", "data": "data", "quality": "samples from their own data"}


def options_of(parser) -> None:
    """Adds what only this study is told."""
    drawn = [f"glyphs{style}" for style in ("", "-edge", "-negative", "-rotate")]
    parser.add_argument("--sources", nargs="+", default=[*drawn, "fashion_mnist"])
    parser.add_argument("--images", type=int, default=1_000)
    add_count(parser)


def main(given) -> None:
    """Trains, measures and prints the tables."""
    bench = Bench(given)
    classifier = bench.classifier("mnist")
    few = ("--examples", given.images)
    for seed in given.seeds:
        runs = {s: bench.source(s, seed, "--dataset", s) for s in given.sources}
        how = ("--features", f"classifier:{classifier}", "--count", given.count, "--seed", seed)
        ranked = told("rank", "mnist", *runs.values(), *few, *SIZE, *how)["ranking"]
        places = {row["name"]: row for row in ranked}
        for source, run in runs.items():
            data = ("--dataset", "mnist", *few, *begun("both", run))
            trained = bench.target(f"from-{source}-{given.images}", seed, given.steps, *data)
            before = {name: places[str(run)][name] for name in RANKINGS}
            after = bench.frechet(trained, given.steps, classifier)
            bench.add(source=source, seed=seed, after=after, **before)
    found = [{**row, "of": what, "value": row[what]} for row in bench.rows for what in COLUMNS]
    print(table(found, "source", "of", "value"))
    for name, words in RANKINGS.items():
        told_by = correlations(bench.rows, name)
        print(f"rank correlation of the distance after training with that of {words}: {told_by}")


COLUMNS = (*RANKINGS, "after")


def correlations(rows: list[dict], name: str) -> list[float]:
    """Of each seed, the rank correlation of a value with "after", where all sources have it."""
    found = []
    for seed in dict.fromkeys(row["seed"] for row in rows):
        own = [row for row in rows if row["seed"] == seed]
        if all(row[name] is not None for row in own):
            pair = [[row[key] for row in own] for key in (name, "after")]
            found.append(round(float(spearmanr(*pair).statistic), 2))
    return found
