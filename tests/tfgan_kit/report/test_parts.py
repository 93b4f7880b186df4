"""Markup, numbers, and the files that a report reads."""

import html.parser
import json

import numpy as np
import pytest

from tests.tfgan_kit.report.runs import HEADER, write_run
from tfgan_kit.numbers import number, size
from tfgan_kit.report.charts import chart, measure_charts, overlaid, player_charts, series
from tfgan_kit.report.evaluation_file import read_best, read_entries
from tfgan_kit.report.log_file import read_log
from tfgan_kit.report.markup import data_block, element, join, table
from tfgan_kit.report.measures import about, arrow, better, parse
from tfgan_kit.report.metrics_file import read_columns, thin, thin_steps
from tfgan_kit.report.record import read_record
from tfgan_kit.report.results import measure_tables
from tfgan_kit.report.words.parts import without_parts

EVIL = '</script><script>alert("&\u2028")</script>'


def test_text_is_escaped_and_markup_is_not():
    inner = element("b", EVIL)
    assert "<script" not in inner
    assert element("p", inner, None, title=EVIL, class_="x", hidden=True, id=None) == (
        '<p title="&lt;/script&gt;&lt;script&gt;alert(&quot;&amp;\u2028&quot;)&lt;/script&gt;" '
        f'class="x" hidden>{inner}</p>'
    )
    assert element("img", alt="") == '<img alt="">'
    assert join("<", 3, None) == "&lt;3"


def test_data_cannot_end_its_element():
    block = data_block("x", {EVIL: [EVIL, 1.5, None]})
    assert block.count("<") == 2
    inside = block.partition(">")[2].rpartition("<")[0]
    assert json.loads(inside) == {EVIL: [EVIL, 1.5, None]}
    with pytest.raises(ValueError, match="JSON"):
        data_block("x", float("nan"))


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.6171397665, "0.6171"),
        (1.0, "1"),
        (0.0, "0"),
        (-0.0014680231, "-0.001468"),
        (0.000254, "2.54e-04"),
        (1138.5, "1,138"),
        (47.0213, "47.02"),
        (12345678.9, "1.23e+07"),
        (12345678, "12,345,678"),
        (float("inf"), "inf"),
    ],
)
def test_numbers_are_rounded(value, shown):
    assert number(value) == shown


def test_sizes():
    assert [size(n) for n in (10, 23_400, 3_800_000)] == ["1 KB", "23 KB", "3.8 MB"]


