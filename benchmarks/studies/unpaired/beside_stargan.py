"""What studies that put other translators beside runs of StarGAN have in common."""

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.studies.paired import measured, table
from benchmarks.studies.unpaired.opened import opened
from trainers.unpaired.many_domains.measures import DomainMeasures


def compare(
    description: str,
    translators: Callable,
    *,
    names: tuple[str, str],
    columns: tuple[str, ...],
    folder: str,
    images: int,
) -> None:
    """Measures other translators as runs of StarGAN were measured, and prints a table of both.

    Args:
      description: of the command line, which names the runs.
      translators: function (settings of the run, its feed, folder, number of images) -> function
        (images, labels) -> translations, see `DomainMeasures`. It trains what it needs.
      names: those of the runs and of the others, in the table.
      columns: names of the measures in the table.
      folder: where images and runs go unless the command line names another.
      images: how many to train on, likewise.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="of stargan")
    parser.add_argument("--folder", type=Path, default=Path(folder), help=f"(default: {folder})")
    parser.add_argument(
        "--images", type=int, default=images, help=f"of each set (default: {images})"
    )
    given, rows = parser.parse_args(), []
    for path in given.runs:
        config, feed = opened(path)
        render = translators(config, feed, given.folder, given.images)
        found = DomainMeasures(config, feed.spec["label"], feed)(render, config.evaluate_count)
        for name, measures in zip(names, (measured(Path(path)), found), strict=True):
            rows.append({"variant": name, "seed": config.seed, "measures": measures})
        print(table(rows, columns), flush=True)
