"""The live line: only for a person who watches, and never in the way of what stays."""

import io
import os

from tfgan_kit.engine import status
from tfgan_kit.engine.status import Progress, StatusLine


class Screen(io.StringIO):
    """Standard error that is a terminal 40 columns wide."""

    def isatty(self):
        return True

    def fileno(self):
        return 2


def watch(monkeypatch) -> Screen:
    """Has a person watch; in a test itself, as pytest puts its own streams in place before it."""
    screen = Screen()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setattr(os, "get_terminal_size", lambda fd: os.terminal_size((40, 20)))
    monkeypatch.setattr(StatusLine, "_shown", "")
    return screen


def test_the_line_is_rewritten_and_taken_away_before_one_that_stays(monkeypatch, capsys):
    screen = watch(monkeypatch)
    line, now = StatusLine(), [10.0]
    monkeypatch.setattr(status.time, "monotonic", lambda: now[0])
    for text, now[0] in (("first " + "x" * 60, 10.0), ("too soon", 10.1), ("second", 11.0)):
        line.update(text)
    line.line("stays")
    first = "first " + "x" * 33
    assert len(first) == 39
    assert screen.getvalue() == f"\r{first}\r{'second':<39}\r{'':<6}\r"
    assert capsys.readouterr().out == "stays\n"


def test_nobody_watches(capsys):
    StatusLine().update("live")
    assert capsys.readouterr() == ("", "")


def test_quiet(monkeypatch):
    screen = watch(monkeypatch)
    monkeypatch.setattr(StatusLine, "quiet", True)
    StatusLine().update("live")
    assert screen.getvalue() == ""


def test_a_terminal_that_has_gone_ends_nothing(monkeypatch):
    screen = watch(monkeypatch)

    def gone(text):
        raise BrokenPipeError

    monkeypatch.setattr(screen, "write", gone)
    StatusLine().update("live")


def test_progress_tells_speed_and_time_left(monkeypatch):
    now, said = [100.0], []
    monkeypatch.setattr(status.time, "monotonic", lambda: now[0])
    progress = Progress("reading", 4000, said.append, "files")
    now[0] += 10
    progress.add(1000)
    now[0] += 10
    progress.at(3000)
    assert said == [
        "reading: 1,000/4,000 files  100 files/s  30s left",
        "reading: 3,000/4,000 files  150 files/s  7s left",
    ]
