"""The groups under which a method's settings are shown, by what a user looks for."""

import dataclasses
import inspect

OWN = "own"
# Name -> title, in the order of a help text.
GROUPS = {
    OWN: "method",
    "data": "data",
    "networks": "networks",
    "loss": "loss",
    "optimizer": "optimiser",
    "when": "length and events",
    "measures": "measures",
    "machine": "machine and numerics",
}


def grouped(config_class) -> dict[str, list[dataclasses.Field]]:
    """The fields of a configuration by group name, in the order of `GROUPS`.

    Within a group, fields of the more specialised class come first.
    """
    fields = {field.name: field for field in dataclasses.fields(config_class)}
    declared = (name for c in config_class.__mro__ for name in inspect.get_annotations(c))
    groups = {name: [] for name in GROUPS}
    for name in dict.fromkeys(declared):
        if name in fields:
            groups[fields[name].metadata["group"]].append(fields[name])
    return groups
