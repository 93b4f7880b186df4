"""The origin of a setting: the user, a preset, a file, or none if it is derived from the data."""

import json
from collections.abc import Mapping
from pathlib import Path

from tfgan_kit.settings.kinds import shown
from tfgan_kit.settings.option import differences

YOU = "you"
DERIVED = "derived"
PRESET = "preset "  # Followed by its name.


def origins_of(layers: Mapping[str, dict]) -> dict[str, str]:
    """Name of each explicitly set setting -> its origin.

    Args:
      layers: `YOU`, `PRESET` with its name or "file PATH" -> values; later ones win.
    """
    return {name: origin for origin, values in layers.items() for name in values}


def read_origins(path) -> dict[str, str] | None:
    """Reads the origins from a file; None if a run has no such file, as in version 0.1.0."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(content, dict) and all(isinstance(v, str) for v in content.values())
    return content if whole else None


def told_apart(config, origins: Mapping[str, str] | None) -> list[str]:
    """The settings that differ from the defaults, in one line per origin.

    Args:
      config: the configuration, complete.
      origins: see `origins_of`; None if the origins are unknown.
    """
    changed = differences(config)
    if not changed:
        return ["changed   nothing: every setting is the default"]
    if origins is None:
        return [_line("changed", changed)]
    names = dict.fromkeys([YOU, *origins.values(), DERIVED])
    by = {o: {k: v for k, v in changed.items() if origins.get(k, DERIVED) == o} for o in names}
    return [_line(origin, values) for origin, values in by.items() if values]


def _line(origin, values):
    kind, _, which = origin.partition(" ")
    kind = "you set" if kind == YOU else kind
    told = " ".join(f"{name}={shown(value)}" for name, value in values.items())
    return f"{kind:<10}{which}{': ' * bool(which)}{told}"
