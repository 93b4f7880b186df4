"""Who hears what of a command: a person, a script, nobody."""

import json
import math
import sys

import pytest

from tfgan_kit.commands.voice import Voice
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.outcome import Outcome


def speak(outcome, **how):
    with Voice(**how) as voice:
        print("a line")
        StatusLine().line("warning: a warning")
        voice.tell(outcome)


OUTCOME = Outcome("done", number=1.5, names=("a", "b"))


def test_a_person_hears_the_words(capsys):
    speak(OUTCOME)
    assert capsys.readouterr() == ("a line\nwarning: a warning\ndone\n", "")


def test_a_script_gets_one_object_and_nothing_else(capsys):
    speak(OUTCOME, as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out) == {"number": 1.5, "names": ["a", "b"]}
    assert err == "a line\nwarning: a warning\n"


def test_quiet_leaves_warnings(capsys):
    speak(OUTCOME, quiet=True)
    assert capsys.readouterr() == ("", "warning: a warning\n")


def test_both(capsys):
    speak(OUTCOME, quiet=True, as_json=True)
    out, err = capsys.readouterr()
    assert json.loads(out)["number"] == 1.5
    assert err == "warning: a warning\n"


def test_what_json_has_no_number_for_is_null(capsys):
    values = {"a": math.nan, "b": {1: [math.inf, (-math.inf, 2.0)]}, "c": None}
    speak(Outcome("", **values), as_json=True)
    told = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert told == {"a": None, "b": {"1": [None, [None, 2.0]]}, "c": None}


@pytest.mark.parametrize("how", [{"quiet": True}, {"as_json": True}])
def test_afterwards_all_is_as_before(how, capsys):
    before = sys.stdout

    def fail():
        with Voice(**how):
            print("half")
            raise UserError("no")

    with pytest.raises(UserError):
        fail()
    assert sys.stdout is before
    assert StatusLine.quiet is False
    assert capsys.readouterr().out == ""


def test_words_can_be_missing(capsys):
    speak(Outcome("", step=1))
    assert capsys.readouterr().out == "a line\nwarning: a warning\n"


def test_an_outcome_is_a_text_with_values():
    assert OUTCOME == "done"
    assert OUTCOME.values == {"number": 1.5, "names": ("a", "b")}
