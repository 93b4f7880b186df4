"""What an earlier call of a study has left, and whether it is what is asked for now."""

import dataclasses
import json
import sys
from pathlib import Path

from tfgan_kit.settings.arguments import Parser
from tfgan_kit.settings.option import add_arguments, make, read_file
from trainers import registry

ELSEWHERE = "remove it, or name another folder with --runs"


def check_settings(run: Path, method: str, *options, but: tuple[str, ...] = ()) -> None:
    """Ends the program if a run was trained otherwise than asked.

    Args:
      run: the run's directory; what does not exist is as asked.
      method: the method.
      options: those of `main.py train METHOD`. What they leave out is not compared.
      but: names of settings that may differ.

    Raises:
      SystemExit: with one line, that names the first difference.
    """
    if not (run / "config.json").exists():
        return
    found, asked = read_file(run / "config.json"), asked_for(method, *options)
    if found["method"] != method:
        sys.exit(f"{run} is a run of {found['method']}, not of {method}; {ELSEWHERE}")
    for name, value in asked.items():
        other = found["settings"].get(name)
        if name not in but and other != value:
            flag = "--" + name.replace("_", "-")
            sys.exit(f"{run} was trained with {flag} {other}, not {value}; {ELSEWHERE}")


def asked_for(method: str, *options) -> dict:
    """The settings that options of `main.py train METHOD` name, as config.json has them."""
    parser, kind = Parser(), registry.find(method).config_class()
    parser.add_argument("--preset")
    add_arguments(parser, kind)
    given = vars(parser.parse_args([*map(str, options)]))
    preset = given.pop("preset")
    layers = [registry.preset(method, preset)] if preset else []
    named = {name for layer in (*layers, given) for name in layer}
    settings = json.loads(json.dumps(dataclasses.asdict(make(kind, *layers, given).resolved())))
    return {name: settings[name] for name in sorted(named)}


def kept(where: Path, asked: list, measure) -> dict:
    """What was measured, which is kept in a file with what was asked.

    Args:
      where: the file.
      asked: what is measured, and how.
      measure: called if there is no such file; gives the measures.

    Raises:
      SystemExit: with one line, if the file holds the answer to something else.
    """
    asked = [*map(str, asked)]
    if not where.exists():
        content = {"asked": asked, "measures": measure()}
        where.write_text(json.dumps(content, indent=2) + "\n")
    content = json.loads(where.read_text())
    if content.get("asked") != asked:
        before = " ".join(content.get("asked", ["something else"]))
        sys.exit(f"{where} answers {before}, not {' '.join(asked)}; {ELSEWHERE}")
    return content["measures"]
