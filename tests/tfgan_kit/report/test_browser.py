"""A report in a real browser: the slider, the button and the curves, by mouse and by keyboard."""

import pytest

from tests.tfgan_kit.report.browser import PROGRAM
from tests.tfgan_kit.report.runs import write_run
from tfgan_kit.report.write import write_report
from trainers import registry as methods

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine")
ENTRIES = [{"step": s, "modes": s // 20, "wasserstein": 200 / s} for s in (50, 100)]
LEFT, HOME, SPACE = 37, 36, 32


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    runs = [write_run(folder / name, entries=ENTRIES) for name in ("<b>one", "two")]

    def config_class(method):
        return methods.find(method).config_class()

    write_report(runs[:1], folder / "one.html", config_class=config_class)
    write_report(runs, folder / "two.html", config_class=config_class)
    return folder


@pytest.mark.parametrize("name", ["one", "two"])
@pytest.mark.parametrize("width", [360, 1200])
def test_a_page_is_quiet_and_fits(browser, pages, name, width):
    browser.open(pages / f"{name}.html", width=width)
    assert browser.complaints == []
    assert [r for r in browser.requests if not r.startswith("data:")] == [
        (pages / f"{name}.html").as_uri()
    ]
    assert browser.value("document.documentElement.scrollWidth") == width
    charts = browser.value("document.querySelectorAll('.chart').length")
    assert charts == browser.value(
        "document.querySelectorAll('.chart svg .curve.main').length"
    ) or (name == "two")
    assert charts == browser.value("document.querySelectorAll('.chart svg').length") > 2


@pytest.mark.parametrize("name", ["one", "two"])
def test_no_column_is_cut_off_on_a_telephone(browser, pages, name):
    browser.open(pages / f"{name}.html", width=400)
    browser.value("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    wide = "[...document.querySelectorAll('.wide, pre, figure, td, th')]"
    assert browser.value(f"{wide}.length") > 20
    assert browser.value(f"{wide}.filter((e) => e.scrollWidth > e.clientWidth).length") == 0
    # Where headings are not shown, each cell says its own.
    assert browser.value("getComputedStyle(document.querySelector('thead')).display") == "none"
    said = "getComputedStyle(document.querySelector('td[data-head]'), '::before').content"
    assert browser.value(said) != "none"


def test_the_slider_moves_by_keyboard(browser, pages):
    browser.open(pages / "one.html")
    last = browser.value("document.getElementById('sample').src")
    browser.value("document.getElementById('time').focus()")
    browser.press("ArrowLeft", LEFT)
    assert browser.value("document.getElementById('sample-step').textContent") == "Step 50"
    middle = browser.value("document.getElementById('sample').src")
    assert middle != last
    assert "step 50" in browser.value("document.getElementById('sample').alt")
    browser.press("Home", HOME)
    assert browser.value("document.getElementById('time').value") == "0"
    assert (
        browser.value("document.getElementById('time').getAttribute('aria-valuetext')") == "Step 0"
    )
    # The mark of what has the focus is seen.
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.complaints == []


def test_play_goes_from_the_start_to_the_end(browser, pages):
    browser.open(pages / "one.html")
    browser.value("document.getElementById('play').focus()")
    browser.press(" ", SPACE)
    assert browser.value("document.getElementById('play').textContent") == "Pause"
    assert browser.value("document.getElementById('time').value") == "0"
    browser.until("document.getElementById('play').textContent === 'Play'")
    assert browser.value("document.getElementById('sample-step').textContent") == "Step 100"


FIRST = "document.querySelector('.chart')"


def test_curves_tell_values_by_mouse_and_by_keyboard(browser, pages):
    browser.open(pages / "one.html")
    browser.value(f"{FIRST}.scrollIntoView()")
    shown = (
        f"[{FIRST}.querySelector('.at').textContent, {FIRST}.querySelector('.value').textContent]"
    )
    assert browser.value(shown) == ["step 100", "10"]
    # The fourth of ten points, a little beside it.
    place = "(() => { const dot = %s.querySelectorAll('.curve.main')[0].getBoundingClientRect();"
    place += " return [dot.left + dot.width * 3.2 / 9, dot.top + dot.height / 2]; })()"
    browser.move(*browser.value(place % FIRST))
    browser.until(f"{FIRST}.querySelector('.at').textContent === 'step 40'")
    assert browser.value(shown) == ["step 40", "4"]
    browser.move(2, 2)
    browser.until(f"{FIRST}.querySelector('.at').textContent === 'step 100'")
    browser.value(f"{FIRST}.querySelector('svg').focus()")
    browser.press("ArrowLeft", LEFT)
    browser.press("ArrowLeft", LEFT)
    assert browser.value(shown) == ["step 80", "8"]
    told = browser.value(f"{FIRST}.querySelector('svg').getAttribute('aria-valuetext')")
    assert told == "step 80: loss 8, adversarial 4"


def test_the_command_is_copied_as_it_is(browser, pages):
    browser.open(pages / "one.html")
    browser.value("getSelection().selectAllChildren(document.querySelector('.command'))")
    copied = browser.value("getSelection().toString()").strip()
    assert copied == browser.value("document.querySelector('.command').textContent")
    assert copied.startswith("python main.py train gan --dataset ring --steps 100")


def test_dark_mode(browser, pages):
    colours = []
    for dark in (False, True):
        browser.open(pages / "one.html", dark=dark)
        colours.append(browser.value("getComputedStyle(document.body).backgroundColor"))
    assert colours == ["rgb(255, 255, 255)", "rgb(21, 25, 30)"]


def test_without_a_script_the_last_picture_and_the_tables_are_there(browser, pages, tmp_path):
    browser.open(pages / "one.html", script=False)
    browser.picture(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 10_000
    browser.open(pages / "one.html")
    assert browser.value("document.getElementById('time').parentElement.hidden") is False
