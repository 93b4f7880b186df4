"""Help texts: their examples are commands that there are."""

import re
import shlex

import pytest

import main
from tests.conftest import ROOT
from tfgan_kit.commands.parsers.overall import overall
from tfgan_kit.commands.parsers.train import ELSEWHERE
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.request import Request
from tfgan_kit.settings.groups import GROUPS, grouped
from tfgan_kit.settings.option import make
from trainers.registry import METHODS, preset

PARSERS = {words: parser() for words, (parser, _) in main.actions().items()}
EXAMPLES = [
    (words, example)
    for words, parser in {"": overall(main.COMMANDS), **PARSERS}.items()
    for example in parser.examples
]


@pytest.mark.parametrize("words", PARSERS)
def test_every_command_has_examples_of_itself(words):
    parser = PARSERS[words]
    assert len(parser.examples) >= 2
    assert all(example.startswith(words) for example in parser.examples)
    for example in parser.examples:
        assert f"\n  python main.py {example}\n" in parser.format_help()


@pytest.mark.parametrize("words", PARSERS)
def test_a_placeholder_says_what_is_wanted(words):
    """By default it would be the option's own name: --output OUTPUT, --count COUNT."""
    text = PARSERS[words].format_help()
    wrong = [
        option
        for option, placeholder in re.findall(r"--([a-z-]+) ([A-Z_]+)\b", text)
        if option.replace("-", "_").upper() == placeholder
    ]
    assert not wrong
    assert " STR" not in text


@pytest.mark.parametrize(("words", "example"), EXAMPLES)
def test_every_example_parses(words, example):
    arguments = shlex.split(example)
    typed = " ".join(arguments[:2])
    taken = 2 if typed in PARSERS else 1
    given = PARSERS[" ".join(arguments[:taken])].parse(arguments[taken:])
    if arguments[0] == "evaluate":
        Request(**{k: v for k, v in given.items() if k not in ("quiet", "json")})
    if given.get("preset"):
        make(METHODS[arguments[1]].config_class(), preset(arguments[1], given["preset"]))


def test_every_command_is_in_the_overview_and_has_an_about():
    assert {words.split()[0] for words in PARSERS} == set(main.COMMANDS)
    text = overall(main.COMMANDS).format_help()
    lines = [line.split("  ", 2) for line in text.splitlines() if line.startswith("  ")]
    told = {line[1]: line[2].strip() for line in lines if len(line) == 3}
    assert {name: told.get(name) for name in main.COMMANDS} == main.COMMANDS


@pytest.mark.parametrize("name", METHODS)
def test_the_options_of_a_method_are_in_groups(name):
    text = PARSERS[f"train {name}"].format_help()
    assert text.startswith(f"usage: main.py train {name} [options]\n")
    titles = [line[:-1] for line in text.splitlines() if re.fullmatch(r"\w.*:", line)]
    groups = grouped(METHODS[name].config_class())
    shown = [title for key, title in GROUPS.items() if groups[key]]
    assert titles == ["options", *shown, "examples"]
    parts = dict(zip(titles, re.split(r"^\w.*:$", text, flags=re.MULTILINE)[1:], strict=True))
    for key, fields in groups.items():
        if fields:
            options = re.findall(r"^  --([a-z][\w-]*)", parts[GROUPS[key]], flags=re.MULTILINE)
            told = {option.replace("-", "_") for option in options}
            assert {field.name for field in fields} <= told
    assert "--workers" in parts["machine and numerics"]
    assert "--run-dir" in parts["options"]


@pytest.mark.parametrize("words", PARSERS)
def test_no_value_is_called_after_a_type_of_python(words):
    assert not re.search(r"\bSTR\b", PARSERS[words].format_help())


def test_what_other_programs_call_an_option_leads_to_ours():
    options = {name: PARSERS[f"train {name}"].option_strings for name in METHODS}
    for other, ours in ELSEWHERE.items():
        assert not all(other in known for known in options.values()), other
        assert all(any(option in known for known in options.values()) for option in ours)
        for name, known in options.items():
            if other not in known:
                with pytest.raises(UserError) as error:
                    PARSERS[f"train {name}"].parse([other, "1"])
                named = [option for option in ours if option in known]
                if METHODS[name].feed == "none" and other in ("--data", "--resolution"):
                    assert not named
                    assert "here it is" not in str(error.value)
                    continue
                assert named
                assert f"unknown argument {other!r}; here it is {' and '.join(named)} (" in str(
                    error.value
                )


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text()
    assert not [words for words in PARSERS if f"`{words}" not in text and "train " not in words]
