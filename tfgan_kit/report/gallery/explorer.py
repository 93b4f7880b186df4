"""Sliders on a page that choose which image is shown of sheets that were rendered beforehand."""

import json

from tfgan_kit.report.gallery import samples
from tfgan_kit.report.gallery.rendered import GAP, Rendered, Sheet
from tfgan_kit.report.markup import Html, element

_SMALL = 160  # Pixels of a side up to which images are enlarged as they are, without smoothing.


def along_directions(made: Rendered) -> Html:
    """A slider for each direction, and one for the latent that all of them move."""
    sheets = made.directions
    latent = "explore-latent" if len(sheets[0].rows) > 1 else "0"
    shared = _card(None, _slider(latent, "image", sheets[0].rows)) if latent != "0" else None
    cards = []
    for number, sheet in enumerate(sheets):
        eps = f"explore-{number}"
        slider = _slider(eps, sheet.name, sheet.columns, len(sheet.columns) // 2)
        cards.append(_card(_tile(sheet, eps, latent, number), slider))
    told = "Images while their latent moves along a direction; at eps 0 they are as they were."
    if len(sheets) < made.known:
        told += f" {len(sheets)} of {made.known} directions; main.py edit shows the others."
    return _explorer(shared, *cards, sheets=sheets, told=told)


def mixtures(made: Rendered) -> Html:
    """Two images, and the first of them with the styles of the second at a level of detail."""
    sheets = made.mixtures
    of, names = sheets[0], sheets[0].rows[1:]
    first, second, level = "explore-first", "explore-second", "explore-level"
    told = "The first image with the styles that the second has in the layers of a level, without "
    told += "truncation. main.py sample --mix SEEDS SEEDS --layers FIRST-LAST writes such tables."
    return _explorer(
        _card(_tile(of, "0", first, 0), _slider(first, "first", names, least=1)),
        _card(_tile(of, second, "0", 0), _slider(second, "second", names, 1, least=1)),
        _card(
            _tile(of, second, first, level),
            _slider(level, "first with styles of second", [sheet.name for sheet in sheets]),
        ),
        sheets=sheets,
        told=told,
    )


def walks(made: Rendered, told: str, alt: str) -> Html:
    """A picture of walks, and an image on one of them that sliders choose.

    Args:
      made: with walks.
      told, alt: what the picture shows, below it and in place of it.
    """
    sheet, walk, place = made.walks, "explore-walk", "explore-place"
    card = _card(
        _tile(sheet, place, walk, 0),
        _slider(walk, "walk", sheet.rows),
        _slider(place, "place", sheet.columns),
    )
    return element(
        "figure",
        element("div", card, class_="viewer cards", hidden=True),
        samples.image(sheet.frame, alt),
        element("figcaption", told),
        class_="samples explorer",
    )


def _explorer(*cards, sheets, told):
    """Cards that the page's script enables; without it, and on paper, the sheets as they are."""
    whole = [
        element("figure", samples.image(sheet.frame, sheet.name), element("figcaption", sheet.name))
        for sheet in sheets
    ]
    return element(
        "figure",
        element("div", *cards, class_="viewer cards", hidden=True),
        element("div", *whole, class_="strips"),
        element("figcaption", told),
        class_="explorer",
    )


def _card(tile, *sliders):
    return element("div", tile, *sliders, class_="card" if tile else "card shared")


def _tile(sheet: Sheet, column, row, number):
    """An image of a sheet.

    Args:
      sheet: one of those that it may be of.
      column, row, number: its place, and the number of the sheet among those of the figure: each
        a number, or the ID of the slider that has it.
    """
    return element(
        "canvas",
        class_="tile pixels" if sheet.width <= _SMALL else "tile",
        role="img",
        data_column=column,
        data_row=row,
        data_sheet=number,
        data_width=sheet.width,
        data_height=sheet.height,
        data_columns=len(sheet.columns),
        data_gap=GAP,
    )


def _slider(name, label, words, value=0, least=0):
    """A slider with words for each of its values, the first of which is for the value `least`."""
    return element(
        "div",
        element("label", label, for_=name),
        element("span", words[value], class_="value", aria_hidden="true"),
        element(
            "input",
            type="range",
            id=name,
            min=least,
            max=least + len(words) - 1,
            value=least + value,
            aria_valuetext=words[value],
            data_words=json.dumps(list(words)),
        ),
        class_="slider",
    )
