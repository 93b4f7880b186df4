"""Loops that take turns, and what their times say of each other."""

import statistics
import time


def take_turns(contestants: dict, steps: dict, windows: int, say=lambda text: None) -> dict:
    """Runs windows in turn, each round beginning with another contestant.

    Args:
      contestants: name -> object with `window(steps)`, which returns seconds. One that computes in
        a process of its own has `cpu_seconds()`, too.
      steps: name -> steps of its window.
      windows: number of rounds.
      say: called with a line at each round.

    Returns:
      Name -> one (seconds, CPU seconds) per step for each round.
    """
    names = list(contestants)
    times = {name: [] for name in names}
    for i in range(windows):
        say(f"round {i + 1} of {windows}")
        first = i % len(names)
        for name in names[first:] + names[:first]:
            cpu_seconds = getattr(contestants[name], "cpu_seconds", time.process_time)
            cpu = cpu_seconds()
            seconds = contestants[name].window(steps[name])
            cpu = cpu_seconds() - cpu
            times[name].append((seconds / steps[name], cpu / steps[name]))
    return times


def spread(values) -> list[float]:
    """Returns [median, smallest, largest]."""
    return [statistics.median(values), min(values), max(values)]


def ratios(numerator: list, denominator: list) -> list[float]:
    """Returns the spread of the quotients, taken round by round.

    Windows of one round ran one after the other, so that what slows the machine for a while slows
    both.
    """
    return spread([a / b for a, b in zip(numerator, denominator, strict=True)])
