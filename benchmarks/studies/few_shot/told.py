"""StarGAN as clones are measured: `python -m benchmarks.studies.few_shot.told`.

Of each run of metal_domains, the held-out images that its clones of seen domains were measured with
are translated into the same domains by a run of StarGAN, which was told these, and measured in the
same way: by the same classifiers and against the same true translations. (The `accuracy` that
StarGAN's own run has is that of a classifier which knows no other domains.)
"""

import argparse
from pathlib import Path

import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.paired import measured, table
from benchmarks.studies.unpaired.opened import opened
from tfgan_kit.runs.saved_run import SavedRun
from trainers.few_shot.metal_domains.inner import PLAYERS, Inner
from trainers.few_shot.metal_domains.measures import MEASURES, DomainMeasures


def compared(clones: Path, told: Path):
    """Measures StarGAN beside what was measured of clones.

    Args:
      clones: a run of metal_domains.
      told: a run of StarGAN on the domains that clones were trained on.

    Yields:
      "clones, k steps" for each number of steps, then "StarGAN"; and for each of the domains by
      name the measures of translations into it.

    Raises:
      UserError: if there is no such run, or its data is gone.
    """
    config, feed = opened(clones)
    saved, bound = SavedRun(clones), SavedRun(told).bound("translate")
    networks = {name: saved.load(name) for name in PLAYERS}
    measures = DomainMeasures(Inner.of(networks, saved.settings, adapted=True), config, feed)
    found = of_told(measures, feed.split.trained, config.evaluate_count, bound)
    classes = measured(clones)["classes"]
    for k in config.evaluate_at:
        yield (
            f"clones, {k} steps",
            {name: {n: classes[name][f"{n}_at_{k}"] for n in MEASURES} for name in found},
        )
    yield "StarGAN", found


def of_told(measures: DomainMeasures, domains, count: int, bound) -> dict[str, dict]:
    """Measures what is told the domain as clones of these domains are measured.

    Args:
      measures: those of a run of metal_domains.
      domains: numbers of the domains in its data.
      count: number of translations, as the run has it.
      bound: the use "translate" of StarGAN with its networks, whose label names the domains.

    Returns:
      Name of each domain -> its measures by name.
    """
    labels, found = bound.use.inputs["label"].names, {}
    for number in domains:
        name, rows = measures.names[number], measures.inputs(number, count // len(domains))
        label = np.full(len(rows), labels.index(name))
        made = bound.render({"input": measures.read(rows), "label": label})["image"]
        found[name] = measures.judged(rows, number, made)
    return found


def flat(each: dict[str, dict]) -> dict[str, float]:
    """The means over domains by the measures' names; those of a domain have its name at the end."""
    means = {n: float(np.mean([of[n] for of in each.values()])) for n in MEASURES}
    return means | {f"{n}_{name}": of[n] for name, of in each.items() for n in MEASURES}


def main() -> None:
    """Prints the means over domains, and a table for each domain."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clones", nargs="+", required=True, metavar="RUN", help="metal_domains")
    parser.add_argument("--told", nargs="+", required=True, metavar="RUN", help="StarGAN, as many")
    given = parser.parse_args()
    if len(given.clones) != len(given.told):
        parser.error(f"{len(given.clones)} runs of clones, but {len(given.told)} of StarGAN")
    rows = [
        {"variant": variant, "seed": SavedRun(told).seed, "measures": flat(each)}
        for clones, told in zip(given.clones, given.told, strict=True)
        for variant, each in compared(Path(clones), Path(told))
    ]
    names = [n for n in rows[0]["measures"] if n not in MEASURES]
    print(table(rows, MEASURES))
    for first in range(0, len(names), len(MEASURES)):
        print("\n" + table(rows, names[first : first + len(MEASURES)]))


if __name__ == "__main__":
    run_main(main)
