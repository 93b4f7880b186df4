"""What log.txt says about a run apart from its numbers."""

import dataclasses
import re
from pathlib import Path

from tfgan_kit.report.words.parts import without_parts

# The lines of `tfgan_kit.engine.train.header`.
_HEADER = re.compile(r"(method|data|networks|devices|system|metrics|versions) {2,}(\S.*)")
_BEGUN = re.compile(r"step (\d+) of \d+, in ")
_ENDED = re.compile(r"(?:finished \d+ steps after|trained for) (\w+)")
_DIVERGED = re.compile(r"\S.* is no longer finite at step \d+")
WARNINGS = 20  # Maximum number shown.


@dataclasses.dataclass
class Log:
    """The facts in a log.

    Attributes:
      header: header of the newest start: data, networks, devices, versions, ...
      starts: the steps at which a process started.
      seconds: how long each of these processes trained, None for one that was killed.
      warnings: unique warnings, in order.
      diverged: what the last process stopped at, if a number was no longer finite.
    """

    header: dict[str, str] = dataclasses.field(default_factory=dict)
    starts: list[int] = dataclasses.field(default_factory=list)
    seconds: list[float | None] = dataclasses.field(default_factory=list)
    warnings: list[str] = dataclasses.field(default_factory=list)
    diverged: list[str] = dataclasses.field(default_factory=list)


def read_log(path, notes: list[str]) -> Log:
    """Reads log.txt; missing facts stay empty, with a note if there is no log."""
    log = Log()
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        notes.append(f"log.txt cannot be read ({error.strerror}); times and versions are unknown")
        return log
    warnings = {}
    for line in text.splitlines():
        if found := _HEADER.fullmatch(line):
            log.header[found[1]] = without_parts(found[2])
        elif found := _BEGUN.match(line):
            log.starts.append(int(found[1]))
            log.seconds.append(None)
            log.diverged = []
        elif (found := _ENDED.match(line)) and log.seconds:
            log.seconds[-1] = _seconds(found[1])
        elif _DIVERGED.match(line):
            log.diverged.append(line)
        elif line.startswith("warning: "):
            warnings[line.removeprefix("warning: ")] = None
    log.warnings = list(warnings)[:WARNINGS]
    return log


def _seconds(text):
    """The inverse of `tfgan_kit.engine.status.duration`, None for anything else."""
    found = re.fullmatch(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", text)
    if found is None:
        return None
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return 3600 * hours + 60 * minutes + seconds
