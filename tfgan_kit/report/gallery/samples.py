"""Pictures of samples on a page: over time with a slider, or the last ones of several runs."""

from tfgan_kit.report.markup import Html, element, join
from tfgan_kit.report.pictures import Frame
from tfgan_kit.uses.labels import CLASSES

_SMALL = 470  # Pictures up to this width in pixels are shown at twice their size.


def description(record, frame: Frame) -> str:
    """A text description of a picture of samples, for those who cannot see it."""
    if record.joint:
        what = "Pairs of samples; the images of one latent stand under each other"
    elif record.adapts and record.generates:
        what = "Tasks, one in each row: images, samples of the start, and of the adapted generator"
    elif record.label is not None and record.generates:
        what = "Samples of the generator, a label in each row"
    elif record.generates:
        what = "Samples of the generator"
    elif record.edits:
        what = "One image, moved along a direction in each row"
    elif record.has_domains:
        what = "Images of each domain, above their translations and the way back"
    else:
        what = "Pictures"
    return f"{what}. {record.name}, step {frame.step:,}."


def image(frame: Frame, alt: str, **attributes) -> Html:
    """A picture at its own size, or at twice its size if it is small."""
    small = frame.width <= _SMALL
    scale = 2 if small else 1
    return element(
        "img",
        src=frame.source,
        alt=alt,
        width=frame.width * scale,
        height=frame.height * scale,
        class_="pixels" if small else None,
        **attributes,
    )


def beside_real(record) -> Html:
    """The samples over time, and the real images that they should look like."""
    samples = over_time(record)
    if record.real is None:
        return samples
    told = "Real images"
    if record.has_domains:
        told += ", which do not correspond: training never sees a pair"
    elif record.label is not None:
        told += ", a label in each row as in the samples"
    picture = image(record.real, f"{told}. {record.name}.")
    real = element("figure", picture, element("figcaption", told), class_="samples")
    return element("div", samples, real, class_="side")


def over_time(record) -> Html:
    """The last picture, with a slider over all pictures that the page's script enables."""
    frames, last = record.frames, record.frames[-1]
    controls = None
    if len(frames) > 1:
        controls = element(
            "div",
            element("button", "Play", type="button", id="play"),
            element(
                "input",
                type="range",
                id="time",
                min=0,
                max=len(frames) - 1,
                value=len(frames) - 1,
                aria_label="step of the samples",
                aria_valuetext=f"step {last.step:,}",
            ),
            class_="controls",
            hidden=True,
        )
    return element(
        "figure",
        image(last, description(record, last), id="sample"),
        controls,
        element(
            "figcaption",
            element("span", f"Step {last.step:,}", id="sample-step"),
            _words(record),
        ),
        class_="samples",
    )


def _words(record):
    if record.joint:
        names = record.domains
        told = "".join(f"{', below it ' if i else ': '}{name}" for i, name in enumerate(names))
        return f" · the images of one latent stand under each other{told}"
    if record.adapts and record.generates:
        steps = record.settings["inner_steps"]
        return (
            " · a task in each row: some of its images, samples of the start, and samples after "
            f"{steps} steps on the task"
        )
    if record.label is not None and record.generates:
        return f" · {_rows(record.label)}, a latent in each column"
    if record.edits:
        return _directions(record)
    if record.has_domains and not record.generates:
        return " · images of each domain, below them their translations, and the way back"
    return " · the same latents at every step" if record.generates else ""


def _directions(record):
    """What the rows and columns of a picture of edits show."""
    named = ", ".join(f"{k} {name}" for k, name in sorted(record.names.items()))
    told = " · one image, in the middle, moved along a direction in each row, the first of them 0"
    return f"{told} (named: {named})" if named else told


def _rows(label):
    """What the rows of a picture show; see `tfgan_kit.uses.draw.grid_of_classes`."""
    if label.kind != "class":
        kind = "attributes" if label.kind == "attributes" else "the label"
        return f"{kind} of an example of the data in each row"
    names = label.names[:CLASSES]
    first = f", the first {CLASSES} of {len(label.names)}" if len(label.names) > CLASSES else ""
    return f"a class in each row{first}: {', '.join(names)}"


def frame_data(record) -> list[dict]:
    """The pictures for the page's script."""
    return [
        {"step": f.step, "source": f.source, "alt": description(record, f)} for f in record.frames
    ]


def side_by_side(records) -> Html:
    """The last picture of each run."""
    shown = []
    for place, record in enumerate(records):
        caption = join(
            element("span", class_="swatch", aria_hidden="true"),
            element("strong", record.name),
        )
        if record.frames:
            frame = record.frames[-1]
            picture = image(frame, description(record, frame))
            step = f" · step {frame.step:,}"
        else:
            picture, step = element("p", "no samples", class_="quiet"), ""
        shown.append(
            element(
                "figure",
                picture,
                element("figcaption", caption, step),
                class_="samples",
                style=f"--colour:var(--c{place % 8})",
            )
        )
    return element("div", *shown, class_="side")
