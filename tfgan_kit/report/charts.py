"""Groups curves into charts and chooses their scales."""

import math

from tfgan_kit.numbers import number, short
from tfgan_kit.report.evaluation_file import numbers_of
from tfgan_kit.report.markup import Html, element
from tfgan_kit.report.measures import about, is_spread, parse
from tfgan_kit.report.metrics_file import thin, thin_steps
from tfgan_kit.report.words.references import reference

SYSTEM = {
    "images_per_second": "Speed, images per second",
    "memory_mb": "Memory, MB",
    "data_wait": "Share of the time spent waiting for data",
}
COLOURS = 8
_DECADES = 50  # Minimum ratio of largest to smallest value for a logarithmic scale.


def series(name: str, steps, values, *, main: bool = False) -> dict | None:
    """One curve, or None if none of its values is finite.

    Args:
      name: its name in the legend.
      steps: the steps, in order.
      values: one value per step; non-finite values leave gaps.
      main: whether to draw it as the most important curve of its group.
    """
    kept = [short(v) for v in thin(values)]
    if all(v is None for v in kept):
        return None
    return {"name": name, "steps": thin_steps(steps), "values": kept, "main": main}


def chart(title: str, curves, levels=(), told: str = "") -> dict | None:
    """A group of curves in one plot, or None if there are none.

    Args:
      title: what it shows.
      curves: results of `series`; None is left out.
      levels: (name, value) of horizontal lines.
      told: the title in other words.
    """
    curves = [curve for curve in curves if curve is not None]
    if not curves:
        return None
    levels = [{"name": n, "value": short(v)} for n, v in levels if math.isfinite(v)]
    values = [v for curve in curves for v in curve["values"] if v is not None]
    lowest = min([*values, *(level["value"] for level in levels)])
    log = lowest > 0 and max(values) / min(values) >= _DECADES
    return {"title": title, "told": told, "log": log, "series": curves, "levels": levels}


def player_charts(record) -> list[dict]:
    """One chart per player: its loss and the terms of the loss."""
    columns, groups = record.columns, {}
    for name in columns:
        player, slash, term = name.partition("/")
        if slash:
            groups.setdefault(player, []).append(term)
    charts = []
    for player, terms in groups.items():
        loss = columns.get(f"{player}/loss")
        # A loss of one unweighted term equals that term.
        shown = [t for t in terms if t == "loss" or columns[f"{player}/{t}"] != loss]
        shown.sort(key=lambda t: t != "loss")
        curves = [
            series(t, columns["step"], columns[f"{player}/{t}"], main=t == "loss") for t in shown
        ]
        title = f"{player}: loss" if shown == ["loss"] else f"{player}: loss and its terms"
        charts.append(chart(title, curves))
    return [c for c in charts if c]


def system_charts(record) -> list[dict]:
    """Charts of speed, memory and waiting time."""
    columns = record.columns
    charts = [
        chart(title, [series(name, columns["step"], columns[name], main=True)])
        for name, title in SYSTEM.items()
        if name in columns
    ]
    return [c for c in charts if c]


def measure_charts(record) -> list[dict]:
    """One chart per measure with values at several steps; domains are curves in the same chart."""
    points, levels = {}, {}
    for entry in record.entries:
        for name, value in numbers_of(entry).items():
            if not is_spread(name):
                points.setdefault(name, []).append((entry["step"], float(value)))
        for other, found in entry.get("reference", {}).items():
            for name, value in numbers_of(found).items():
                levels.setdefault(name, {})[other] = float(value)
    groups, kind = {}, "samples" if record.generates else "value"
    for name, found in points.items():
        if len(found) > 1 and any(value != found[0][1] for _, value in found):
            groups.setdefault(parse(name, record.has_domains).without_letters, []).append(name)
    charts = []
    for title, names in groups.items():
        curves = []
        for name in names:
            letters = parse(name, record.has_domains).letters
            label = f"domain {letters}" if len(letters) == 1 else letters or kind
            curves.append(series(label, *zip(*points[name], strict=True), main=True))
        lines = [
            (_level(r, names, parse(n, record.has_domains)), v)
            for n in names
            for r, v in levels.get(n, {}).items()
        ]
        told = about(parse(names[0], record.has_domains))
        charts.append(chart(title, curves, lines, told))
    return [c for c in charts if c]


def _level(name, names, measure):
    """The name of a reference's line, with the domain if there are several."""
    domain = f", domain {measure.letters}" if len(names) > 1 else ""
    return f"{reference(name).name}{domain}"


def overlaid(records) -> tuple[list[dict], list[dict], list[dict]]:
    """Charts of losses, measures and the system in which each run is one curve."""
    losses = _overlay(records, lambda r: [n for n in r.columns if n.endswith("/loss")])
    system = _overlay(records, lambda r: [n for n in SYSTEM if n in r.columns])
    return losses, _overlaid_measures(records), system


def _overlay(records, names_of):
    names = dict.fromkeys(n for record in records for n in names_of(record))
    charts = [
        chart(
            SYSTEM.get(name, name),
            [
                _coloured(i, series(r.name, r.columns["step"], r.columns[name], main=True))
                if name in r.columns
                else None
                for i, r in enumerate(records)
            ],
        )
        for name in names
    ]
    return [c for c in charts if c]


def _coloured(colour, curve):
    return curve and curve | {"colour": colour}


def _overlaid_measures(records):
    points = {}
    for i, record in enumerate(records):
        for entry in record.entries:
            for name, value in numbers_of(entry).items():
                if not is_spread(name) and math.isfinite(value):
                    points.setdefault(name, {}).setdefault(i, []).append((entry["step"], value))
    charts = []
    for name, of_runs in points.items():
        curves = [
            _coloured(i, series(records[i].name, *zip(*found, strict=True), main=True))
            for i, found in of_runs.items()
        ]
        if max(map(len, of_runs.values())) > 1:
            charts.append(chart(name, curves))
    return [c for c in charts if c]


def figures(charts: list[dict], first: int, beside=None) -> Html:
    """Placeholders in which the page's script draws charts; without it, they show the last values.

    Args:
      charts: results of `chart`.
      first: number of the first of them among all charts of the page.
      beside: title of a chart -> what is shown with it, `Html`.
    """
    beside = beside or {}
    return element(
        "div",
        *(
            _figure(one, number, beside.get(one["title"]))
            for number, one in enumerate(charts, first)
        ),
        class_="charts",
    )


def _key(name, value, **attributes):
    """A line of the legend."""
    return element(
        "li",
        element("span", class_="swatch", aria_hidden="true"),
        element("span", name, class_="name"),
        " ",
        element("span", value, class_="value"),
        **attributes,
    )


def _figure(one, place, beside):
    items = [
        _key(
            curve["name"],
            _last(curve["values"]),
            style=f"--colour:var(--c{curve.get('colour', i) % COLOURS})",
        )
        for i, curve in enumerate(one["series"])
    ]
    items += [
        _key(level["name"], number(level["value"]), class_="level") for level in one["levels"]
    ]
    last = max(curve["steps"][-1] for curve in one["series"])
    return element(
        "figure",
        element(
            "figcaption",
            element("h3", one["title"]),
            element("p", one["told"], class_="quiet") if one["told"] else None,
            element(
                "p",
                element("span", f"step {last:,}", class_="at"),
                ", logarithmic scale" if one["log"] else None,
                class_="quiet",
            ),
        ),
        element("div", class_="plot"),
        element("ul", *items, class_="legend"),
        beside,
        class_="chart",
        data_chart=place,
    )


def _last(values):
    return next(number(v) for v in reversed(values) if v is not None)
