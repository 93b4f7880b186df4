"""The names that a user gives to directions, in `names.json` of the run that found them."""

import json
from collections.abc import Sequence
from pathlib import Path

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.machine.files import write_json

FILE = "names.json"
ALL = "all"


def read_names(run_dir) -> dict[int, str]:
    """Number of a direction -> its name, for those that have one.

    Raises:
      UserError: if the file is damaged.
    """
    path = Path(run_dir) / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {int(k): name for k, name in content.items() if isinstance(name, str)}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError):
        raise UserError(
            f'{path} cannot be read; it needs the form {{"3": "thickness"}}, or remove it'
        ) from None


def write_names(run_dir, count: int, given: Sequence[str]) -> dict[int, str]:
    """Adds names to those that there are.

    Args:
      run_dir: the run.
      count: how many directions it has.
      given: each a number and a name, such as "3=thickness"; "3=" takes the name away.

    Returns:
      See `read_names`.

    Raises:
      UserError: if there is no such direction, or two would have one name.
    """
    names = read_names(run_dir)
    for text in given:
        number, equals, name = (part.strip() for part in text.partition("="))
        if not equals:
            raise UserError(f"--name {text}: give NUMBER=NAME, such as 3=thickness")
        k = _number(number, count, f"--name {text}")
        names.pop(k, None)
        if not name:
            continue
        if name == ALL or "," in name or name.lstrip("-").isdecimal():
            raise UserError(f"--name {text}: a name is not a number, not {ALL!r}, and has no comma")
        taken = [other for other, known in names.items() if known == name]
        if taken:
            raise UserError(f"--name {text}: direction {taken[0]} is called that; choose another")
        names[k] = name
    write_json({str(k): names[k] for k in sorted(names)}, Path(run_dir) / FILE)
    return names


def numbers_of(text: str, count: int, names: dict[int, str]) -> list[int]:
    """The directions that `--k` names.

    Args:
      text: numbers or names joined with commas, or "all".
      count: how many directions there are, numbered from 0.
      names: see `read_names`.

    Raises:
      UserError: if there is no such direction.
    """
    if text == ALL:
        return list(range(count))
    of_name = {name: k for k, name in names.items()}
    words = [word.strip() for word in text.split(",")]
    return [of_name[w] if w in of_name else _number(w, count, "--k", of_name) for w in words]


def _number(word, count, option, names=()):
    if word.isdecimal() and int(word) < count:
        return int(word)
    if word.lstrip("-").isdecimal():
        raise UserError(f"{option}: there is no direction {word}; they are 0 to {count - 1}")
    known = f", or a name: {', '.join(names)}" if names else "; --name gives them names"
    raise UserError(
        f"{option}: no direction is called {word!r}{suggest(word, names)}; give 0 to "
        f"{count - 1}{known}"
    )
