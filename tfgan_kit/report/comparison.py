"""The report that compares several runs."""

import math

from tfgan_kit.report import charts
from tfgan_kit.report.evaluation_file import numbers_of
from tfgan_kit.report.gallery import samples
from tfgan_kit.report.markup import Html, element, join, table
from tfgan_kit.report.measures import better, parse
from tfgan_kit.report.page import (
    no_script,
    notes,
    origin,
    page,
    performance,
    repeat,
    section,
    steps_of,
)
from tfgan_kit.report.record import Record
from tfgan_kit.report.results import measure_cell, value_cell
from tfgan_kit.report.settings import Default, command, words

_CAUTION = "The best of a row is bold; between single runs, another seed may turn the order round."


def comparison(records: list[Record], defaults: list[dict[str, Default] | None]) -> str:
    """The page of several runs.

    Args:
      records: the runs.
      defaults: the defaults of each run's method, None where unknown.
    """
    losses, measured, system = charts.overlaid(records)
    methods = ", ".join(dict.fromkeys(r.method for r in records))
    told = [f"{r.name}: {note}" for r in records for note in r.notes]
    return page(
        f"{len(records)} runs of {methods}",
        element(
            "header",
            element("p", "tfgan-kit report", class_="quiet"),
            element("h1", f"{len(records)} runs compared"),
            _legend(records),
        ),
        notes(told),
        no_script(),
        section("What differs", _differences(records, defaults)),
        section("Results", _results(records)),
        section("Samples", samples.side_by_side(records) if _any_frames(records) else None),
        section(
            "Curves",
            charts.figures(measured, len(losses)) if measured else None,
            charts.figures(losses, 0) if losses else None,
        ),
        section(
            "How they ran",
            _performance(records),
            charts.figures(system, len(losses) + len(measured)) if system else None,
        ),
        section("Run them again", *map(_again, records, defaults)),
        charts=losses + measured + system,
        frames=[],
    )


def _any_frames(records):
    return any(record.frames for record in records)


def _legend(records):
    items = [
        element(
            "li",
            element("span", class_="swatch", aria_hidden="true"),
            element("span", record.name, class_="name"),
            " ",
            element("span", f"{record.method}, {steps_of(record)} steps", class_="quiet"),
            style=f"--colour:var(--c{place % charts.COLOURS})",
        )
        for place, record in enumerate(records)
    ]
    return element("ul", *items, class_="legend runs")


def _differences(records, defaults) -> Html:
    """The settings whose values differ between runs.

    A setting that a method lacks counts as the default of the others.
    """
    told = [{"method": r.method, **r.settings} for r in records]
    names = dict.fromkeys(name for settings in told for name in settings)
    rows = []
    for name in names:
        present = {words(s[name]) for s in told if name in s}
        usual = {words(known[name].value) for known in defaults if known and name in known}
        lacking = not all(name in s for s in told)
        if len(present) > 1 or (lacking and not present <= usual):
            shown = [words(s[name]) if name in s else "–" for s in told]
            rows.append([element("code", name), *shown])
    if not rows:
        return element("p", "All settings are the same.")
    return table(["setting", *(r.name for r in records)], rows)


def _results(records):
    """The last measures of each run, with the best in each row marked."""
    last = [r.entries[-1] if r.entries else {} for r in records]
    numbers = [numbers_of(entry) for entry in last]
    names = dict.fromkeys(name for found in numbers for name in found)
    if not names:
        return None
    domains = any(r.has_domains for r in records)
    differing = _measured_differently(last)
    rows = [["step", *(f"{e['step']:,}" if e else "–" for e in last)]]
    for name in names:
        values = [found.get(name) for found in numbers]
        measure = parse(name, domains)
        finite = [v for v in values if v is not None and math.isfinite(v)]
        best = None if name in differing else _best(finite, better(measure))
        cells = ["–" if v is None else _cell(v, v == best) for v in values]
        rows.append([measure_cell(measure), *cells])
    return join(
        table(["measure", *(r.name for r in records)], rows),
        element("p", _CAUTION, class_="quiet"),
        notes([f"Measured in different ways: {', '.join(differing)}"] if differing else []),
    )


def _best(values, direction):
    if direction is None or len(values) < 2 or len(set(values)) == 1:
        return None
    return max(values) if direction == "more" else min(values)


def _cell(value, best):
    return element("strong", value_cell(value)) if best else value_cell(value)


def _measured_differently(last):
    """The names of numbers that are not comparable, as far as the files show."""
    differing = []
    for name in dict.fromkeys(n for entry in last for n in entry.get("protocols", {})):
        told = [e["protocols"][name] for e in last if name in e.get("protocols", {})]
        kept = ("features", "weights", "resize", "count", "real_count", "seed")
        if len({tuple(str(p.get(k)) for k in kept) for p in told}) > 1:
            differing.append(name)
    return differing


def _performance(records):
    told = [[("steps", steps_of(r)), *performance(r)] for r in records]
    rows = [[line[0][0], *(value or "–" for _, value in line)] for line in zip(*told, strict=True)]
    return table(["", *(r.name for r in records)], rows, caption="Time, speed and memory")


def _again(record, defaults):
    path = record.path / "config.json"
    line = command(record.method, record.settings, defaults, path, record.origins)
    return element(
        "details", element("summary", record.name), repeat(line), origin(record), open=True
    )
