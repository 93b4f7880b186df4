"""Whole pages."""

import base64
import hashlib
import html.parser
import json
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.tfgan_kit.report.runs import write_picture, write_run
from tfgan_kit.errors import UserError
from tfgan_kit.report.write import write_report
from trainers import registry as methods

VOID = {"img", "input", "link", "meta"}
ENTRIES = [{"step": s, "modes": s // 20, "wasserstein": 200 / s} for s in (50, 100)]


def config_class(method):
    return methods.find(method).config_class()


class Page(html.parser.HTMLParser):
    """A page taken apart; it must be well-formed."""

    def __init__(self, path):
        super().__init__()
        self.source = path.read_text(encoding="utf-8")
        self.tags, self.open, self.texts, self.scripts = [], [], [], []
        self.feed(self.source)
        self.close()
        assert not self.open
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "script":
            self.scripts.append(data)
        elif not self.open or self.open[-1] != "style":
            self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]

    def data(self, name):
        (place,) = (i for i, a in enumerate(self.all("script")) if a.get("id") == name)
        return json.loads(self.scripts[place])


def page_of(run_dirs, output, **more):
    told = write_report(run_dirs, output, config_class=config_class, **more)
    assert str(output) in told
    return Page(output)


def test_a_run(tmp_path):
    run = write_run(tmp_path / "my-run", entries=ENTRIES)
    line = write_report([run], config_class=config_class)
    assert line.startswith(f"wrote the report {run / 'report.html'} (")
    assert "\n" not in line
    page = Page(run / "report.html")
    for text in (
        "my-run",
        "100 of 100",
        "1m05s",
        "200 images/s",
        "ring: 5,100 examples of 2, 10 classes",
        "TensorFlow 2.21.0",
        "Results at step 100",
        "What differs from the defaults",
        "python main.py train gan --dataset ring --steps 100 --batch-size 20 --seed 4",
    ):
        assert text in page.text, text
    assert [f["step"] for f in page.data("frames")] == [0, 50, 100]
    charts = page.data("charts")
    assert [c["title"] for c in charts] == [
        "discriminator: loss and its terms",
        "generator: loss",
        "modes",
        "wasserstein",
        "Speed, images per second",
    ]
    places = [int(a["data-chart"]) for a in page.all("figure") if "data-chart" in a]
    assert places == list(range(len(charts)))
    assert all(a["alt"] for a in page.all("img"))
    (slider,) = [a for a in page.all("input") if a["type"] == "range"]
    assert slider["aria-label"]
    assert slider["value"] == slider["max"] == "2"
    assert page.all("html")[0]["lang"] == "en"


def test_the_page_says_how_good_the_run_is(tmp_path):
    entries = [
        {"step": step, "accuracy": share, "reference": {"chance": {"accuracy": 0.1}}}
        for step, share in ((50, 0.4), (100, 0.7))
    ]
    run = write_run(tmp_path / "run", entries=entries)
    write_picture(run / "real.png", (30, 20))
    told = write_report([run], config_class=config_class)
    said = "70 % of images show the label asked for; chance 10 %; still rising"
    assert told.values["summary"] == said
    page = Page(run / "report.html")
    assert said in page.text
    assert page.text.index(said) < page.text.index("Samples")
    assert "Real images" in page.text
    assert [a["alt"] for a in page.all("img")][1] == "Real images. run."


def test_advice_stands_with_the_curve_that_looks_like_trouble(tmp_path):
    log = "step 0 of 100, in x\nwarning: the discriminator has won: its loss has been low\n"
    log += "generator/loss is no longer finite at step 90 (of checkpoints, there is none yet)\n"
    page = page_of([write_run(tmp_path / "run", log=log)], tmp_path / "r.html")
    discriminator, generator = page.text.split("generator: loss")[:2]
    assert "Give it less of a lead" in discriminator.split("discriminator: loss")[1]
    assert "clip gradients with --clip-norm 1" in generator


def test_advice_without_a_curve_is_not_lost(tmp_path):
    values = {"histogram_distance_a": 0.9, "semantic_agreement": 0.98}
    settings = {"dataset_a": None}
    run = write_run(tmp_path / "run", entries=[{"step": 100, **values}], settings=settings)
    page = page_of([run], tmp_path / "r.html")
    assert "All columns show the same class." in page.text


def test_a_page_asks_for_nothing(tmp_path):
    page = page_of([write_run(tmp_path / "run", entries=ENTRIES)], tmp_path / "r.html")
    for _, attributes in page.tags:
        for name in ("src", "href"):
            assert attributes.get(name, "data:").startswith("data:")
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", page.source)
    (policy,) = [a["content"] for a in page.all("meta") if "http-equiv" in a]
    digest = base64.b64encode(hashlib.sha256(page.scripts[-1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_what_strangers_wrote_is_shown_as_text(tmp_path):
    evil = "<script>alert(1)<"
    entry = {
        "step": 100,
        evil: 1.5,
        f"{evil}list": [0.5, 1.0],
        f"{evil}dict": {evil: evil},
        "reference": {evil: {evil: 2.0}},
        "protocols": {evil: {"words": evil, "features": evil, "first": evil}},
    }
    runs = [
        write_run(
            tmp_path / f"{i}{evil}",
            method=evil,
            settings={evil: evil + str(i), "dataset": evil, "dataset_a": evil, "seed": evil},
            entries=[entry | {"step": 50}, entry],
            log=f"data      {evil} + {evil}: 3\nversions  {evil}\nwarning: {evil}\n",
        )
        for i in range(2)
    ]
    for run in runs:
        text = (run / "metrics.csv").read_text().replace("generator/", f"{evil}/")
        (run / "metrics.csv").write_text(text)
        best = run / "models" / "best"
        best.mkdir(parents=True)
        (best / "best.json").write_text(json.dumps({"step": 1, "number": evil, "value": 1}))
    for given, least in ((runs[:1], 15), (runs, 12)):
        page = page_of(given, tmp_path / "r.html")
        assert len(page.all("script")) == 3
        assert page.text.count(evil) >= least
        assert not [a for _, attributes in page.tags for a in attributes if a.startswith("on")]


def test_a_run_that_has_only_begun(tmp_path):
    run = write_run(tmp_path / "run", steps=(), log="")
    (run / "metrics.csv").unlink()
    page = page_of([run], tmp_path / "r.html")
    assert "has not finished: 0 of 100 steps" in page.text
    assert "no samples yet" in page.text
    assert "Nothing has been measured yet: there is no evaluation.json" in page.text
    assert "no curves yet" in page.text
    assert page.data("charts") == []


def test_a_run_that_was_stopped_between_two_lines_says_where_it_was_saved(tmp_path):
    run = write_run(tmp_path / "run", steps=(0,), log="")
    lines = (run / "metrics.csv").read_text().splitlines(keepends=True)
    (run / "metrics.csv").write_text("".join(lines[:3]))
    (run / "checkpoints").mkdir()
    (run / "checkpoints" / "ckpt-37.json").write_text("{}")
    page = page_of([run], tmp_path / "r.html")
    assert "has not finished: 37 of 100 steps" in page.text


def test_damaged_files_are_told_and_the_rest_is_shown(tmp_path):
    run = write_run(tmp_path / "run", entries=ENTRIES)
    (run / "evaluation.json").write_text("[{")
    (run / "samples" / "00000100.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (run / "metrics.csv").write_text("step,generator/loss\n10,1\n20,what\n30,3\n")
    (run / "log.txt").unlink()
    page = page_of([run], tmp_path / "r.html")
    for text in ("evaluation.json cannot be read", "00000100.png", "1 of 3 lines", "log.txt"):
        assert text in page.text
    assert [f["step"] for f in page.data("frames")] == [0, 50]
    assert page.data("charts")[0]["series"][0]["values"] == [1, 3]


def test_values_that_are_not_finite(tmp_path):
    entry = {"step": 100, "fid": float("nan"), "kid": float("inf"), "list": [float("nan"), 1.0]}
    run = write_run(tmp_path / "run", entries=[entry | {"step": 50}, entry])
    page = page_of([run], tmp_path / "r.html")
    assert "nan" in page.text
    assert "inf" in page.text


def test_several_runs(tmp_path):
    runs = [
        write_run(tmp_path / "a", entries=ENTRIES, settings={"seed": 1}),
        write_run(tmp_path / "b", entries=[{"step": 100, "modes": 7}], settings={"seed": 2}),
        write_run(tmp_path / "c", method="scogan", settings={"feature_layers": 3, "seed": 1}),
    ]
    page = page_of([*runs, tmp_path / "b" / ".." / "a"], tmp_path / "new" / "r.html")
    assert "3 runs compared" in page.text
    assert len(page.all("img")) == 3
    charts = {c["title"]: c for c in page.data("charts")}
    assert [s["name"] for s in charts["generator/loss"]["series"]] == ["a", "b", "c"]
    assert [s["colour"] for s in charts["generator/loss"]["series"]] == [0, 1, 2]
    assert [s["name"] for s in charts["modes"]["series"]] == ["a", "b"]
    between = page.text.partition("What differs")[2].partition("Results")[0]
    assert "seed 1 2 1" in between
    assert "method gan gan scogan" in between
    # The one run that has the setting has its default: that tells nothing.
    assert "feature_layers" not in between
    # Of modes more is better, so 7 of 5 and 7.
    assert '<strong><data value="7">7</data></strong>' in page.source
    assert '<strong><data value="5">' not in page.source
    assert page.text.count("python main.py train") == 3


def test_numbers_measured_in_different_ways_are_not_ranked(tmp_path):
    runs = []
    for i, count in enumerate((1000, 2000)):
        entry = {"step": 100, "fid": 3.0 + i, "protocols": {"fid": {"words": "w", "count": count}}}
        runs.append(write_run(tmp_path / str(i), entries=[entry]))
    page = page_of(runs, tmp_path / "r.html")
    assert "Measured in different ways: fid" in page.text
    assert "<strong><data" not in page.source


def test_runs_of_one_name_are_told_apart(tmp_path):
    runs = [write_run(tmp_path / folder / "run") for folder in ("x", "y")]
    page = page_of(runs, tmp_path / "r.html")
    assert str(runs[0]) in page.text
    assert str(runs[1]) in page.text


def test_large_pictures_fit_into_a_mail(tmp_path):
    run = write_run(tmp_path / "run", steps=())
    for step in range(14):
        write_picture(run / "samples" / f"{step}.png", (900, 600), step)
    page = page_of([run], tmp_path / "r.html")
    assert (tmp_path / "r.html").stat().st_size < 10_000_000
    assert page.data("frames")[-1]["step"] == 13
    assert len(page.data("frames")) >= 12
    assert "compressed" in page.text


def test_who_set_a_setting(tmp_path):
    run = write_run(tmp_path / "run")
    assert "set by" not in page_of([run], tmp_path / "r.html").text
    origins = {"steps": "you", "dataset": "preset <b>", "split": "you"}
    (run / "origins.json").write_text(json.dumps(origins))
    page = page_of([run], tmp_path / "r.html")
    rows = re.findall(r"<tr>(.*?)</tr>", page.source)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    told = {row[0]: row[4] for row in cells if len(row) == 5}
    assert told.pop("setting") == "set by"
    names = ("steps", "dataset", "batch_size", "seed", "latent_size")
    assert told == {f"<code>{name}</code>": origins.get(name, "derived") for name in names} | {
        "<code>dataset</code>": "preset &lt;b&gt;"
    }


def test_without_defaults(tmp_path):
    run = write_run(tmp_path / "run", method="unknown")
    write_report([run])
    assert "defaults of 'unknown' are not known" in Page(run / "report.html").text
    page = page_of([run], tmp_path / "r.html")
    assert "'unknown' is not known here" in page.text
    assert f"python main.py train unknown --config {run / 'config.json'}" in page.text


@pytest.mark.parametrize(
    ("make", "output", "message"),
    [
        (lambda p: None, None, "there is no run directory"),
        (lambda p: p.mkdir(), None, "is not a run directory"),
        (lambda p: write_run(p) and (p / "config.json").write_text("{"), None, "config.json"),
        (write_run, "", "is a folder"),
        (write_run, "run", "is a folder"),
        (write_run, "run/config.json", "is a .html file"),
        (write_run, "run/log.txt/r.html", "is a file, not a folder"),
    ],
)
def test_bad_input_is_one_line(tmp_path, make, output, message):
    make(tmp_path / "run")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(UserError, match=message) as caught:
        write_report([tmp_path / "run"], None if output is None else tmp_path / output)
    assert "\n" not in str(caught.value)
    assert sorted(tmp_path.rglob("*")) == before


def test_no_run_at_all():
    with pytest.raises(UserError, match="DIR"):
        write_report([])


def test_walks_are_left_out_where_there_is_no_generator(tmp_path):
    run = write_run(tmp_path / "run")
    page = page_of([run], tmp_path / "r.html", render=True)
    assert "There are no walks between latents" in page.text
    other = write_run(tmp_path / "other", method="classifier")
    config = {"method": "classifier", "settings": {"steps": 100}}
    (other / "config.json").write_text(json.dumps(config))
    page = page_of([other], tmp_path / "r.html", render=True)
    assert "walks between" not in page.text


def test_a_report_needs_no_tensorflow():
    code = (
        "import sys, tfgan_kit.report.write\n"
        "sys.exit(', '.join(n for n in ('tensorflow', 'keras', 'cv2') if n in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_pictures_of_a_start_say_what_their_columns_are(tmp_path):
    run = write_run(tmp_path / "run", method="figr", settings={"inner_steps": 10})
    write_report([run])
    page = (run / "report.html").read_text()
    assert "a task in each row: some of its images, samples of the start" in page
    assert "samples after 10 steps on the task" in page