@pytest.mark.parametrize("count", [1, 299, 300, 301, 1000])
def test_thinning_takes_means(count):
    values = np.random.default_rng(0).normal(size=count)
    steps = np.arange(1, count + 1) * 10
    group = -(-count // 300)
    # From the end on, groups of one size; what is over is the first.
    ends = np.arange(count, 0, -group)[::-1]
    expected = [values[max(0, e - group) : e].mean() for e in ends]
    np.testing.assert_allclose(thin(list(values)), expected, rtol=1e-12, atol=1e-12)
    assert thin_steps(list(steps)) == [10 * e for e in ends]
    assert len(thin(list(values))) <= 300


def test_damaged_lines_of_metrics_are_left_out_and_told(tmp_path):
    path, notes = tmp_path / "metrics.csv", []
    path.write_text("step,a/loss\n10,1\n30,3\nx,2\n20,2\n40\n50,nan\n60,0.")
    columns = read_columns(path, notes)
    assert columns["step"] == [10, 20, 30, 50]
    assert columns["a/loss"][:3] == [1, 2, 3]
    (note,) = notes
    assert "2 of 6 lines" in note  # The half line at the end belongs to a run that goes on.


@pytest.mark.parametrize("content", [b"a,b\n1,2\n", b"\xff\xfe\n", b"step,step\n1,2\n"])
def test_a_foreign_metrics_file_leaves_no_curves(tmp_path, content):
    path, notes = tmp_path / "metrics.csv", []
    path.write_bytes(content)
    assert read_columns(path, notes) == {}
    assert len(notes) == 1


def test_no_metrics_are_no_note(tmp_path):
    notes = []
    assert read_columns(tmp_path / "metrics.csv", notes) == {}
    (tmp_path / "metrics.csv").write_text("")
    assert read_columns(tmp_path / "metrics.csv", notes) == {}
    (tmp_path / "metrics.csv").write_text("step,a/loss\n")
    assert read_columns(tmp_path / "metrics.csv", notes) == {}
    assert notes == []


@pytest.mark.parametrize(
    "text", ["", "{", "{}", "[1]", '[{"step": "x"}]', '[{"step": 1, "reference": {"a": 3}}]']
)
def test_a_damaged_evaluation_is_left_out_and_told(tmp_path, text):
    path, notes = tmp_path / "evaluation.json", []
    path.write_text(text)
    assert read_entries(path, notes) == []
    assert len(notes) == 1
    assert "evaluation.json" in notes[0]


def test_the_best(tmp_path):
    path, notes = tmp_path / "best.json", []
    assert read_best(path, notes) is None
    path.write_text('{"step": 3, "number": "fid", "value": 2, "best": "lowest"}')
    assert read_best(path, notes) == {"step": 3, "number": "fid", "value": 2.0}
    assert not notes
    path.write_text('{"step": 3}')
    assert read_best(path, notes) is None
    assert len(notes) == 1


def test_a_log_of_two_processes(tmp_path):
    path = tmp_path / "log.txt"
    first = HEADER + "step 0 of 50, in x\nwarning: slow\nfinished 50 steps after 9s: see x\n"
    again = HEADER.replace("Keras 3.15.1", "Keras 3.16.0") + "step 50 of 100, in x\n"
    path.write_text(first + again + "warning: slow\nwarning: other\n")
    log = read_log(path, [])
    assert log.starts == [0, 50]
    assert log.seconds == [9, None]  # The second has not finished.
    assert log.warnings == ["slow", "other"]
    assert "Keras 3.16.0" in log.header["versions"]
    notes = []
    assert read_log(tmp_path / "none", notes).header == {}
    assert len(notes) == 1


def test_time_is_the_sum_of_the_log_or_that_of_the_steps(tmp_path):
    whole = read_record(write_run(tmp_path / "a"), 10**6, 3)
    assert whole.took == "1m05s"
    stopped = "step 0 of 100, in x\nstopped at step 50, everything is saved\ntrained for 1h02m\n"
    log = f"{stopped}step 50 of 100, in x\nfinished 100 steps after 1m05s: see x\n"
    resumed = read_record(write_run(tmp_path / "b", log=log), 10**6, 3)
    assert resumed.took == "1h03m"
    killed = "step 0 of 100, in x\n" + log.partition("\n")[2].partition("\n")[2].partition("\n")[2]
    resumed = read_record(write_run(tmp_path / "c", log=killed), 10**6, 3)
    assert resumed.took == "about 10s"  # 100 steps of 20 images at 200 images/s


def test_parts_of_a_set_are_spelled_out():
    assert without_parts("mnist[0/2] + mnist[1/2]-edge: 3 and 3 of [0, 1]") == (
        "mnist (part 1 of 2) + mnist-edge (part 2 of 2): 3 and 3 of [0, 1]"
    )


def test_a_cell_knows_its_heading():
    head = ["name", join("a <b>", element("small", "x & y")), "plain"]
    made = table(head, [["row", "1", join("2")]])
    assert 'data-head="a &lt;b&gt; x &amp; y"' in made
    assert '<td data-head="plain">2</td>' in made


def test_names_of_measures():
    assert parse("frechet_a[vgg16-lpips]", True) == ("frechet", "a", "[vgg16-lpips]")
    assert parse("lpips_ab", True) == ("lpips", "ab", "")
    assert parse("weight_distance", True) == ("weight_distance", "", "")
    assert parse("prd_f8", True) == ("prd_f8", "", "")
    assert parse("x_ba", True) == ("x", "ba", "")  # A direction.
    assert parse("x_aa", True) == ("x_aa", "", "")
    assert parse("x_a", False) == ("x_a", "", "")
    assert better(parse("fid", False)) == "less"
    assert better(parse("frechet[x]", False)) == "less"
    assert better(parse("coverage_b[x]", True)) == "more"
    assert better(parse("kid_standard_error", False)) is None
    assert better(parse("l1_unseen", False)) == better(parse("cycle_l1_cascade", False)) == "less"
    assert arrow(parse("accuracy", False)) == "↑ more is better"
    assert about(parse("kid", False))
    assert about(parse("<unknown>", False)) == ""


def test_the_scale_follows_the_values():
    one = series("a", [1, 2, 3], [0.01, float("nan"), 1.0])
    assert one["values"] == [0.01, None, 1.0]
    assert chart("t", [one])["log"]
    assert not chart("t", [series("a", [1, 2], [0.5, 1.0])], [("low", 0.001)])["log"]
    assert not chart("t", [one], [("below", -1.0)])["log"]
    assert series("a", [1], [float("inf")]) is None
    assert chart("t", [None]) is None


def test_a_curve_of_which_thinning_leaves_nothing(tmp_path):
    records = []
    for name, loss in (("whole", "1.5"), ("gaps", "nan")):
        run = write_run(tmp_path / name)
        rows = [f"{s},{'1.5' if s % 2 else loss}" for s in range(1, 700)]
        (run / "metrics.csv").write_text("\n".join(["step,generator/loss", *rows]) + "\n")
        records.append(read_record(run, 10**6, 3))
    (losses,), *_ = overlaid(records)
    assert [(s["name"], s["colour"]) for s in losses["series"]] == [("whole", 0)]


def test_terms_are_drawn_with_their_loss(tmp_path):
    record = read_record(write_run(tmp_path / "run"), 10**6, 3)
    record.columns["generator/adversarial"] = record.columns["generator/loss"]
    first, second = player_charts(record)
    assert [s["name"] for s in first["series"]] == ["loss", "adversarial"]
    assert [s["main"] for s in first["series"]] == [True, False]
    assert first["series"][1]["values"] == [s / 20 for s in range(10, 101, 10)]
    # A term that is the whole loss is not drawn twice.
    assert [s["name"] for s in second["series"]] == ["loss"]


def joint_entries():
    return [
        {
            "step": s,
            "semantic_agreement": s / 100,
            "fid_a": 100.0 - s,
            "fid_b": 50.0,
            "fid_std": s / 7,
            "lpips_ab": 0.25 * s,
            "class_histogram_a": [0.25, 0.75],
            "reference": {"true_pairs": {"semantic_agreement": 0.99}},
        }
        for s in (50, 100)
    ]


def test_domains_share_a_chart_with_their_references(tmp_path):
    path = write_run(tmp_path / "run", settings={"dataset_a": None}, entries=joint_entries())
    charts = {c["title"]: c for c in measure_charts(read_record(path, 10**6, 3))}
    assert set(charts) == {"semantic_agreement", "fid", "lpips"}
    assert charts["semantic_agreement"]["levels"] == [{"name": "real pairs", "value": 0.99}]
    # What does not change tells nothing as a curve.
    assert [s["name"] for s in charts["fid"]["series"]] == ["domain a"]
    assert [s["name"] for s in charts["lpips"]["series"]] == ["ab"]


class Cells(html.parser.HTMLParser):
    """Collects the text of each cell of each row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.inside = [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        self.inside = tag in ("td", "th") or (self.inside and tag != "caption")
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def test_domains_are_columns_and_references_too(tmp_path):
    log = HEADER.replace("ring: 5,100", "glyphs + street: 3 and 3")
    settings = {"dataset_a": None}
    path = write_run(tmp_path / "run", settings=settings, entries=joint_entries(), log=log)
    rows = Cells(measure_tables(read_record(path, 10**6, 3))).rows
    assert rows[0] == ["measure", "samples", "real pairs"]
    assert rows[1][0].startswith("semantic_agreement")
    assert rows[1][1:] == ["1", "0.99"]
    assert [row[1:] for row in rows if row[0].startswith("lpips_ab")] == [["25", "–"]]
    assert ["measure", "a, samplesglyphs", "b, samplesstreet"] in rows
    assert [row[1:] for row in rows if row[0].startswith("fidFrechet")] == [["0", "50"]]
