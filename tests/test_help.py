"""Help texts: their examples are commands that there are."""

import shlex

import pytest

import main
from tests.conftest import ROOT
from tfgan_kit.commands.parsers.overall import overall
from tfgan_kit.evaluation.request import Request
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
    assert all(f"  {name:<12}{about}\n" in text for name, about in main.COMMANDS.items())


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text()
    assert not [words for words in PARSERS if f"`{words}" not in text and "train " not in words]
