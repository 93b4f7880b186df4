"""Settings of a run: those that differ from the defaults, and the command that repeats the run."""

import dataclasses
import json
from typing import NamedTuple

from tfgan_kit.settings.kinds import Kind, kind_of, shown
from tfgan_kit.settings.option import flag
from tfgan_kit.settings.origins import PRESET
from tfgan_kit.settings.size import Size
from tfgan_kit.wording import word


class Default(NamedTuple):
    """A field of a configuration: its default, its help and its type."""

    value: object
    help: str
    kind: Kind


def defaults_of(config_class) -> dict[str, Default]:
    """The fields of a configuration's dataclass."""
    return {
        field.name: Default(field.default, field.metadata["help"], kind_of(field))
        for field in dataclasses.fields(config_class)
    }


def typed(settings: dict, defaults: dict[str, Default]) -> dict:
    """The settings of a config.json in the configuration's types, where it has these settings."""
    return {
        name: _read(defaults[name].kind, value) if name in defaults else value
        for name, value in settings.items()
    }


def _read(kind, value):
    try:
        return kind.read(value)
    except ValueError:  # "auto", or a file written by another version.
        return value


def changed(settings: dict, defaults: dict[str, Default]) -> dict:
    """The settings whose values are not the defaults, and those without a default."""
    return {
        name: value
        for name, value in typed(settings, defaults).items()
        if name not in defaults or value != defaults[name].value
    }


def words(value) -> str:
    """A setting's value in command-line form."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Size):
        return shown(value)
    if isinstance(value, list | tuple):
        return ", ".join(map(words, value)) or "none"
    return value if isinstance(value, str) else json.dumps(value)


def command(
    method: str,
    settings: dict,
    defaults: dict[str, Default] | None,
    path,
    origins: dict[str, str] | None = None,
) -> str:
    """The command line that starts the same run again.

    Args:
      method: its method.
      settings: the settings in config.json.
      defaults: defaults of the method, None if unknown.
      path: path of config.json, which is named where flags cannot express everything.
      origins: see `tfgan_kit.settings.origins`. Where they are known, a preset is named instead of
        its settings, and settings derived from the data are left to be derived again.
    """
    start = ["python", "main.py", "train", method]
    flags, said_by_flags = [], changed(settings, defaults or {})
    if origins is not None:
        presets = [who for who in origins.values() if who.startswith(PRESET)]
        flags += [f"--{PRESET.strip()}", presets[0].removeprefix(PRESET)] if presets else []
        # A flag can also reset a preset's setting to the default.
        said_by_flags = {
            name: settings[name]
            for name, who in origins.items()
            if name in settings and not who.startswith(PRESET)
        }
    for name, value in said_by_flags.items():
        said = _flag(name, value)
        if defaults is None or name not in defaults or said is None:
            return " ".join(map(word, [*start, "--config", path]))
        flags += said
    return " ".join(map(word, [*start, *flags]))


def _flag(name, value):
    """The flag of a setting, or None if it has none."""
    if isinstance(value, bool):
        return [flag(name) if value else "--no-" + flag(name)[2:]]
    if isinstance(value, Size):
        return [flag(name), shown(value)]
    if isinstance(value, list | tuple):
        texts = [str(item) for item in value]
        if any("," in text or text != text.strip() or not text for text in texts):
            return None
        value = ",".join(texts)
    if isinstance(value, str | int | float):
        # A value that begins with a dash would be mistaken for another flag.
        text = str(value)
        return [f"{flag(name)}={text}"] if text.startswith("-") else [flag(name), text]
    return None
