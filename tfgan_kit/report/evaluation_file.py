"""Reads evaluation.json as entries by step, and the best entry."""

import json
from pathlib import Path

from tfgan_kit.numbers import is_number


def read_entries(path, notes: list[str]) -> list[dict]:
    """Reads evaluation.json, in the order of the steps.

    Args:
      path: path of the file.
      notes: receives what is wrong with the file; there are no entries then.

    Returns:
      Dictionaries with "step", measures, and optionally "samples" (the number of samples measured),
      "reference" and "protocols".
    """
    try:
        entries = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        notes.append(f"evaluation.json cannot be read ({error}); its measures are left out")
        return []
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        notes.append("evaluation.json is damaged; its measures are left out")
        return []
    return sorted(entries, key=lambda entry: entry["step"])


def _is_entry(entry):
    if not isinstance(entry, dict) or not isinstance(entry.get("step"), int):
        return False
    if not is_number(entry["step"]):
        return False
    parts = [entry.get("reference", {}), entry.get("protocols", {})]
    return all(
        isinstance(part, dict) and all(isinstance(v, dict) for v in part.values()) for part in parts
    )


def numbers_of(entry: dict) -> dict:
    """The measures of an entry that are numbers."""
    return {k: v for k, v in entry.items() if k not in ("step", "samples") and is_number(v)}


def read_best(path, notes: list[str]) -> dict | None:
    """Reads models/best/best.json: "step", "number" (its name) and "value"; None if missing."""
    try:
        best = json.loads(Path(path).read_text(encoding="utf-8"))
        return {
            "step": int(best["step"]),
            "number": str(best["number"]),
            "value": float(best["value"]),
        }
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError, OverflowError, RecursionError):
        notes.append("models/best/best.json is damaged and is left out")
        return None
