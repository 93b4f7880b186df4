import argparse
import dataclasses

import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.settings import option as c
from tfgan_kit.settings.train import TrainConfig


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example(TrainConfig):
    rate: float = c.option(0.5, "a rate", minimum=0, maximum=1)
    kind: str = c.option("one", "a kind", choices=("one", "two"))
    kinds: tuple[str, ...] = c.option(("one",), "kinds", choices=("one", "two"))
    maybe: int | None = c.option(None, "a number or none", above=0)


def parse(*flags):
    parser = argparse.ArgumentParser()
    c.add_arguments(parser, Example)
    return vars(parser.parse_args(flags))


def test_flags_that_are_not_given_leave_no_trace():
    assert parse() == {}
    assert parse("--rate", "0.25", "--kinds", "two,one", "--jit", "--maybe", "3") == {
        "rate": 0.25,
        "kinds": ("two", "one"),
        "jit": True,
        "maybe": 3,
    }
    assert parse("--no-jit", "--kinds", "") == {"jit": False, "kinds": ()}


def test_later_layers_win():
    made = c.make(Example, {"rate": 0.1, "steps": 3}, {"rate": 1})
    assert (made.rate, made.steps, made.kind) == (1.0, 3, "one")
    assert c.differences(made) == {"steps": 3, "rate": 1.0}


def test_files_give_back_every_setting(tmp_path):
    import json

    made = c.make(Example, {"kinds": ["two"], "maybe": 4, "jit": True})
    path = tmp_path / "config.json"
    path.write_text(json.dumps(c.to_file("example", made)))
    content = c.read_file(path)
    assert content["method"] == "example"
    assert c.make(Example, content["settings"]) == made


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"ratee": 1}, "'ratee'; did you mean 'rate'"),
        ({"rate": 1.5}, "--rate must be at most 1, not 1.5"),
        ({"rate": -0.5}, "--rate must be at least 0"),
        ({"rate": float("nan")}, "--rate must be a finite number, not nan"),
        ({"rate": "much"}, "--rate needs a value of type float"),
        ({"maybe": 0}, "--maybe must be greater than 0"),
        ({"steps": True}, "--steps needs a value of type int"),
        ({"steps": 1.5}, "--steps needs a value of type int"),
        ({"steps": None}, "--steps needs a value of type int"),
        ({"kind": "tow"}, "'tow'; did you mean 'two'"),
        ({"kinds": ["one", "three"]}, "--kinds does not know 'three'"),
        ({"kinds": "one"}, "--kinds needs a list"),
        ({"channels": 0}, "--channels must be at least 1"),
        ({"rate": float("inf")}, "--rate must be a finite number, not inf"),
    ],
)
def test_bad_values_are_named(values, message):
    with pytest.raises(UserError, match=message) as error:
        c.make(Example, values)
    assert "\n" not in str(error.value)


def test_every_option_has_help():
    for field in dataclasses.fields(TrainConfig):
        assert field.metadata["help"]
