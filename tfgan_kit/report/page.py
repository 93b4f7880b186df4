"""The frame of a page: its head, style and script, and the data that they draw."""

import base64
import datetime
import hashlib
import re
from pathlib import Path

from tfgan_kit import __version__
from tfgan_kit.report.markup import Html, data_block, element, join

_HERE = Path(__file__).parent


def section(title: str, *content) -> Html | None:
    """A part of a page under a heading, or None if it would be empty."""
    if not any(content):
        return None
    return element("section", element("h2", title), *content)


def notes(lines) -> Html | None:
    """Notes on what is missing or damaged, so that nobody has to guess."""
    if not lines:
        return None
    items = [element("li", line) for line in lines]
    return element("aside", element("ul", *items), class_="notes", aria_label="notes")


def facts(pairs) -> Html:
    """Short facts, name over value; those without a value are left out."""
    items = [
        element("div", element("dt", name), element("dd", value)) for name, value in pairs if value
    ]
    return element("dl", *items, class_="facts")


def page(title: str, *content, charts: list[dict], frames: list[dict]) -> str:
    """A complete, self-contained page, whose policy forbids browsers to load anything else.

    Args:
      title: title of the window.
      *content: content of the body.
      charts: results of `tfgan_kit.report.charts.chart`, in the order of their numbers.
      frames: pictures over time.
    """
    script = (_HERE / "report.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
    policy += f"script-src 'sha256-{digest}'"
    style = (_HERE / "report.css").read_text(encoding="utf-8")
    head = element(
        "head",
        Html('<meta charset="utf-8">'),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="generator", content=f"tfgan-kit {__version__}"),
        element("title", title),
        element("link", rel="icon", href="data:,"),
        Html(f"<style>{style}</style>"),
    )
    written = datetime.date.today().isoformat()
    footer = element("footer", f"Written by tfgan-kit {__version__} on {written}.")
    body = element(
        "body",
        element("main", *content),
        footer,
        data_block("charts", charts),
        data_block("frames", frames),
        Html(f"<script>{script}</script>"),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def no_script() -> Html:
    """A notice for readers without JavaScript."""
    told = "The curves, sliders and pictures over time need JavaScript; everything else is here."
    return Html(f"<noscript>{element('p', told, class_='quiet')}</noscript>")


def steps_of(record) -> str:
    """How far a run has got."""
    if record.planned is None:
        return f"{record.step:,}"
    return f"{record.step:,} of {record.planned:,}"


def mean(values) -> float | None:
    """The mean of a column, or None if it is empty."""
    return sum(values) / len(values) if values else None


def performance(record) -> list[tuple[str, str | None]]:
    """Time, speed, memory and waiting time, as names and texts."""
    columns = record.columns
    speed, waited = (mean(columns.get(n)) for n in ("images_per_second", "data_wait"))
    memory = max(columns.get("memory_mb", []), default=None)
    return [
        ("time", record.took),
        ("speed", None if speed is None else f"{speed:,.0f} images/s"),
        ("memory, peak", None if memory is None else f"{memory:,.0f} MB"),
        ("waiting for data", None if waited is None else f"{waited:.1%} of the time"),
    ]


def origin(record) -> Html:
    """The run's origin: data, networks, devices and versions, from its log."""
    pairs = [(k, v) for k, v in record.log.header.items() if k != "method"]
    items = [element("div", element("dt", name), element("dd", value)) for name, value in pairs]
    return element("dl", *items, class_="origin") if items else join()


def repeat(line: str) -> Html:
    """A command to copy; lines break only between its options where possible."""
    start, *options = re.split(r" (?=--[a-z])", line)
    parts = [join(" ", element("span", option)) for option in options]
    return element("pre", element("code", start, *parts), class_="command")
