"""Configuration: one dataclass per method, which defines flags, files and checks.

A field is declared once, with `option`; its type, default, help and range become an argparse flag,
an entry of `config.json` and a check. Nothing here imports TensorFlow, so that `--help` is fast.
"""

import argparse
import dataclasses
import json
import math
from collections.abc import Iterable
from pathlib import Path

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.settings.groups import GROUPS, OWN, grouped
from tfgan_kit.settings.kinds import kind_of, shown


def option(
    default,
    help,
    *,
    group=OWN,
    metavar=None,
    choices=None,
    minimum=None,
    maximum=None,
    above=None,
    auto=False,
):
    """Declares a configuration field.

    Its annotation is bool, int, float, str or `tfgan_kit.settings.size.Size`, or a variable-length
    tuple of one of the last four, such as `tuple[float, ...]`; with `| None`, it may be None.

    Args:
      default: the default value; tuples must be given as tuples, sizes as `Size`.
      help: one line for `--help`.
      group: one of `tfgan_kit.settings.groups.GROUPS`; by default it is the method's own.
      metavar: placeholder for the value in `--help`, such as "FILE"; by default that of the kind.
      choices: allowed values, as any iterable of strings.
      minimum, maximum: allowed range, inclusive.
      above: exclusive lower bound. For tuples and sizes, all of these limits apply to every
        element.
      auto: for a boolean flag, whether it can also be "auto".
    """
    if group not in GROUPS:
        raise ValueError(f"there is no group {group!r} of options, only {', '.join(GROUPS)}")
    metadata = {
        "help": help,
        "group": group,
        "metavar": metavar,
        "choices": tuple(choices) if choices is not None else None,
        "minimum": minimum,
        "maximum": maximum,
        "above": above,
        "auto": auto,
    }
    return dataclasses.field(default=default, metadata=metadata)


def flag(name: str) -> str:
    """The command-line name of a field."""
    return "--" + name.replace("_", "-")


def add_arguments(parser: argparse.ArgumentParser, config_class) -> dict:
    """Adds one flag per field, in groups. Flags that are not given are absent from the namespace.

    Returns:
      Name of each of `GROUPS` -> argparse group, for adding further arguments.
    """
    groups = {}
    for name, fields in grouped(config_class).items():
        groups[name] = parser.add_argument_group(GROUPS[name])
        for field in fields:
            _add_argument(groups[name], field)
    return groups


def add_some(parser, config_class, names: Iterable[str], default=argparse.SUPPRESS) -> None:
    """Adds the flags of some fields, for commands that read data as training does.

    Args:
      parser: parser of the command.
      config_class: dataclass of the settings.
      names: names of the fields.
      default: value of a flag that is not given; by default it is absent from the namespace.
    """
    fields = {field.name: field for field in dataclasses.fields(config_class)}
    for name in names:
        _add_argument(parser, fields[name], default)


def _add_argument(parser, field, default=argparse.SUPPRESS):
    kind, choices = kind_of(field), field.metadata["choices"]
    told = "" if field.default in (None, "", ()) else f" (default: {shown(field.default)})"
    keywords = {"default": default, "help": field.metadata["help"] + told}
    if kind.scalar is bool and field.metadata["auto"]:
        keywords |= {"nargs": "?", "const": True, "metavar": "auto"}
        off = {"dest": field.name, "action": "store_false", "default": argparse.SUPPRESS}
        parser.add_argument(flag(f"no_{field.name}"), **off, help=f"not {flag(field.name)}")
    elif kind.scalar is bool:
        keywords["action"] = argparse.BooleanOptionalAction
    else:
        # Choices are only shown here; they are checked in `check`, which can suggest the nearest
        # one.
        one = f"{{{','.join(choices)}}}" if choices else field.metadata["metavar"] or kind.metavar
        keywords |= {"type": kind.parse, "metavar": f"{one}[,...]" if kind.several else one}
    action = parser.add_argument(flag(field.name), **keywords)
    action.suggestions = choices or ()


def make(config_class, *layers: dict):
    """Builds a checked configuration from defaults and layers of values, where later ones win.

    Raises:
      UserError: for an unknown name, or a value that has the wrong type or is out of range.
    """
    fields = {field.name: field for field in dataclasses.fields(config_class)}
    values = {}
    for layer in layers:
        for name, value in layer.items():
            if name not in fields:
                raise UserError(f"unknown setting {name!r}{suggest(name, fields)}")
            values[name] = _checked(fields[name], value)
    config = config_class(**values)
    config.check()
    return config


def _checked(field, value):
    """Returns the value in its field's type, or raises UserError."""
    name, limits, kind = flag(field.name), field.metadata, kind_of(field)
    if limits["auto"] and isinstance(value, str):
        if value != "auto":
            raise UserError(f"{name} takes no value but auto, not {value!r}")
        return value
    try:
        read = kind.read(value)
    except ValueError as needed:
        raise UserError(f"{name} needs {needed}, not {value!r}") from None
    if read is None:
        return None
    for item in read if isinstance(read, tuple) else (read,):
        if limits["choices"] is not None and item not in limits["choices"]:
            listed = ", ".join(limits["choices"])
            hint = suggest(str(item), limits["choices"])
            raise UserError(f"{name} does not know {item!r}{hint} (choose from {listed})")
        if kind.scalar is float and not math.isfinite(item):
            raise UserError(f"{name} must be a finite number, not {item}")
        if limits["minimum"] is not None and item < limits["minimum"]:
            raise UserError(f"{name} must be at least {limits['minimum']}, not {item}")
        if limits["maximum"] is not None and item > limits["maximum"]:
            raise UserError(f"{name} must be at most {limits['maximum']}, not {item}")
        if limits["above"] is not None and item <= limits["above"]:
            raise UserError(f"{name} must be greater than {limits['above']}, not {item}")
    return read


def differences(config) -> dict:
    """The values that differ from their defaults."""
    return {
        field.name: getattr(config, field.name)
        for field in dataclasses.fields(config)
        if getattr(config, field.name) != field.default
    }


def to_file(method: str, config) -> dict:
    """The content of `config.json`: the method and every resolved setting."""
    return {"method": method, "settings": dataclasses.asdict(config)}


def read_file(path) -> dict:
    """Reads a preset or a run's `config.json`: a method and its settings.

    Returns:
      A dictionary with "method" and "settings", and in presets "about".

    Raises:
      UserError: if the file is missing or does not have this form.
    """
    path = Path(path)
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise UserError(f"there is no configuration file {path}") from None
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UserError(f"{path} is not a readable JSON file: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("settings"), dict):
        raise UserError(f'{path} needs the form {{"method": NAME, "settings": {{...}}}}')
    unknown = set(content) - {"method", "settings", "about"}
    if unknown or not isinstance(content.get("method"), str):
        what = f"unknown key {sorted(unknown)[0]!r}" if unknown else "no method"
        raise UserError(f'{path} has {what}; it needs {{"method": NAME, "settings": {{...}}}}')
    return content
