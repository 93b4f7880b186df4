"""evaluation.json: the measures of each evaluated step."""

import itertools
import json
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import write_json


def joined(measured: dict, more: dict) -> dict:
    """Two sets of measures as one; of a name in both, the latter's.

    "protocols" and "reference" have the entries of both.
    """
    whole = measured | more
    if "protocols" in whole:
        whole["protocols"] = measured.get("protocols", {}) | more.get("protocols", {})
    if "reference" in whole:
        both = [part.get("reference", {}) for part in (measured, more)]
        names = dict.fromkeys(name for part in both for name in part)
        whole["reference"] = {n: both[0].get(n, {}) | both[1].get(n, {}) for n in names}
    return whole


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
        if protocols:
            kept["protocols"] = protocols
            references = {
                reference: {name: v for name, v in values.items() if name in protocols}
                for reference, values in before.get("reference", {}).items()
            }
            kept["reference"] = {name: values for name, values in references.items() if values}
        entry = {"step": step, **joined(kept, measured)}
        if not entry.get("reference", True):
            del entry["reference"]
        self._entries = [e for e in self._entries if e["step"] != step]
        self._entries.append(entry)
        write_json(self._entries, self._path)
