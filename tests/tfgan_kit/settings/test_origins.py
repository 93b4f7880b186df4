"""Who set which setting."""

import dataclasses
import json

from tfgan_kit.settings.option import make, option
from tfgan_kit.settings.origins import YOU, origins_of, read_origins, told_apart
from tfgan_kit.settings.size import Size


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example:
    steps: int = option(10, "steps")
    seed: int = option(0, "a seed")
    loss: str = option("a", "a loss")
    rates: tuple[float, ...] = option((), "rates")
    size: Size | None = option(None, "a size")

    def check(self):
        """Nothing concerns several of these."""


LAYERS = {
    "preset small": {"steps": 5, "loss": "b", "rates": [0.5, 1]},
    "file old/config.json": {"loss": "c", "seed": 0},
    YOU: {"steps": 7},
}


def test_later_layers_win():
    assert origins_of(LAYERS) == {
        "steps": "you",
        "loss": "file old/config.json",
        "rates": "preset small",
        "seed": "file old/config.json",
    }
    assert origins_of({}) == {}


def test_a_line_for_each_of_who_set_something():
    config = dataclasses.replace(make(Example, *LAYERS.values()), size=Size(32, 64))
    assert told_apart(config, origins_of(LAYERS)) == [
        "you set   steps=7",
        "file      old/config.json: loss=c",
        "preset    small: rates=0.5,1.0",
        "derived   size=32x64",
    ]
    # Of a run of version 0.1.0 nobody knows.
    (line,) = told_apart(config, None)
    assert line == "changed   steps=7 loss=c rates=0.5,1.0 size=32x64"
    for known in (None, {}, {"steps": "you"}):
        (line,) = told_apart(Example(), known)
        assert line == "changed   nothing: every setting is the default"


def test_a_file_that_is_missing_or_damaged_says_nothing(tmp_path):
    path = tmp_path / "origins.json"
    assert read_origins(path) is None
    for text in ("{", "[]", '{"steps": 1}', "\xff"):
        path.write_text(text, encoding="latin-1")
        assert read_origins(path) is None
    path.write_text(json.dumps(origins_of(LAYERS)))
    assert read_origins(path) == origins_of(LAYERS)
