"""Study of translation: `python -m benchmarks.studies.paired STUDY --output FILE.json`.

Trains the variants of a study of `paired_studies` with each seed, one run at a time, as `main.py
train METHOD --preset NAME --seed N` with the variant's settings does, and gathers what each run
measured at its end on held-out pairs. What is in the output or finished in the folder of `--runs`
is not repeated, and a run that was interrupted goes on.
"""

import argparse
import json
from pathlib import Path

from benchmarks.machine import run_main
from benchmarks.studies.paired_studies import STUDIES, Beside
from benchmarks.studies.runs import cell, train
from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_json
from tfgan_kit.settings.kinds import shown


def flags(settings: dict) -> list[str]:
    """Settings as options of the command line."""
    found = []
    for name, value in settings.items():
        option = name.replace("_", "-")
        found += (
            [f"--{'' if value else 'no-'}{option}"]
            if isinstance(value, bool)
            else [
                f"--{option}",
                shown(value),
            ]
        )
    return found


def measured(run: Path) -> dict:
    """The measures of the last evaluation of a run.

    Raises:
      UserError: if there is none.
    """
    path = run / "evaluation.json"
    if not path.is_file():
        raise UserError(f"{path}: no such file; name a run that was measured as it trained")
    return json.loads(path.read_text())[-1]


def table(rows: list[dict], columns: tuple[str, ...]) -> str:
    """A line per variant, with mean and spread over the seeds, and the baselines.

    Args:
      rows: each with "variant", "seed" and "measures".
      columns: names of the measures to show; those that no row has are left out.
    """
    shown = [name for name in columns if any(name in row["measures"] for row in rows)]
    lines = [f"| | seeds | {' | '.join(shown)} |", "|---" * (len(shown) + 2) + "|"]

    def line(name, seeds, found):
        cells = [cell([numbers[n] for numbers in found if n in numbers]) for n in shown]
        return f"| {name} | {seeds} | {' | '.join(cells)} |"

    variants = {}
    for row in rows:
        variants.setdefault(row["variant"], []).append(row)
    for variant, own in variants.items():
        seeds = ",".join(str(row["seed"]) for row in own)
        lines.append(line(variant, seeds, [row["measures"] for row in own]))
    baselines = {}
    for variant, own in variants.items():
        for name in own[0]["measures"].get("reference", {}):
            found = [row["measures"]["reference"][name] for row in own]
            if any(n in numbers for n in shown for numbers in found):
                baselines.setdefault(name, {})[variant] = found
    for name, found in baselines.items():
        same = {line(name, "", numbers) for numbers in found.values()}
        # What is measured of each run, such as its first stage, has a line for each.
        own = [line(f"{variant}, {name}", "", numbers) for variant, numbers in found.items()]
        lines += same if len(same) == 1 else own
    return "\n".join(lines)


def _settings(text):
    pairs = [part.partition("=") for part in text.split(",") if part]
    if not all(name and equals and value for name, equals, value in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE,NAME=VALUE")
    return {name.replace("-", "_"): value for name, _, value in pairs}


def main(studies=STUDIES, runs="runs/paired", about=__doc__) -> None:
    """Trains, writes JSON after each run and prints the table.

    Args:
      studies: name -> `Study`.
      runs: folder of the runs, unless the command line names another.
      about: the docstring of the module that is run; its first line describes the program.
    """
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("study", choices=studies)
    parser.add_argument(
        "--seeds", type=lambda text: list(map(int, text.split(","))), default="0,1,2"
    )
    parser.add_argument(
        "--settings", type=_settings, default={}, help="of all runs: NAME=VALUE,..."
    )
    parser.add_argument("--runs", type=Path, default=Path(runs), help="folder of the runs")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.json")
    given = parser.parse_args()
    study, rows = studies[given.study], []
    if given.output.exists():
        rows = json.loads(given.output.read_text())["rows"]

    def run_of(variant, seed):
        name = variant.replace(" ", "_").replace(",", "")
        changed = "-".join(f"{n}={v}" for n, v in given.settings.items()).replace("/", "_")
        return given.runs / f"{given.study}-{name}-{changed}-{seed}"

    for seed in given.seeds:
        for variant, (method, preset, settings) in study.variants.items():
            key = {"variant": variant, "seed": seed, "settings": given.settings}
            if any(key.items() <= row.items() for row in rows):
                continue
            beside = {n: run_of(v, seed) for n, v in settings.items() if isinstance(v, Beside)}
            options = flags(given.settings | settings | beside)
            run = run_of(variant, seed)
            train(run, method, "--preset", preset, "--seed", seed, *options)
            rows.append(key | {"measures": measured(run)})
            write_json({"study": given.study, "rows": rows}, given.output)
    print(table(rows, study.columns))


if __name__ == "__main__":
    run_main(main)
