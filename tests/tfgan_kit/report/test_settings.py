"""What differs from the defaults, and a command that says the same again."""

import dataclasses
import shlex

import pytest

from tfgan_kit.report.settings import changed, command, defaults_of, typed, words
from tfgan_kit.settings.arguments import Parser
from tfgan_kit.settings.option import add_arguments, make, option, to_file
from tfgan_kit.settings.size import Size
from trainers import registry as methods


def repeated(method, line):
    """The configuration that a command line means."""
    words = shlex.split(line)
    assert words[:4] == ["python", "main.py", "train", method]
    parser = Parser(prog="x")
    config_class = methods.find(method).config_class()
    add_arguments(parser, config_class)
    return make(config_class, parser.parse(words[4:]))


PRESETS = [
    pytest.param(preset, id=f"{method}-{name}")
    for method in methods.METHODS
    for name, preset in methods.presets(method).items()
]


@pytest.mark.parametrize("preset", PRESETS)
def test_the_command_repeats_every_preset(preset):
    config_class = methods.find(preset["method"]).config_class()
    config = make(config_class, preset["settings"])
    content = to_file(preset["method"], config)
    settings = {k: list(v) if isinstance(v, tuple) else v for k, v in content["settings"].items()}
    line = command(preset["method"], settings, defaults_of(config_class), "config.json")
    assert "--config" not in line
    assert repeated(preset["method"], line) == config


def test_odd_values_survive_the_command_line():
    config_class = methods.find("scogan").config_class()
    settings = {
        "dataset": "a b, it's <c>",
        "content_layers": [],
        "evaluation_classifiers": ["x y.keras", "$HOME.keras"],
        "jit": True,
        "data_dir": "-dash",
        "generator_lr": 1e-5,
    }
    line = command("scogan", settings, defaults_of(config_class), "config.json")
    config = repeated("scogan", line)
    for name, value in settings.items():
        given = getattr(config, name)
        assert (list(given) if isinstance(given, tuple) else given) == value


def test_a_preset_is_named_and_what_was_derived_is_not():
    config_class = methods.find("gan").config_class()
    settings = {"width": 0.25, "steps": 10_000, "image_size": 32, "data_dir": "/found/by/itself"}
    origins = {"width": "preset mnist-small", "steps": "you"}
    line = command("gan", settings, defaults_of(config_class), "config.json", origins)
    # The steps are the default, and not the preset's.
    assert line == "python main.py train gan --preset mnist-small --steps 10000"
    origins = {"width": "file mine.json"}
    line = command("gan", settings, defaults_of(config_class), "config.json", origins)
    assert line == "python main.py train gan --width 0.25"


def test_what_no_flag_can_say_needs_the_file():
    config_class = methods.find("scogan").config_class()
    defaults = defaults_of(config_class)
    expected = "python main.py train scogan --config 'my run/config.json'"
    for settings in ({"content_layers": ["a,b"]}, {"steps": None}, {"unknown": 3}):
        assert command("scogan", settings, defaults, "my run/config.json") == expected
    assert command("scogan", {}, None, "my run/config.json") == (
        "python main.py train scogan"  # Nothing is said, so nothing differs.
    )
    assert command("scogan", {"steps": 3}, None, "my run/config.json") == expected


def test_changed_settings():
    @dataclasses.dataclass
    class Config:
        a: int = option(1, "first")
        b: tuple[str, ...] = option(("x",), "second")
        size: Size | None = option(None, "third")

    defaults = defaults_of(Config)
    assert defaults["a"].help == "first"
    assert changed({"a": 1, "b": ["x"], "size": None}, defaults) == {}
    assert changed({"a": 2, "b": ["y"], "c": 0}, defaults) == {"a": 2, "b": ("y",), "c": 0}
    assert changed({"b": "odd", "size": "odd"}, defaults) == {"b": "odd", "size": "odd"}
    # A run of version 0.1.0 has a number.
    for stored, text in ((32, "32"), ([32, 32], "32"), ([32, 64], "32x64")):
        settings = typed({"size": stored}, defaults)
        assert words(settings["size"]) == text
        line = command("gan", {"size": stored}, defaults, "config.json")
        assert line == f"python main.py train gan --size {text}"


def test_words():
    told = [None, True, False, [], ["a", "b"], "x", 0.5, {"a": 1}]
    assert [words(v) for v in told] == [
        "none",
        "yes",
        "no",
        "none",
        "a, b",
        "x",
        "0.5",
        '{"a": 1}',
    ]
