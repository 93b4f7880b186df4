"""What log.txt says about a run apart from its numbers."""

import dataclasses
import re
from pathlib import Path

# The lines of `tfgan_kit.engine.train.header`.
_HEADER = re.compile(r"(method|data|networks|devices|system|metrics|versions) {2,}(\S.*)")
_BEGUN = re.compile(r"step (\d+) of \d+, in ")
_FINISHED = re.compile(r"finished (\d+) steps after (\w+)")
WARNINGS = 20  # Maximum number shown.


@dataclasses.dataclass
class Log:
    """The facts in a log.

    Attributes:
      header: header of the newest start: data, networks, devices, versions, ...
      starts: the steps at which a process started.
      took: how long the last process took, in words, if it finished.
      warnings: unique warnings, in order.
    """

    header: dict[str, str] = dataclasses.field(default_factory=dict)
    starts: list[int] = dataclasses.field(default_factory=list)
    took: str | None = None
    warnings: list[str] = dataclasses.field(default_factory=list)


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
            log.header[found[1]] = found[2]
        elif found := _BEGUN.match(line):
            log.starts.append(int(found[1]))
            log.took = None
        elif found := _FINISHED.match(line):
            log.took = found[2]
        elif line.startswith("warning: "):
            warnings[line.removeprefix("warning: ")] = None
    log.warnings = list(warnings)[:WARNINGS]
    return log
