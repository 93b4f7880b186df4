"""Settings of a run: which differ from the defaults, and the command that repeats them."""

import dataclasses
import json
import shlex
from typing import NamedTuple

from tfgan_kit.settings.option import flag


class Default(NamedTuple):
    """A field of a configuration: its default and its help."""

    value: object
    help: str


def defaults_of(config_class) -> dict[str, Default]:
    """The fields of a configuration's dataclass, with values as config.json has them."""
    return {
        field.name: Default(_as_json(field.default), field.metadata["help"])
        for field in dataclasses.fields(config_class)
    }


def _as_json(value):
    return list(value) if isinstance(value, tuple) else value


def changed(settings: dict, defaults: dict[str, Default]) -> dict:
    """The settings whose values are not the defaults; those without one, too."""
    return {
        name: value
        for name, value in settings.items()
        if name not in defaults or value != defaults[name].value
    }


def words(value) -> str:
    """A setting's value as the command line has it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(words, value)) or "none"
    return value if isinstance(value, str) else json.dumps(value)


def command(method: str, settings: dict, defaults: dict[str, Default] | None, path) -> str:
    """The command line that starts the same run again.

    Args:
      method: its method.
      settings: of config.json.
      defaults: of the method, None if they are not known.
      path: of config.json, which is named where flags cannot say everything.
    """
    start = ["python", "main.py", "train", method]
    flags = []
    for name, value in changed(settings, defaults or {}).items():
        said = _flag(name, value)
        if defaults is None or name not in defaults or said is None:
            return shlex.join([*start, "--config", str(path)])
        flags += said
    return shlex.join([*start, *flags])


def _flag(name, value):
    """The flag of a setting; None if it has none."""
    if isinstance(value, bool):
        return [flag(name) if value else "--no-" + flag(name)[2:]]
    if isinstance(value, list):
        texts = [str(item) for item in value]
        if any("," in text or text != text.strip() or not text for text in texts):
            return None
        value = ",".join(texts)
    if isinstance(value, str | int | float):
        # A value that begins with a dash would be taken for another flag.
        text = str(value)
        return [f"{flag(name)}={text}"] if text.startswith("-") else [flag(name), text]
    return None
