"""The studies of translation name runs that there are, and their tables hold all seeds."""

import re
import runpy
import subprocess
import sys

import pytest

from benchmarks.studies.few_shot.studies import STUDIES as FEW_SHOT
from benchmarks.studies.mmnet import STUDIES as MMNET
from benchmarks.studies.paired import flags, table
from benchmarks.studies.paired_studies import STUDIES as PAIRED
from benchmarks.studies.students.studies import STUDIES as STUDENTS
from benchmarks.studies.unpaired.studies import STUDIES as UNPAIRED
from tests.conftest import ROOT
from tfgan_kit.settings.option import make
from trainers import registry

PROGRAMS = ("paired", "unpaired", "mmnet", "few_shot", "students")
KNOWN = (PAIRED, UNPAIRED, MMNET, FEW_SHOT, STUDENTS)


@pytest.mark.parametrize("study", [study for family in KNOWN for study in family.values()])
def test_every_variant_is_a_training(study):
    for variant in study.variants.values():
        preset = registry.preset(variant.method, variant.preset)
        config = make(registry.find(variant.method).config_class(), preset, variant.settings)
        config.resolved().check()
        for setting, value in variant.settings.items():
            assert getattr(config, setting) == value != preset.get(setting)


@pytest.mark.parametrize("name", PROGRAMS)
def test_help_describes_the_program_that_is_run(name, monkeypatch, capsys):
    module = f"benchmarks.studies.{name}"
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delitem(sys.modules, module, raising=False)  # As if nothing had imported it.
    with pytest.raises(SystemExit):
        runpy.run_module(module, run_name="__main__")
    assert f"`python -m {module} STUDY --output FILE" in capsys.readouterr().out


def test_flags_of_settings():
    assert flags({"skips": False, "l1_weight": 0}) == ["--no-skips", "--l1-weight", "0"]


def test_a_table_joins_seeds_and_separates_what_each_variant_measured_itself():
    def row(variant, seed, psnr, first):
        reference = {"bicubic": {"psnr": 25.0}, "first stage": {"psnr": first}}
        return {
            "variant": variant,
            "seed": seed,
            "measures": {"psnr": psnr, "l1": 1.0, "reference": reference},
        }

    rows = [row("a", 0, 28.0, 27.0), row("b", 0, 32.0, 31.0), row("a", 1, 30.0, 29.0)]
    rows[1]["measures"]["reference"]["bicubic"]["psnr"] = 25.0
    lines = table(rows, ("psnr", "lpips")).splitlines()
    assert lines == [
        "| | seeds | psnr |",
        "|---|---|---|",
        "| a | 0,1 | 29.0 (28.0-30.0) |",
        "| b | 0 | 32.0 |",
        "| a, bicubic |  | 25.0 (25.0-25.0) |",
        "| b, bicubic |  | 25.0 |",
        "| a, first stage |  | 28.0 (27.0-29.0) |",
        "| b, first stage |  | 31.0 |",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("students.distilled", "--seeds", "0", "--teacher", "/nowhere", "--variants", "teacher"),
        ("few_shot.told", "--clones", "/nowhere", "--told", "/nowhere"),
    ],
    ids=lambda words: words[0],
)
def test_a_study_ends_in_one_line_where_a_run_is_missing(words, tmp_path):
    name, *more = words
    more += ["--output", str(tmp_path / "out.json")] * (name == "students.distilled")
    call = [sys.executable, "-m", f"benchmarks.studies.{name}", *more]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert re.search(r"^error: .*/nowhere", done.stderr.splitlines()[-1])
