"""The methods, by name: those of each family. Nothing heavy is imported until one is loaded."""

from pathlib import Path

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.settings.option import read_file
from trainers.attention import methods as attention
from trainers.classification import methods as classification
from trainers.conditional import methods as conditional
from trainers.few_shot import methods as few_shot
from trainers.generation import methods as generation
from trainers.joint import methods as joint
from trainers.latent import methods as latent
from trainers.method import Method
from trainers.paired import methods as paired
from trainers.transfer import methods as transfer
from trainers.unpaired import methods as unpaired

METHODS: dict[str, Method] = {
    **generation.METHODS,
    **joint.METHODS,
    **conditional.METHODS,
    **paired.METHODS,
    **unpaired.METHODS,
    **latent.METHODS,
    **transfer.METHODS,
    **attention.METHODS,
    **few_shot.METHODS,
    **classification.METHODS,
}

_FAMILIES = Path(__file__).parent


def families() -> dict[str, dict[str, Method]]:
    """Family -> its methods by name, in the order of `METHODS`."""
    found = {}
    for name, method in METHODS.items():
        found.setdefault(method.family, {})[name] = method
    return found


def find(name: str) -> Method:
    """The method of that name.

    Raises:
      UserError: if there is none.
    """
    if name not in METHODS:
        if methods_with(name):
            raise UserError(about_preset(name))
        raise UserError(
            f"unknown method {name!r}{suggest(name, METHODS)} (see `python main.py list methods`)"
        )
    return METHODS[name]


def check_adapts(name: str) -> None:
    """Raises UserError unless runs of the method adapt to tasks."""
    if find(name).adapt is None:
        able = ", ".join(known for known, method in METHODS.items() if method.adapt) or "none yet"
        raise UserError(f"--task: runs of {name} do not adapt to tasks; methods that do: {able}")


def presets(method: str) -> dict[str, dict]:
    """Name -> content of each preset file of a method."""
    files = {path.stem: path for path in _FAMILIES.glob(f"*/{method}/presets/*.json")}
    return {name: read_file(files[name]) for name in sorted(files)}


def methods_with(preset: str) -> list[str]:
    """The methods that have a preset of that name."""
    return [method for method in METHODS if preset in presets(method)]


def about_preset(name: str) -> str:
    """What to type for a preset that was named without its method, in one line."""
    if not (owners := methods_with(name)):
        known = [known for method in METHODS for known in presets(method)]
        return (
            f"there is no preset {name!r}{suggest(name, known)} (see `python main.py list presets`)"
        )
    commands = " or ".join(f"`python main.py train {owner} --preset {name}`" for owner in owners)
    return f"{name} is a preset of {' and '.join(owners)}: {commands}"


def preset(method: str, name: str) -> dict:
    """The settings of a preset.

    Raises:
      UserError: if the method has no preset of that name.
    """
    known = presets(method)
    if name not in known:
        if methods_with(name):
            raise UserError(f"{method} has no preset {name!r}; {about_preset(name)}")
        raise UserError(
            f"{method} has no preset {name!r}{suggest(name, known)} "
            "(see `python main.py list presets`)"
        )
    return known[name]["settings"]
