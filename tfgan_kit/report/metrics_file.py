"""Reads metrics.csv as columns, thinned for curves."""

import csv
import math
from pathlib import Path

POINTS = 300  # Maximum per curve: about as many as a small plot has pixels.


def read_columns(path, notes: list[str]) -> dict[str, list[float]]:
    """Reads metrics.csv by column, in the order of the steps.

    An incomplete last line is left out, as are unreadable lines, with a note.

    Args:
      path: path of the file.
      notes: receives what is wrong with the file, one line each.

    Returns:
      Name -> values, with "step" among them, NaN where a metric has no value; {} if there are no
      rows.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        lines = list(csv.reader(text[: text.rfind("\n") + 1].splitlines()))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        notes.append(f"metrics.csv cannot be read ({error}); the curves are left out")
        return {}
    if not lines:
        return {}
    head, *lines = lines
    if "step" not in head or len(set(head)) != len(head):
        notes.append("metrics.csv is damaged: its first line names no steps; curves are left out")
        return {}
    rows = [row for row in map(_floats, lines) if row and len(row) == len(head)]
    place = head.index("step")
    rows = sorted((r for r in rows if math.isfinite(r[place])), key=lambda row: row[place])
    if len(rows) < len(lines):
        lost = len(lines) - len(rows)
        notes.append(f"metrics.csv: {lost} of {len(lines)} lines cannot be read and are left out")
    return {n: list(c) for n, c in zip(head, zip(*rows, strict=True), strict=True)} if rows else {}


def _floats(cells):
    try:
        return [float(cell or "nan") for cell in cells]  # Empty before a metric first appears.
    except ValueError:
        return None


def thin(values: list[float], points: int = POINTS) -> list[float]:
    """Averages neighbouring values so that at most `points` remain; the last is of the last values.

    Each line of metrics.csv is a mean over its steps, so a mean of lines is also a mean over steps.
    """
    group = math.ceil(len(values) / points)
    # Counted from the end, so that the last group is complete.
    starts = range(len(values) % group or group, len(values) + 1, group)
    return [sum(values[max(0, i - group) : i]) / min(group, i) for i in starts]


def thin_steps(steps: list[float], points: int = POINTS) -> list[int]:
    """The last step of each group of `thin`."""
    group = math.ceil(len(steps) / points)
    return [int(steps[i - 1]) for i in range(len(steps) % group or group, len(steps) + 1, group)]
