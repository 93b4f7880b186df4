"""Files in a run that nothing of ours writes, and places where no page can be written."""

import json

import pytest

from tests.tfgan_kit.report.runs import write_run
from tfgan_kit.errors import UserError
from tfgan_kit.numbers import number, short
from tfgan_kit.report.write import write_report


def page_of(run):
    write_report([run])
    return (run / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("digits", [400, 5000])
def test_numbers_that_no_float_holds_are_no_measures(tmp_path, digits):
    huge = "1" + "0" * digits
    run = write_run(tmp_path / "run")
    entries = [f'{{"step": {s}, "modes": {huge}, "wasserstein": {s}.5}}' for s in (50, 100)]
    (run / "evaluation.json").write_text(f"[{','.join(entries)}]")
    page = page_of(run)
    # Of so many digits that Python does not read them, the whole file is left out.
    assert ("100.5" in page) == (digits == 400)
    assert ("its measures are left out" in page) == (digits == 5000)


@pytest.mark.parametrize("content", ["[" * 100_000, '[{"step": 1%s}]' % ("0" * 400)])
def test_an_evaluation_that_cannot_be_one_is_left_out(tmp_path, content):
    run = write_run(tmp_path / "run")
    (run / "evaluation.json").write_text(content)
    assert "its measures are left out" in page_of(run)


def test_shares_that_are_not_finite_are_no_bars(tmp_path):
    entry = {"step": 100, "good": [0.5, 0.5], "bad": [float("nan"), float("inf"), 1.0]}
    page = page_of(write_run(tmp_path / "run", entries=[entry]))
    assert "<h3>good</h3>" in page
    assert "<h3>bad</h3>" not in page
    assert "<code>bad</code>" in page


@pytest.mark.parametrize("value", ["high", None, [1]])
def test_a_best_without_a_number_is_left_out(tmp_path, value):
    run = write_run(tmp_path / "run", entries=[{"step": 100, "fid": 3.0}])
    (run / "models" / "best").mkdir(parents=True)
    best = {"step": 100, "number": "fid", "value": value}
    (run / "models" / "best" / "best.json").write_text(json.dumps(best))
    page = page_of(run)
    assert "best.json is damaged" in page
    assert "The best models" not in page


def test_a_picture_that_leads_nowhere_is_left_out(tmp_path):
    run = write_run(tmp_path / "run")
    (run / "samples" / "00000200.png").symlink_to(tmp_path / "gone.png")
    page = page_of(run)
    assert "left out (00000200.png)" in page
    assert 'id="sample"' in page


@pytest.mark.parametrize("name", ["x" * 300 + ".html", "/proc/r.html"])
def test_a_page_that_cannot_be_written_is_one_line(tmp_path, name):
    run = write_run(tmp_path / "run")
    with pytest.raises(UserError, match=r"^[^\n]*: cannot be written [^\n]*$"):
        write_report([run], tmp_path / name)
    assert not list(tmp_path.rglob("*.part"))


def test_a_file_is_no_run(tmp_path):
    (tmp_path / "run").write_text("")
    with pytest.raises(UserError, match="there is no run directory"):
        write_report([tmp_path / "run"])


@pytest.mark.parametrize("value", [0.84205, 0.842049, 4.5915, 1.00005])
def test_curves_and_tables_show_the_same_digits(value):
    assert number(short(value)) == number(value)
