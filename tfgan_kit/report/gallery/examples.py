"""Held-out examples on a page: input, output and truth, with sliders from one to the next."""

from tfgan_kit.report.markup import Html, element
from tfgan_kit.report.pictures import Frame

COUNT = 3  # Parts that `tfgan_kit.pictures.examples` puts side by side.
_SMALL, _LARGE = 256, 460  # Pixels of a side up to which pictures are enlarged, and at most shown.


def parts_of(record) -> tuple[str, ...]:
    """The names of the parts of a run's examples; see `Trainer.examples`."""
    returns = record.has_domains or record.to_labels
    return ("input", "output", "back" if returns else "truth")


def examples(record) -> Html:
    """The pictures of a run's examples, and a viewer of them that the page's script enables.

    Without the script, and on paper, each example shows its parts beside each other.
    """
    parts = parts_of(record)
    strips = [
        element(
            "img",
            src=frame.source,
            alt=f"Example {number} of {len(record.examples)}: {', '.join(parts)} beside each other",
            width=frame.width,
            height=frame.height,
            class_="pixels" if _small(frame) else None,
        )
        for number, frame in enumerate(record.examples, 1)
    ]
    told = "Examples of the held-out split, or of the training data if that is the only one"
    step = f" Step {record.frames[-1].step:,}." if record.frames else None
    return element(
        "figure",
        _viewer(record.examples[0], parts),
        element("div", *strips, class_="strips"),
        element("figcaption", f"{told}: {', '.join(parts)}.", step),
        class_="examples",
        id="examples",
    )


def _small(frame: Frame):
    return frame.width // COUNT <= _SMALL


def _viewer(frame, parts):
    width, height = frame.width // COUNT, frame.height
    shown = min(max(width, _SMALL), _LARGE)
    pairs = [_pair(parts, first) for first in range(COUNT - 1)]
    return element(
        "div",
        element("div", *pairs, class_="pairs"),
        element(
            "div",
            element("button", "Previous", type="button", class_="previous"),
            element("span", class_="which", aria_live="polite"),
            element("button", "Next", type="button", class_="next"),
            class_="controls",
        ),
        class_="viewer",
        style=f"--ratio:{width}/{height};--shown:{shown}px",
        hidden=True,
    )


def _pair(parts, first):
    """The slider between a part and the next: left of its edge is the one, right the other."""
    left, right = parts[first], parts[first + 1]
    name = f"between-{left}-{right}"
    return element(
        "div",
        element(
            "div",
            element("div", element("img", alt=""), class_="layer"),
            element("div", element("img", alt=""), class_="layer over"),
            element("span", class_="edge"),
            class_="view",
        ),
        element(
            "label",
            element("span", left),
            element("span", " to ", class_="quiet"),
            element("span", right),
            for_=name,
        ),
        element("input", type="range", id=name, min=0, max=100, value=50),
        class_="pair",
        data_left=left,
        data_right=right,
        data_first=first,
    )
