"""The sliders between input, output and truth, by mouse, keyboard and finger, and on paper."""

import base64
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from tests.tfgan_kit.report.browser import PROGRAM
from tests.tfgan_kit.report.runs import write_run
from tfgan_kit.fields import class_field, image_field
from tfgan_kit.report.write import write_report
from tfgan_kit.uses import translate, write_uses

COUNT, SIDE = 3, 12
GRAYS = (40, 130, 220)  # Of input, output and truth, less 10 for each further example.
LEFT, HOME, TAB = 37, 36, 9
VIEWS = "[...document.querySelectorAll('.view')]"
SLIDERS = "[...document.querySelectorAll('.pair input')]"

in_browser = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    run = write_run(tmp_path_factory.mktemp("report") / "run", method="pix2pix")
    (run / "examples").mkdir()
    for number in range(COUNT):
        strip = np.repeat([gray - 10 * number for gray in GRAYS], SIDE).astype(np.uint8)
        picture = Image.fromarray(np.tile(strip, (SIDE, 1)))
        picture.save(run / "examples" / f"{number}.png")
    write_report([run])
    return run


@pytest.fixture
def page(run):
    return run / "report.html"


def test_without_examples_there_is_no_such_part(tmp_path):
    run = write_run(tmp_path / "run")
    write_report([run])
    page = (run / "report.html").read_text()
    assert "Before and after" not in page
    assert 'id="examples"' not in page


def test_damaged_examples_are_left_out(run, tmp_path):
    own = write_run(tmp_path / "run", method="pix2pix")
    (own / "examples").mkdir()
    (own / "examples" / "0.png").write_bytes(b"nothing")
    (own / "examples" / "1.png").write_bytes((run / "examples" / "1.png").read_bytes())
    write_report([own])
    page = (own / "report.html").read_text()
    assert "Example 1 of 1: input, output, truth beside each other" in page


def test_a_method_that_is_told_a_label_shows_the_way_back(run, tmp_path):
    own = write_run(tmp_path / "run", method="stargan")
    shutil.copytree(run / "examples", own / "examples")
    image, label = image_field((SIDE, SIDE, 1)), class_field(("a", "b"))
    write_uses([translate({"input": image, "label": label}, image)], own / "uses.json")
    write_report([own])
    page = (own / "report.html").read_text()
    assert f"Example 1 of {COUNT}: input, output, back beside each other" in page


def shot(browser, tmp_path):
    """What the window shows, gray."""
    browser.picture(tmp_path / "shot.png")
    return np.asarray(Image.open(tmp_path / "shot.png").convert("L")).astype(int)


def box(browser, number):
    """Left, top, width and height of a view, after scrolling to it."""
    browser.value(f"{VIEWS}[{number}].scrollIntoView({{block: 'center'}})")
    found = f"(() => {{ const b = {VIEWS}[{number}].getBoundingClientRect(); "
    return browser.value(found + "return [b.left, b.top, b.width, b.height]; })()")


def shares(browser, number, tmp_path):
    """The gray values at 1/8, 3/8, 5/8 and 7/8 of a view's width."""
    left, top, width, height = box(browser, number)
    picture = shot(browser, tmp_path)
    row = picture[round(top + height / 2)]
    return [int(row[round(left + width * part / 8)]) for part in (1, 3, 5, 7)]


@in_browser
@pytest.mark.parametrize("width", [400, 1100])
def test_it_shows_input_and_output_and_output_and_truth(browser, page, tmp_path, width):
    browser.open(page, width=width)
    assert browser.complaints == []
    assert all(r.startswith(("data:", "file:")) for r in browser.requests)
    assert browser.value("document.documentElement.scrollWidth") == width
    given, made, true = GRAYS
    assert shares(browser, 0, tmp_path) == [given, given, made, made]
    assert shares(browser, 1, tmp_path) == [made, made, true, true]
    _, _, across, high = box(browser, 0)
    assert across == high >= 200
    hidden = "getComputedStyle(document.querySelector('.strips')).display"
    assert browser.value(hidden) == "none"


@in_browser
def test_the_mouse_pulls_the_edge(browser, page, tmp_path):
    browser.open(page)
    left, top, width, height = box(browser, 0)
    middle = top + height / 2
    browser.drag((left + width / 2, middle), (left + width * 0.6, middle), (left + 2, middle))
    _, made, true = GRAYS
    assert shares(browser, 0, tmp_path) == [made] * 4
    assert browser.value(f"{SLIDERS}[0].value") == "1"
    # The other stays, and a mouse that only passes pulls nothing.
    browser.move(left + width * 0.9, middle)
    assert browser.value(f"{SLIDERS}[0].value") == "1"
    assert shares(browser, 1, tmp_path) == [made, made, true, true]


@in_browser
def test_a_finger_pulls_the_edge(browser, page, tmp_path):
    browser.open(page, width=400)
    left, top, width, height = box(browser, 1)
    middle = top + height / 2
    browser.touch((left + width / 2, middle), (left + width * 0.7, middle), (left + width, middle))
    assert shares(browser, 1, tmp_path) == [GRAYS[1]] * 4
    assert browser.value(f"{SLIDERS}[1].value") == "100"


@in_browser
def test_keys_move_the_edge(browser, page, tmp_path):
    browser.open(page)
    assert browser.value(f"{SLIDERS}.map((s) => s.labels[0].textContent)") == [
        "input to output",
        "output to truth",
    ]
    browser.value(f"{SLIDERS}[0].focus()")
    browser.press("ArrowLeft", LEFT)
    told = f"{SLIDERS}[0].getAttribute('aria-valuetext')"
    assert browser.value(told) == "49 % input, 51 % output"
    browser.press("Home", HOME)
    assert shares(browser, 0, tmp_path) == [GRAYS[1]] * 4
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Tab", TAB)
    assert browser.value(f"document.activeElement === {SLIDERS}[1]")


@in_browser
def test_buttons_go_round_the_examples(browser, page, tmp_path):
    browser.open(page)
    which = "document.querySelector('.which').textContent"
    assert browser.value(which) == f"Example 1 of {COUNT}"
    browser.value("document.querySelector('.next').click()")
    given, made, _ = (gray - 10 for gray in GRAYS)
    assert shares(browser, 0, tmp_path) == [given, given, made, made]
    for _ in range(2):
        browser.value("document.querySelector('.previous').click()")
    assert browser.value(which) == f"Example {COUNT} of {COUNT}"


@in_browser
@pytest.mark.parametrize("how", [{"script": False}, {"media": "print"}])
def test_on_paper_and_without_a_script_the_parts_lie_side_by_side(browser, page, tmp_path, how):
    browser.open(page, **how)
    picture = tmp_path / "page.png"
    if how.get("media"):
        assert browser.value("getComputedStyle(document.querySelector('.viewer')).display") == (
            "none"
        )
        browser.value("document.querySelector('.strips').scrollIntoView()")
    browser.picture(picture)
    found = set(np.asarray(Image.open(picture).convert("L")).ravel().tolist())
    assert {gray - 10 * number for gray in GRAYS for number in range(COUNT)} <= found


def test_pictures_are_in_the_page_once(run):
    page = (run / "report.html").read_text()
    for number in range(COUNT):
        content = base64.b64encode((run / "examples" / f"{number}.png").read_bytes()).decode()
        assert page.count(content) == 1
        assert Image.open(io.BytesIO(base64.b64decode(content))).size == (3 * SIDE, SIDE)
