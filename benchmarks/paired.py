"""Study of paired translation: `python -m benchmarks.paired STUDY --output FILE.json`.

Trains the variants of a study with each seed, one run at a time, as `main.py train METHOD --preset
NAME --seed N` with the variant's settings does, and gathers what each run measured at its end on
held-out pairs. What is in the output or finished in the folder of `--runs` is not repeated, and a
run that was interrupted goes on.
"""

import argparse
import json
from pathlib import Path
from typing import NamedTuple

from benchmarks.runs import cell, train
from tfgan_kit.machine.files import write_json


class Study(NamedTuple):
    """A method, its preset, and name of each variant -> settings that differ from the preset's."""

    method: str
    preset: str
    variants: dict[str, dict[str, object]]


STUDIES = {
    # Isola et al. 2017: tables 1 and 6 and figure 5.
    "pix2pix": Study(
        "pix2pix",
        "edge2colour-small",
        {
            "L1 + cGAN": {},
            "L1": {"adversarial_weight": 0},
            "cGAN": {"l1_weight": 0},
            "L1 + GAN": {"conditional_discriminator": False},
            "L1 + cGAN without skips": {"skips": False},
            "L1 + cGAN, field 1": {"discriminator_layers": 0},
            "L1 + cGAN, field 16": {"discriminator_layers": 1},
        },
    ),
}
COLUMNS = ("l1", "psnr", "ssim", "lpips")


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
                str(value),
            ]
        )
    return found


def measured(run: Path) -> dict:
    """The measures of the last evaluation of a run."""
    return json.loads((run / "evaluation.json").read_text())[-1]


def table(rows: list[dict]) -> str:
    """A line per variant, with mean and spread over the seeds, and a line per baseline."""
    shown = [name for name in COLUMNS if any(name in row["measures"] for row in rows)]
    lines = [f"| | seeds | {' | '.join(shown)} |", "|---" * (len(shown) + 2) + "|"]
    for variant in dict.fromkeys(row["variant"] for row in rows):
        own = [row for row in rows if row["variant"] == variant]
        cells = [cell([row["measures"][n] for row in own if n in row["measures"]]) for n in shown]
        seeds = ",".join(str(row["seed"]) for row in own)
        lines.append(f"| {variant} | {seeds} | {' | '.join(cells)} |")
    for name, numbers in rows[0]["measures"].get("reference", {}).items():
        cells = [cell([numbers[n]]) if n in numbers else "-" for n in shown]
        lines.append(f"| {name} | | {' | '.join(cells)} |")
    return "\n".join(lines)


def _settings(text):
    pairs = [part.partition("=") for part in text.split(",") if part]
    if not all(name and equals and value for name, equals, value in pairs):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE,NAME=VALUE")
    return {name.replace("-", "_"): value for name, _, value in pairs}


def main() -> None:
    """Trains, writes JSON after each run and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", choices=STUDIES)
    parser.add_argument(
        "--seeds", type=lambda text: list(map(int, text.split(","))), default="0,1,2"
    )
    parser.add_argument(
        "--settings", type=_settings, default={}, help="of all runs: NAME=VALUE,..."
    )
    parser.add_argument("--runs", type=Path, default=Path("runs/paired"), help="folder of the runs")
    parser.add_argument("--output", type=Path, required=True, metavar="FILE.json")
    given = parser.parse_args()
    study, rows = STUDIES[given.study], []
    if given.output.exists():
        rows = json.loads(given.output.read_text())["rows"]
    for seed in given.seeds:
        for variant, settings in study.variants.items():
            key = {"variant": variant, "seed": seed, "settings": given.settings}
            if any(key.items() <= row.items() for row in rows):
                continue
            name = variant.replace(" ", "_").replace(",", "")
            changed = "-".join(f"{n}={v}" for n, v in given.settings.items())
            run = given.runs / f"{given.study}-{name}-{changed}-{seed}"
            options = flags(given.settings | settings)
            train(run, study.method, "--preset", study.preset, "--seed", seed, *options)
            rows.append(key | {"measures": measured(run)})
            write_json({"study": given.study, "rows": rows}, given.output)
    print(table(rows))


if __name__ == "__main__":
    main()
