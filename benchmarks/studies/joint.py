"""Studies of joint methods: `python -m benchmarks.studies.joint --presets NAME ...`.

Trains presets of cogan and scogan as `main.py train METHOD --preset NAME --seed N` does, one after
the other in processes of their own, and prints what `evaluation.json` says at their end: mean over
the seeds, and spread. `--vary shared_generator_layers=3,2,1` trains each preset once per value of a
setting. Runs that are finished in the folder of `--runs` are not repeated, and one that was
interrupted goes on, so a study can be stopped and continued.
"""

import argparse
import itertools
import json
from pathlib import Path

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell, check_presets, train
from trainers import registry

MEASURES = {
    "semantic_agreement": "semantic",
    "agreement_beyond_chance": "beyond chance",
    "pixel_agreement": "pixel",
    "histogram_distance_a": "hist a",
    "histogram_distance_b": "hist b",
    "classifier_frechet_a": "frechet a",
    "classifier_frechet_b": "frechet b",
    "classifier_recall_a": "recall a",
    "classifier_recall_b": "recall b",
    "weight_distance": "weights",
    "source_only_accuracy_a": "source only, a",
    "source_only_accuracy_b": "source only, b",
    "adapted_accuracy_b": "adapted, b",
}


def study(preset: str, varied: str, seed: int, runs: Path, more: list[str]) -> dict:
    """Trains one preset, unless that is done already, and returns its row.

    Args:
      preset: name of a preset of a joint method.
      varied: "SETTING=VALUE", in place of the preset's, or "".
      seed: the run's seed.
      runs: folder for the runs; this one is PRESET-SEED in it, or PRESET-SETTING=VALUE-SEED.
      more: further options of `main.py train`.

    Returns:
      "preset", with what is varied, "seed", "settings", and "measures", the last entry of the run's
      evaluation.json.

    Raises:
      SystemExit: if the training fails.
    """
    name = f"{preset}-{varied}" if varied else preset
    run = runs / f"{name}-{seed}"
    options = ["--preset", preset, "--seed", seed, *more]
    if varied:
        setting, value = varied.split("=")
        options += [f"--{setting.replace('_', '-')}", value]
    train(run, registry.methods_with(preset)[0], *options)
    return row(name, seed, run)


def row(preset: str, seed: int, run: Path) -> dict:
    """What there is to say of a finished run; see `study`."""
    settings = json.loads((run / "config.json").read_text())["settings"]
    measures = json.loads((run / "evaluation.json").read_text())[-1]
    return {"preset": preset, "seed": seed, "settings": settings, "measures": measures}


def table(rows: list[dict]) -> str:
    """A line per preset with mean and spread, and below it the references of its data."""
    shown = [m for m in MEASURES if any(m in r["measures"] for r in rows)]
    lines = [
        "| preset | seeds | steps | " + " | ".join(MEASURES[m] for m in shown) + " |",
        "|---|---|---|" + "---|" * len(shown),
    ]
    for preset in dict.fromkeys(r["preset"] for r in rows):
        own = [r for r in rows if r["preset"] == preset]
        cells = [cell([r["measures"][m] for r in own if m in r["measures"]]) for m in shown]
        seeds = ",".join(str(r["seed"]) for r in own)
        steps = own[0]["settings"]["steps"]
        lines.append(f"| {preset} | {seeds} | {steps} | " + " | ".join(cells) + " |")
    for data in dict.fromkeys(r["settings"]["dataset"] for r in rows):
        own = next(r for r in rows if r["settings"]["dataset"] == data)
        for name, measures in own["measures"].get("reference", {}).items():
            cells = [cell([measures[m]]) if m in measures else "-" for m in shown]
            lines.append(f"| {data}, real: {name} | | | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Trains, prints the table and, on request, writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--presets", nargs="+", required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument(
        "--vary", metavar="SETTING=V1,V2", default="", help="train each preset with each value"
    )
    parser.add_argument("--runs", type=Path, default=Path("runs/joint"), help="folder of the runs")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    parser.add_argument("--options", nargs=argparse.REMAINDER, default=[], help="for main.py train")
    arguments = parser.parse_args()
    check_presets(parser, arguments.presets)
    setting, equals, values = arguments.vary.partition("=")
    if arguments.vary and not (setting and equals and values):
        parser.error(f"--vary {arguments.vary!r} is not of the form SETTING=V1,V2")
    varied = [f"{setting}={value}" for value in values.split(",")] if arguments.vary else [""]
    arguments.runs.mkdir(parents=True, exist_ok=True)
    rows = []
    for preset, change, seed in itertools.product(arguments.presets, varied, arguments.seeds):
        rows.append(study(preset, change, seed, arguments.runs, arguments.options))
        if arguments.json:
            Path(arguments.json).write_text(json.dumps({"rows": rows}, indent=2) + "\n")
    print(table(rows))


if __name__ == "__main__":
    run_main(main)
