"""evaluation.json: the measures of each evaluated step."""

import itertools
import json
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_json


class Evaluations:
    """The measures of a run by step, stored in a file.

    Args:
      path: path of evaluation.json.
      until: the last step to keep; measures of later steps are dropped. None keeps all.

    Raises:
      UserError: if the file is damaged.
    """

    def __init__(self, path, until: int | None = None):
        self._path = Path(path)
        try:
            entries = json.loads(self._path.read_text()) if self._path.exists() else []
            steps = [int(entry["step"]) for entry in entries]
        except (ValueError, TypeError, KeyError):
            raise UserError(f"{path} is damaged; move it out of the way") from None
        kept = [until is None or step <= until for step in steps]
        self._entries = list(itertools.compress(entries, kept))

    def at(self, step: int) -> dict | None:
        """The measures of a step, or None if there are none."""
        return next((e for e in self._entries if e["step"] == step), None)

    def add(self, step: int, measured: dict) -> None:
        """Stores the measures of a step, replacing earlier ones.

        Numbers with an entry in "protocols" are expensive, so they stay until they are measured
        again.
        """
        before = self.at(step) or {}
        protocols = before.get("protocols", {})
        kept = {name: before[name] for name in protocols if name in before}
        protocols = protocols | measured.get("protocols", {})
        entry = {"step": step, **kept, **measured}
        if protocols:
            entry["protocols"] = protocols
        self._entries = [e for e in self._entries if e["step"] != step]
        self._entries.append(entry)
        write_json(self._entries, self._path)
