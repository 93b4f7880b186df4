"""Checks which classes a .keras file names before any of them is loaded."""

import json
import zipfile

# Keras layers that contain code, or the path of code, from the author of the file.
_CODE = ("Lambda", "TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer")


def foreign_part(path) -> str | None:
    """What a .keras file contains besides layers of Keras and this kit, in words, or None.

    How the model was compiled is ignored, as that is not loaded. So is a file that cannot be read
    at all: loading it will fail anyway.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            config = json.loads(archive.read("config.json"))
    except (OSError, KeyError, ValueError, RecursionError, zipfile.BadZipFile):
        return None
    if isinstance(config, dict):
        config.pop("compile_config", None)
    return next(filter(None, map(_foreign, _objects(config))), None)


def _objects(content):
    """All parts of a configuration that represent an object of a class."""
    waiting = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if isinstance(part.get("class_name"), str):
                yield part
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part


def _foreign(part):
    """What is wrong with an object, or None if nothing is."""
    kind, module, registered = (part.get(k) for k in ("class_name", "module", "registered_name"))
    config = part.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    called = f" called {name!r}" if name else ""
    if kind == "__lambda__":
        return "a lambda, whose code is not loaded from a file"
    if kind in _CODE:
        return f"a {kind} layer{called}, whose code is not loaded from a file"
    if kind == "function":
        return f"the function {config!r}, which is not of Keras"
    if kind.startswith("__") or (module is None and registered is None):
        return None  # A tensor, a shape, or a short form that names a Keras class.
    if isinstance(module, str) and module.split(".")[0] in ("keras", "tfgan_kit"):
        return None
    return f"the foreign class {module or registered}.{kind}{called}"
