"""Whether the engine has lost against what it is compared with, since results were stored."""

import dataclasses

from benchmarks.turns import ratios


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What a comparison found.

    Attributes:
      text: lines to print.
      slower: names of what the engine has lost against.
    """

    text: list[str]
    slower: list[str]


def speeds(rows: list[dict]) -> dict[str, list[float]]:
    """How fast the engine is over everything else, in the same precision.

    Args:
      rows: of `benchmarks.step.measure`.

    Returns:
      "name precision" -> [median, smallest, largest]. Engines in another precision and variants of
      the engine are compared with the engine in float32.
    """
    measured = [row for row in rows if "missing" not in row]
    engines = {row["precision"]: row["seconds"] for row in measured if row["name"] == "engine"}
    return {
        f"{row['name']} {row['precision']}": ratios(
            row["seconds"],
            engines["float32" if row["name"] == "engine" else row["precision"]],
        )
        for row in measured
        if (row["name"], row["precision"]) != ("engine", "float32")
    }


def compare(name: str, stored: dict, new: dict) -> Comparison:
    """Compares ratios, which hold from day to day, where times do not.

    A regression is a median ratio below the smallest that was stored: the engine has lost beyond
    the spread. Variants and other precisions are of the engine itself, and are only shown.

    Args:
      name: of the workload.
      stored, new: contents of results, with "machine" and "rows".
    """
    text, slower = [f"{name}: the engine's speed over that of"], []
    if stored["machine"]["processor"] != new["machine"]["processor"] or (
        stored["machine"]["cores"] != new["machine"]["cores"]
    ):
        text.append(f"  (stored on another machine: {stored['machine']['processor']})")
    before, now = speeds(stored["rows"]), speeds(new["rows"])
    for key in before:
        if key not in now:
            text.append(f"  {key:36} {_cell(before[key])} stored, now missing")
            continue
        regressed = not key.startswith("engine") and now[key][0] < before[key][1]
        if regressed:
            slower.append(f"{name}: {key}")
        text.append(
            f"  {key:36} {_cell(before[key])} stored, {_cell(now[key])} now"
            + (", SLOWER" if regressed else "")
        )
    return Comparison(text, slower)


def _cell(values):
    return "{:.2f} ({:.2f}-{:.2f})".format(*values)
