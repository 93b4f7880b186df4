"""Every method is told about, shown, trained, and goes on as if nothing had happened."""

import dataclasses
import re

import pytest

import main
from tests.conftest import ROOT
from tests.every_method.conftest import STEPS
from tests.every_method.smallest import flags, settings
from tests.tfgan_kit.engine.test_resume import assert_same_run
from tfgan_kit.settings.option import make, read_file
from tfgan_kit.uses import read_uses
from trainers import registry


def test_help_tells_every_option(method, capsys):
    # That it comes at once, as nothing heavy is imported, is tested in tests/test_imports.py.
    with pytest.raises(SystemExit) as end:
        main.main(["train", method, "--help"])
    assert end.value.code == 0
    told = capsys.readouterr().out
    for field in dataclasses.fields(registry.find(method).config_class()):
        assert f"--{field.name.replace('_', '-')}" in told


def test_a_dry_run_trains_nothing(method, command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("train", method, *flags(method), "--dry-run")
    assert (status, err) == (0, "")
    for name in settings(method):
        assert f"{name} = " in out
    assert not list(tmp_path.iterdir())


def test_what_a_run_holds(run):
    assert (run / "report.html").stat().st_size > 1000
    rows = {*range(2, STEPS + 1, 2), *(end for end in _ends_of_stages(run) if end <= STEPS)}
    assert (run / "metrics.csv").read_text().count("\n") == 1 + len(rows)
    assert list((run / "models").glob("*.keras"))
    uses = read_uses(run / "uses.json")
    assert uses
    # One of several generators in a run has a number after its name.
    assert {re.sub(r"_\d+$", "", name) for name in uses} <= set(registry.find(run.name).uses)
    for use in uses.values():
        for call in use.calls:
            assert (run / "models" / f"{call.network}.keras").exists()
    drawn = [path.stem for path in (run / "samples").glob("*.png")]
    if "generate" in uses:
        assert sorted(drawn) == ["00000000", "00000002", "00000004"]


def _ends_of_stages(run):
    method, settings = registry.find(run.name), read_file(run / "config.json")["settings"]
    stages = method.trainer_class().stages(make(method.config_class(), settings))
    return [stage.until for stage in stages[:-1]]


def test_an_interrupted_run_goes_on_to_the_same_bits(run, own, command):
    for path in (own / "checkpoints").glob(f"ckpt-{STEPS}.*"):
        path.unlink()
    status, _, err = command("train", "--resume", own)
    assert (status, err) == (0, "")
    assert_same_run(run, own)


def test_a_page_tells_what_was_reproduced(method):
    page = ROOT / "docs" / "methods" / registry.find(method).family / f"{method}.md"
    assert page.stat().st_size > 1000


def test_a_small_preset_is_there_to_begin_with(method):
    small = [name for name in registry.presets(method) if "small" in name]
    assert small, f"{method} has no preset NAME-small that shows its point in minutes"
