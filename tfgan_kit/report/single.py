"""The report of one run."""

from tfgan_kit.numbers import number
from tfgan_kit.report import charts
from tfgan_kit.report.gallery import explorer, samples
from tfgan_kit.report.gallery.examples import examples
from tfgan_kit.report.gallery.rendered import Rendered
from tfgan_kit.report.markup import Html, element, join, table
from tfgan_kit.report.measures import arrow, parse
from tfgan_kit.report.page import (
    facts,
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
from tfgan_kit.report.results import details_of, measure_tables, protocols_of
from tfgan_kit.report.settings import Default, changed, command, words
from tfgan_kit.report.words.summary import summary
from tfgan_kit.report.words.trouble import advice
from tfgan_kit.settings.origins import DERIVED


def single(record: Record, defaults: dict[str, Default] | None, made: Rendered) -> str:
    """The page of a run.

    Args:
      record: the run.
      defaults: defaults of its method, None if unknown.
      made: what its networks have rendered.
    """
    losses, system = charts.player_charts(record), charts.system_charts(record)
    measured = charts.measure_charts(record)
    data = record.log.header.get("data") or record.settings.get("dataset", "")
    said, (beside, left) = summary(record), _advice(record, losses + measured)
    return page(
        f"{record.name} · {record.method}",
        element(
            "header",
            element("p", "tfgan-kit report", class_="quiet"),
            element("h1", record.name),
            element("p", element("strong", record.method), f" on {data}"),
            element("p", said, class_="summary") if said else None,
            facts([("steps", steps_of(record)), *performance(record)]),
        ),
        notes(record.notes),
        no_script(),
        section("Before and after", examples(record) if record.examples else None),
        section("Samples", samples.beside_real(record) if record.frames else None),
        section("Directions", explorer.along_directions(made) if made.directions else None),
        section("Styles mixed", explorer.mixtures(made) if made.mixtures else None),
        section("Walks between latents", _walks(record, made) if made.walks else None),
        section(*_results(record)),
        section(
            "Curves",
            join(*left) if left else None,
            charts.figures(losses, 0, beside) if losses else None,
            charts.figures(measured, len(losses), beside) if measured else None,
        ),
        section("Settings", *settings(record, defaults)),
        section("Run it again", repeat(_command(record, defaults)), _exactly(record)),
        section(
            "How it ran",
            origin(record),
            _warnings(record),
            charts.figures(system, len(losses) + len(measured)) if system else None,
        ),
        charts=losses + measured + system,
        frames=samples.frame_data(record),
    )


def _advice(record, drawn):
    """Advice by the title of the chart that it belongs to, and what belongs to none."""
    beside, left = {}, []
    for each in advice(record):
        told = element(
            "aside",
            element("strong", each.symptom),
            f" {each.words}",
            class_="notes",
            aria_label="advice",
        )
        places = [c["title"] for c in drawn if c["title"].partition(":")[0] == each.chart]
        if places:
            beside[places[0]] = join(beside.get(places[0]), told)
        else:
            left.append(told)
    return beside, left


def _walks(record, made):
    told = "Each row goes from one latent to another"
    told += ", with one label throughout" if record.label is not None else ""
    told += "; the images of one latent stand under each other." if record.joint else "."
    return explorer.walks(made, told, f"{record.name}: walks between latents. {told}")


def _results(record):
    if not record.entries:
        return ("Results",)
    best = None
    if record.best:
        name = parse(record.best["number"], record.has_domains)
        told = f" ({arrow(name)})" if arrow(name) else ""
        best = element(
            "p",
            "The best models, in models/best, are those of step ",
            f"{record.best['step']:,}: ",
            element("code", record.best["number"]),
            f" {number(record.best['value'])}{told}.",
        )
    return (
        f"Results at step {record.entries[-1]['step']:,}",
        measure_tables(record),
        best,
        protocols_of(record),
        details_of(record),
    )


def settings(record: Record, defaults: dict[str, Default] | None) -> list[Html]:
    """The settings that differ from the defaults, and a folded list of all settings."""
    everything = [[element("code", k), words(v)] for k, v in record.settings.items()]
    whole = table(["setting", "value"], everything)
    if defaults is None:
        told = element("p", f"The defaults of {record.method!r} are not known.", class_="quiet")
        return [told, whole]
    head, rows = ["setting", "value", "default", "what it is"], []
    known_origins = record.origins is not None
    for name, value in changed(record.settings, defaults).items():
        default = defaults.get(name)
        known = [words(default.value), default.help] if default else ["–", "not known here"]
        origin = [record.origins.get(name, DERIVED)] if known_origins else []
        rows.append([element("code", name), words(value), *known, *origin])
    listed = (
        table(
            [*head, "set by"] if known_origins else head,
            rows,
            caption="What differs from the defaults",
        )
        if rows
        else element("p", "Every setting is the default.")
    )
    summary = element("summary", f"All {len(everything)} settings")
    return [listed, element("details", summary, whole)]


def _command(record, defaults):
    path = record.path / "config.json"
    return command(record.method, record.settings, defaults, path, record.origins)


def _exactly(record):
    seed = record.settings.get("seed")
    told = "With the same versions, the same data and as many threads, a CPU repeats the run bit "
    told += f"for bit from seed {seed}." if seed is not None else "for bit."
    return element("p", told, class_="quiet")


def _warnings(record):
    if not record.log.warnings:
        return None
    items = [element("li", line) for line in record.log.warnings]
    return join(element("h3", "Warnings"), element("ul", *items))
