"""Comparing loops that take turns in one process, and the table of what was found."""

import statistics
import time

EAGER_SHARE = 0.1  # Eager steps are slow, and their ratio is large: a few steps tell.


def eager_steps(steps: int) -> int:
    """How many steps an eager loop does while the others do so many."""
    return max(1, round(steps * EAGER_SHARE))


def take_turns(contestants: dict, steps: dict, windows: int) -> dict:
    """Runs windows in turn, each round beginning with another contestant.

    Args:
      contestants: name -> object with `window(steps)`, which returns seconds.
      steps: name -> steps of its window.
      windows: number of rounds.

    Returns:
      Name -> one (seconds, CPU seconds) per step for each round.
    """
    names = list(contestants)
    times = {name: [] for name in names}
    for i in range(windows):
        first = i % len(names)
        for name in names[first:] + names[:first]:
            cpu = time.process_time()
            seconds = contestants[name].window(steps[name])
            cpu = time.process_time() - cpu
            times[name].append((seconds / steps[name], cpu / steps[name]))
    return times


def spread(values) -> list[float]:
    """Returns [median, smallest, largest]."""
    return [statistics.median(values), min(values), max(values)]


def table(times: dict, batch_size: int) -> list[dict]:
    """Turns the times of `take_turns` into rows; ratios are speeds of the first over the others.

    A ratio is taken within a round, between windows that ran one after the other.
    """
    reference = next(iter(times.values()))
    return [
        {
            "loop": name,
            "images_per_second": spread([batch_size / wall for wall, _ in rows]),
            "ratio": spread([r[0] / e[0] for r, e in zip(rows, reference, strict=True)]),
            "cpu_ratio": spread([r[1] / e[1] for r, e in zip(rows, reference, strict=True)]),
        }
        for name, rows in times.items()
    ]


def show(rows: list[dict], ratio: str = "engine/it") -> str:
    """Returns the rows as a table.

    Args:
      rows: of `table`, each with "first_seconds", the time of the loop's first window.
      ratio: heading of the ratios.
    """
    lines = [
        f"{'':22}{'images/s':>9}{'(min-max)':>14}{ratio:>11}{'(min-max)':>14}"
        f"{'by CPU':>8}{'(min-max)':>14}{'first':>10}"
    ]
    for row in rows:
        line = f"{row['loop']:22}"
        for key, width, form in (
            ("images_per_second", 9, ".0f"),
            ("ratio", 11, ".2f"),
            ("cpu_ratio", 8, ".2f"),
        ):
            middle, low, high = (format(value, form) for value in row[key])
            line += f"{middle:>{width}}{f'({low}-{high})':>14}"
        lines.append(line + f"{row['first_seconds']:>9.1f}s")
    return "\n".join(lines)
