"""What a setting may hold: numbers and sizes, from the command line, from JSON and as text."""

import argparse
import dataclasses
import json

import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.settings.arguments import Parser
from tfgan_kit.settings.kinds import shown
from tfgan_kit.settings.option import add_arguments, make, option, to_file
from tfgan_kit.settings.size import Size


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example:
    rates: tuple[float, ...] = option((0.5, 2.0), "rates", minimum=-1, maximum=3)
    depths: tuple[int, ...] = option((), "depths", above=0)
    range: tuple[float, ...] | None = option(None, "a range")
    size: Size | None = option(None, "a size", maximum=1024)
    tile: Size = option(Size(32, 16), "another size", minimum=8)

    def check(self):
        """Nothing concerns several of these."""


def parser():
    made = Parser(prog="example")
    add_arguments(made, Example)
    return made


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (["--rates", "0.25,1e-3, 3"], {"rates": (0.25, 0.001, 3.0)}),
        (["--rates", "1"], {"rates": (1.0,)}),
        (["--rates", ""], {"rates": ()}),
        (["--rates", "-1,2"], {"rates": (-1.0, 2.0)}),
        (["--rates=-.5,2"], {"rates": (-0.5, 2.0)}),
        (["--depths", "3,2,1"], {"depths": (3, 2, 1)}),
        (["--range", "-1,1"], {"range": (-1.0, 1.0)}),
        (["--size", "64"], {"size": Size(64, 64)}),
        (["--size", "64x128"], {"size": Size(64, 128)}),
        (["--size", "64X128"], {"size": Size(64, 128)}),
    ],
)
def test_arguments(flags, expected):
    given = parser().parse(flags)
    assert given == expected
    made = make(Example, given)
    for name, value in expected.items():
        assert getattr(made, name) == value
        kinds = [type(item) for item in getattr(made, name)]
        assert kinds == [type(item) for item in value]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--rates", "1,x"], "--rates: needs numbers joined with commas, such as 0.5,1, not '1,x'"),
        (["--rates", "1,,2"], "not '1,,2'"),
        (["--rates", "1,"], "not '1,'"),
        (["--depths", "1.5"], "--depths: needs whole numbers joined with commas, such as 1,2"),
        (["--size", "64x"], "--size: needs HEIGHTxWIDTH, such as 64x128, or one number for a sq"),
        (["--size", "0"], "not '0'"),
        (["--size", "64x0"], "not '64x0'"),
        (["--size", "-64"], "not '-64'"),
        (["--size", "1x2x3"], "not '1x2x3'"),
        (["--size", "6.5"], "not '6.5'"),
        (["--size", "big"], "not 'big'"),
    ],
)
def test_arguments_that_are_none(flags, message):
    with pytest.raises(UserError) as error:
        parser().parse(flags)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(64, (64, 64)), ([64, 128], (64, 128)), ((8, 9), (8, 9)), (Size(1, 2), (1, 2)), (None, None)],
)
def test_sizes_in_files(value, expected):
    size = make(Example, {"size": value}).size
    assert size == expected
    assert size is None or (size.height, size.width) == expected


@pytest.mark.parametrize(
    ("values", "message"),
    [
        *(
            ({"size": value}, "--size needs [height, width], or one number for a square, each at l")
            for value in (0, [0, 4], [64], [1, 2, 3], [64, 1.5], True, [True, 1], "64x128", 6.5, {})
        ),
        ({"size": [64, 1025]}, "--size must be at most 1024, not 1025"),
        ({"tile": [8, 7]}, "--tile must be at least 8, not 7"),
        ({"tile": None}, "--tile needs [height, width]"),
        ({"rates": [0, 3.5]}, "--rates must be at most 3, not 3.5"),
        ({"rates": [-2]}, "--rates must be at least -1, not -2.0"),
        ({"rates": [0.5, float("nan")]}, "--rates must be a finite number, not nan"),
        ({"range": [10**400]}, "--range must be a finite number, not inf"),
        ({"rates": ["1"]}, "--rates needs a list of float values, not ['1']"),
        ({"rates": 0.5}, "--rates needs a list of float values, not 0.5"),
        ({"rates": [True]}, "--rates needs a list of float values, not [True]"),
        ({"depths": [1, 0]}, "--depths must be greater than 0, not 0"),
        ({"depths": [1.0]}, "--depths needs a list of int values, not [1.0]"),
        ({"depths": [True]}, "--depths needs a list of int values, not [True]"),
    ],
)
def test_bad_values_are_named(values, message):
    with pytest.raises(UserError) as error:
        make(Example, values)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


def test_a_file_gives_back_what_it_was_written_from():
    made = make(Example, {"rates": [1], "depths": (4, 2), "range": [0, 1], "size": [64, 128]})
    content = json.loads(json.dumps(to_file("example", made)))
    assert content["settings"] == {
        "rates": [1.0],
        "depths": [4, 2],
        "range": [0.0, 1.0],
        "size": [64, 128],
        "tile": [32, 16],
    }
    assert make(Example, content["settings"]) == made


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Size(64, 64), "64"),
        (Size(64, 128), "64x128"),
        ((0.5, 1e-5), "0.5,1e-05"),
        ((3, 2), "3,2"),
        ((), ""),
        (("a", "b"), "a,b"),
        (0.1, "0.1"),
        (None, "None"),
    ],
)
def test_values_as_text(value, text):
    assert shown(value) == text


def test_the_help_shows_defaults_and_what_is_taken():
    text = " ".join(parser().format_help().split())
    assert "--rates FLOAT[,...] rates (default: 0.5,2.0)" in text
    assert "--depths INT[,...] depths --range" in text
    assert "--size HEIGHTxWIDTH a size" in text
    assert "--tile HEIGHTxWIDTH another size (default: 32x16)" in text


def test_a_size_is_a_type_for_any_argument():
    plain = argparse.ArgumentParser()
    plain.add_argument("--image-size", type=Size.parse)
    assert plain.parse_args(["--image-size", "2x3"]).image_size == Size(2, 3)
