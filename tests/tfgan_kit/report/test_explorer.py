"""Sliders over directions, mixed styles and walks: what is rendered, and what a browser shows."""

import base64
import io
import json

import keras
import numpy as np
import pytest
from PIL import Image

from tests.saved_runs import SIDE, SIZE, untrained_styles, write_networks, write_run
from tests.test_edit_command import COUNT, write_directions
from tests.tfgan_kit.report.browser import PROGRAM
from tests.tfgan_kit.report.runs import write_picture
from tfgan_kit.fields import class_field, image_field, latent_field
from tfgan_kit.latent.latents import fixed_latents
from tfgan_kit.pictures.images import to_uint8
from tfgan_kit.report.gallery import rendered
from tfgan_kit.report.record import read_record
from tfgan_kit.report.write import write_report
from tfgan_kit.runs.saved_generator import SavedGenerator
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses import generate

LEFT, RIGHT, HOME, END = 37, 39, 36, 35
PETS = class_field(("cat", "dog"))
LIMIT = 2_000_000
PAGES = {}  # Run -> what is on its page.

in_browser = pytest.mark.skipif(PROGRAM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def blobs(folder):
    """A generator of blobs, with its report."""
    run = write_run(folder / "gan", {"image": (1, 1)}, method="gan", latent="normal")
    return reported(run)


@pytest.fixture(scope="module")
def found(folder, blobs):
    """Directions in it, one of them named, with their report."""
    run = write_directions(folder / "found", blobs)
    (run / "names.json").write_text('{"3": "thickness"}')
    return reported(run)


@pytest.fixture(scope="module")
def styles(folder):
    """An untrained StyleGAN of 16x16, with its report."""
    run = write_networks(folder / "styles", *untrained_styles())
    settings = {"seed": 3, "latent_size": 4}
    (run / "config.json").write_text(json.dumps({"method": "stylegan", "settings": settings}))
    return reported(run)


def made_of(run):
    """What its networks render; for the fixtures, what is on their pages."""
    return PAGES.get(run) or rendered.rendered(read_record(run, LIMIT, 1), LIMIT)


def reported(run):
    """The run, with a report, whose pictures `made_of` gives."""
    with pytest.MonkeyPatch.context() as patch:

        def render(record, limit):
            PAGES[run] = rendered.rendered(record, limit)
            return PAGES[run]

        patch.setattr("tfgan_kit.report.write.rendered", render)
        write_report([run], render=True)
    return run


def tile(sheet, row, column):
    """An image of a sheet, gray."""
    content = base64.b64decode(sheet.frame.source.partition(",")[2])
    picture = np.asarray(Image.open(io.BytesIO(content)).convert("L"))
    top, left = (2 + at * (side + 2) for at, side in ((row, sheet.height), (column, sheet.width)))
    return picture[top : top + sheet.height, left : left + sheet.width].astype(int)


def moved(run, found, k, latent, eps, label=None):
    """The image of a latent that went along a direction, gray."""
    matrix = SavedRun(found).load("directions").get_layer("directions").matrix.numpy()
    start = fixed_latents("normal", 0, latent + 1, SIZE)[latent:]
    labels = {} if label is None else {"label": np.array([label])}
    inputs = {"latent": (start + eps * matrix[:, k]).astype(np.float32)} | labels
    return to_uint8(SavedRun(run).bound("generate").render(inputs)["image"])[0, ..., 0]


def mixed(run, first, second, layers):
    """The image of a seed with the styles of another in these layers, gray."""
    saved = SavedRun(run)
    latents = np.concatenate([fixed_latents("normal", seed, 1, 4) for seed in (first, second)])
    row, column = saved.bound("map").render({"latent": latents})["styles"]
    row[layers] = column[layers]
    return to_uint8(saved.bound("synthesize").render({"styles": row[None]})["image"])[0, ..., 0]


def test_a_sheet_for_each_direction(blobs, found):
    made = made_of(found)
    assert made.walks is None
    assert made.mixtures == ()
    assert (len(made.directions), made.known) == (COUNT, COUNT)
    assert [s.name for s in made.directions][2:4] == ["direction 2", "3 thickness"]
    sheet = made.directions[3]
    assert sheet.columns == tuple(f"eps {value / 2:g}" for value in range(-6, 7))
    assert sheet.rows == ("1 of 3", "2 of 3", "3 of 3")
    for latent, column in ((0, 0), (1, 12), (2, 4)):
        wanted = moved(blobs, found, 3, latent, -3 + column / 2)
        np.testing.assert_allclose(tile(sheet, latent, column), wanted, atol=1)


def test_directions_of_images_with_labels(folder):
    run = write_run(folder / "pets", {"image": (1, 1)}, latent="normal", label=PETS)
    found = write_directions(folder / "in-pets", run)
    sheet = made_of(found).directions[1]
    for latent in range(3):
        wanted = moved(run, found, 1, latent, 1.0, latent % 2)
        np.testing.assert_allclose(tile(sheet, latent, 8), wanted, atol=1)


def test_directions_among_mapped_latents(folder, styles):
    found = write_directions(folder / "in-w", styles, space="w")
    sheet = made_of(found).directions[2]
    saved = SavedRun(styles)
    w = saved.bound("map").render({"latent": fixed_latents("normal", 0, 3, 4)})["w"]
    matrix = SavedRun(found).load("directions").get_layer("directions").matrix.numpy()
    codes = np.stack([w + 1.5 * matrix[:, 2]] * 6, 1).astype(np.float32)
    for latent, image in enumerate(saved.bound("synthesize").render({"styles": codes})["image"]):
        np.testing.assert_allclose(tile(sheet, latent, 9), to_uint8(image)[..., 0], atol=1)


def test_rendering_ends_when_it_takes_long(found, monkeypatch, tmp_path):
    monkeypatch.setattr(rendered, "SECONDS", -1.0)
    (sheet,) = rendered.rendered(read_record(found, LIMIT, 1), LIMIT).directions
    assert (sheet.name, sheet.rows) == ("direction 0", ("1 of 1",))
    write_report([found], tmp_path / "a.html", render=True)
    page = (tmp_path / "a.html").read_text()
    assert f"1 of {COUNT} directions; main.py edit shows the others." in page
    assert 'id="explore-0"' in page
    assert 'id="explore-latent"' not in page


def test_named_directions_come_before_others_where_there_are_many(found, monkeypatch):
    monkeypatch.setattr(rendered, "_DIRECTIONS", 2)
    made = rendered.rendered(read_record(found, LIMIT, 1), LIMIT)
    assert [sheet.name for sheet in made.directions] == ["direction 0", "3 thickness"]
    assert made.known == COUNT


def test_a_table_for_each_level_of_detail(styles):
    made = made_of(styles)
    assert [sheet.name for sheet in made.mixtures] == ["coarse, layers 0-3", "middle, layers 4-5"]
    for sheet, layers in zip(made.mixtures, (range(4), range(4, 6)), strict=True):
        assert sheet.rows == sheet.columns == ("", *(f"seed {n}" for n in range(5)))
        for first, second in ((0, 1), (4, 2), (3, 3)):
            wanted = mixed(styles, first, second, layers)
            np.testing.assert_allclose(tile(sheet, first + 1, second + 1), wanted, atol=1)


def test_walks(blobs):
    made = made_of(blobs)
    assert made.mixtures == made.directions == ()
    generator = SavedGenerator(blobs)
    (images,) = generator.render(generator.walks(None, 6, 12))
    wanted = to_uint8(images)[2 * 12 + 7, ..., 0]
    np.testing.assert_array_equal(tile(made.walks, 2, 7), wanted)


def test_networks_that_are_missing_are_noted(folder, found):
    record = read_record(found, LIMIT, 1)
    record.path = folder / "elsewhere"
    assert rendered.rendered(record, LIMIT) == rendered.Rendered()
    assert record.notes[-1].startswith("There are no pictures along directions: ")


def test_a_page_stays_below_ten_megabytes(tmp_path):
    """With samples and images that no format makes small."""
    side = 64
    layers = [keras.layers.Dense(side * side, "tanh"), keras.layers.Reshape((side, side, 1))]
    latent = keras.Input((SIZE,), name="latent")
    image = layers[1](layers[0](latent))
    kernel = np.random.default_rng(0).normal(0, 2, (SIZE, side * side))
    layers[0].set_weights([kernel, np.zeros(side * side)])
    field = {"image": image_field((side, side, 1))}
    uses = [generate(field, latent_field(SIZE, "normal"))]
    networks = {"generator": keras.Model(latent, {"image": image})}
    run = write_networks(tmp_path / "gan", "gan", networks, uses)
    found = write_directions(tmp_path / "found", run, count=40)
    (found / "samples").mkdir()
    for step in range(40):
        write_picture(found / "samples" / f"{step:08d}.png", (400, 300), seed=step)
    write_report([found], render=True)
    page = (found / "report.html").read_text()
    assert page.count('id="explore-') == 32 + 1
    assert "32 of 40 directions" in page
    assert 7_000_000 < len(page) < 10_000_000


def pixels(browser, number):
    """What the canvas of a number shows, gray."""
    canvas = f"document.querySelectorAll('canvas')[{number}]"
    browser.until(f"!{canvas}.closest('.viewer').hidden")
    data = browser.value(
        f"(() => {{ const c = {canvas}; const d = c.getContext('2d').getImageData(0, 0, c.width, "
        "c.height); return [...d.data]; })()"
    )
    return np.array(data).reshape(SIDE, SIDE, 4)[..., 0]


def press(browser, slider, *keys):
    browser.value(f"document.getElementById('{slider}').focus()")
    for key in keys:
        browser.press(key, {"ArrowRight": RIGHT, "ArrowLeft": LEFT, "Home": HOME, "End": END}[key])


def told(browser, slider):
    """The label of a slider, and what it says to eyes and to screen readers."""
    return browser.value(
        f"(() => {{ const s = document.getElementById('{slider}'); return [s.labels[0].textContent,"
        " s.parentElement.querySelector('.value').textContent, s.getAttribute('aria-valuetext')]; "
        "})()"
    )


@in_browser
def test_keys_move_along_directions(browser, blobs, found):
    browser.open(found / "report.html")
    assert browser.complaints == []
    np.testing.assert_allclose(pixels(browser, 3), moved(blobs, found, 3, 0, 0.0), atol=1)
    assert told(browser, "explore-3") == ["3 thickness", "eps 0", "eps 0"]
    press(browser, "explore-3", "End", "ArrowLeft")
    press(browser, "explore-latent", "ArrowRight")
    assert told(browser, "explore-3") == ["3 thickness", "eps 2.5", "eps 2.5"]
    assert told(browser, "explore-latent") == ["image", "2 of 3", "2 of 3"]
    np.testing.assert_allclose(pixels(browser, 3), moved(blobs, found, 3, 1, 2.5), atol=1)
    # The others stay where they are, but show the same latent.
    np.testing.assert_allclose(pixels(browser, 1), moved(blobs, found, 1, 1, 0.0), atol=1)
    label = "document.querySelectorAll('canvas')[3].getAttribute('aria-label')"
    assert browser.value(label) == "image: 2 of 3, 3 thickness: eps 2.5"
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@in_browser
def test_keys_mix_styles(browser, styles):
    browser.open(styles / "report.html")
    assert browser.complaints == []
    pixels(browser, 0)  # Waits until the page answers keys.
    press(browser, "explore-first", "End")
    press(browser, "explore-second", "ArrowRight")
    press(browser, "explore-level", "ArrowRight")
    assert told(browser, "explore-first")[1] == "seed 4"
    assert told(browser, "explore-second")[1] == "seed 2"
    assert told(browser, "explore-level")[1] == "middle, layers 4-5"
    for number, (first, second) in enumerate(((4, 4), (2, 2), (4, 2))):
        wanted = mixed(styles, first, second, range(4, 6))
        np.testing.assert_allclose(pixels(browser, number), wanted, atol=1)


@in_browser
def test_keys_walk(browser, blobs):
    browser.open(blobs / "report.html")
    assert browser.complaints == []
    pixels(browser, 0)
    press(browser, "explore-walk", "ArrowRight")
    press(browser, "explore-place", "End")
    generator = SavedGenerator(blobs)
    (images,) = generator.render(generator.walks(None, 6, 12))
    np.testing.assert_array_equal(pixels(browser, 0), to_uint8(images)[12 + 11, ..., 0])


@in_browser
@pytest.mark.parametrize("which", ["found", "styles", "blobs"])
def test_nothing_is_cut_off_on_a_telephone(browser, which, request):
    page = request.getfixturevalue(which) / "report.html"
    for dark in (False, True):
        browser.open(page, width=400, dark=dark)
        pixels(browser, 0)
        assert browser.value("document.documentElement.scrollWidth") == 400
        parts = "[...document.querySelectorAll('.cards, .card, .slider, canvas')]"
        wrong = "e.scrollWidth > e.clientWidth || e.getBoundingClientRect().right > 400"
        assert browser.value(f"{parts}.filter((e) => {wrong}).length") == 0
        assert browser.value(f"{parts}.every((e) => e.getBoundingClientRect().width >= 100)")
    shown = "getComputedStyle(document.querySelector('.slider')).color"
    assert browser.value(shown) == "rgb(228, 232, 236)"


@in_browser
@pytest.mark.parametrize("how", [{"script": False}, {"media": "print"}])
def test_without_a_script_and_on_paper_the_sheets_are_there(browser, found, how):
    browser.open(found / "report.html", **how)
    if "media" in how:
        pixels(browser, 0)
    sizes = "[...document.querySelectorAll('.explorer .strips img')].map((i) => i.clientWidth)"
    assert min(browser.value(sizes)) > 200
    shown = "getComputedStyle(document.querySelector('.explorer .viewer')).display"
    assert browser.value(shown) == "none"
