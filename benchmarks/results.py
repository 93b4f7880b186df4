"""Where results are kept: one JSON file per part, with what it was measured on."""

import json
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_json

FOLDER = Path(__file__).parent / "results"


def folder(quick: bool) -> Path:
    """Where results go: those of a trial apart, where git does not look."""
    return FOLDER / "quick" if quick else FOLDER


def write(part: str, rows, *, command: str, folder: Path) -> None:
    """Writes what a part has measured, whole or not at all.

    Args:
      part: its name.
      rows: JSON values.
      command: that measured it.
      folder: where to.
    """
    from benchmarks.machine import machine, today

    folder.mkdir(parents=True, exist_ok=True)
    known = {"part": part, "command": command, "date": today(), "machine": machine()}
    write_json(known | {"rows": rows}, folder / f"{part}.json")


def load(folder: Path) -> dict[str, dict]:
    """Returns part -> content of its file, for the files that there are."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def read(part: str) -> dict:
    """Returns the content of a part's stored file.

    Raises:
      UserError: if there is none.
    """
    path = FOLDER / f"{part}.json"
    if not path.exists():
        raise UserError(
            f"there are no stored results of {part}: measure them with "
            f"`python -m benchmarks --only {part}`"
        )
    return json.loads(path.read_text())
