"""The newest measures of a run as tables, with descriptions and protocols."""

import json
import math

from tfgan_kit.numbers import is_number, number
from tfgan_kit.report.evaluation_file import numbers_of
from tfgan_kit.report.markup import Html, element, join, table
from tfgan_kit.report.measures import about, arrow, parse
from tfgan_kit.report.words.parts import without_parts
from tfgan_kit.report.words.references import in_order, reference

_SHARED = ("features", "weights", "resize", "real", "held_out", "training", "generated")
_SHARED += ("first", "second", "count", "seed")
_OPEN = 6  # Up to this many protocols are unfolded.


def measure_tables(record) -> Html:
    """Tables of the last entry: one for all samples or directions, and one for each domain."""
    entry = record.entries[-1]
    references = entry.get("reference", {})
    sources = {"samples": entry, **{name: references[name] for name in in_order(references)}}
    whole, by_domain = {}, {}
    for source, values in sources.items():
        for name, value in numbers_of(values).items():
            measure = parse(name, record.has_domains)
            alone = len(measure.letters) != 1
            row = measure._replace(letters=measure.letters if alone else "")
            place = whole if alone else by_domain
            column = source if alone else (measure.letters, source)
            place.setdefault(row, {})[column] = value
    found = []
    if whole:
        columns = [s for s in sources if any(s in row for row in whole.values())]
        heads = [_head(record, c) for c in columns]
        both = "All domains together" if record.generates else "Each direction"
        caption = both if by_domain else None
        found.append(_table(whole, columns, heads, caption))
    if by_domain:
        # The real value of a domain stands beside that of its samples.
        order = list(sources)
        columns = sorted(
            {c for row in by_domain.values() for c in row}, key=lambda c: (c[0], order.index(c[1]))
        )
        heads = [_domain_head(record, *column) for column in columns]
        found.append(_table(by_domain, columns, heads, "Each domain"))
    return join(*found)


def _head(record, source):
    if source != "samples":
        return reference(source).name
    return "samples" if record.generates else "value"


def _domain_head(record, letter, source):
    place = ord(letter) - ord("a")
    name = record.domains[place] if place < len(record.domains) else ""
    told = f"{letter}, {_head(record, source)}"
    return join(told, element("small", name) if name else None)


def _table(rows, columns, heads, caption):
    lines = [
        [
            measure_cell(measure),
            *(value_cell(values[c]) if c in values else "–" for c in columns),
        ]
        for measure, values in rows.items()
    ]
    return table(["measure", *heads], lines, caption=caption)


def measure_cell(measure) -> Html:
    """A measure's name, its description and the direction that is better."""
    name = measure.base + (f"_{measure.letters}" if measure.letters else "") + measure.features
    told = " · ".join(filter(None, (about(measure), arrow(measure))))
    return join(element("code", name), element("small", told) if told else None)


def value_cell(value) -> Html:
    """A number in readable form, with all its digits for copying."""
    return element("data", number(value), value=repr(value))


def details_of(record) -> Html:
    """Lists and curves of the last entry: shares as bars, everything else folded."""
    entry, bars, folded = record.entries[-1], [], []
    for name, value in entry.items():
        if name in ("step", "reference", "protocols") or is_number(value):
            continue
        shares = isinstance(value, list) and value and all(map(is_number, value))
        if shares and all(map(math.isfinite, value)):
            bars.append(_bars(name, value, about(parse(name, record.has_domains))))
        else:
            folded.append(_folded(name, value))
    return join(element("div", *bars, class_="charts") if bars else None, *folded)


def _bars(name, values, told):
    """Bars starting at 0, drawn without the page's script."""
    values = [float(v) if math.isfinite(v) else 0.0 for v in values]
    top = max(values) if max(values) > 0 else 1.0
    width, gap = 100 / len(values), 14 / len(values)
    drawn = []
    for i, value in enumerate(values):
        height = max(0.0, value) / top * 38
        bar = element(
            "rect",
            element("title", f"{i}: {number(value)}"),
            x=f"{i * width + gap / 2:.2f}",
            y=f"{40 - height:.2f}",
            width=f"{width - gap:.2f}",
            height=f"{height:.2f}",
        )
        drawn.append(bar)
    listed = ", ".join(f"{i}: {number(v)}" for i, v in enumerate(values))
    picture = element(
        "svg",
        *drawn,
        viewBox="0 0 100 40",
        preserveAspectRatio="none",
        role="img",
        aria_label=f"{name}, by index: {listed}",
    )
    labels = None
    if len(values) <= 12:
        labels = element("div", *(element("span", i) for i in range(len(values))), class_="ticks")
    caption = element(
        "figcaption",
        element("h3", name),
        element("p", f"{told or 'by index'}; largest {number(top)}", class_="quiet"),
    )
    return element("figure", caption, picture, labels, class_="bars")


def _folded(name, value):
    flat = isinstance(value, dict) and value and all(map(is_number, value.values()))
    if flat:
        shown = table(["", name], [[k, value_cell(v)] for k, v in value.items()])
    else:
        shown = element("pre", json.dumps(value, indent=1)[:20_000])
    return element("details", element("summary", element("code", name)), shown)


def protocols_of(record) -> Html:
    """How the numbers of the last entry were measured."""
    entry = record.entries[-1]
    protocols, alike = entry.get("protocols", {}), {}
    for name, told in protocols.items():
        alike.setdefault(json.dumps(told, sort_keys=True), []).append(name)
    items = [_protocol(names, protocols[names[0]]) for names in alike.values()]
    own = [n for n in numbers_of(entry) if n not in protocols]
    if own:
        count = entry.get("samples")
        told = f", on {count:,} samples" if isinstance(count, int) else ""
        said = (
            f"Measured{told}; the page of the method {record.method} in docs/methods explains how."
        )
        items.append(element("div", element("dt", *_codes(own)), element("dd", said)))
    for name in in_order(entry.get("reference", {})):
        known = reference(name)
        items.append(element("div", element("dt", known.name), element("dd", known.about)))
    summary = element("summary", "How this was measured")
    return element("details", summary, element("dl", *items), open=len(items) <= _OPEN)


def _codes(names):
    parts = []
    for name in names:
        parts += [", " if parts else None, element("code", name)]
    return parts


def _protocol(names, told):
    shown = []
    for key in _SHARED:
        if told.get(key) is not None:
            value = told[key]
            # To a reader, a hash of 64 digits says no more than its beginning.
            value = str(value)[:12] if key == "weights" else value
            value = number(value) if is_number(value) else without_parts(str(value))
            shown.append(f"{key.replace('_', '-')}: {value}")
    return element(
        "div",
        element("dt", *_codes(names)),
        element("dd", str(told.get("words", ""))),
        element("dd", "; ".join(shown), class_="quiet") if shown else None,
    )
