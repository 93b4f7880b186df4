"""HTML in which text is escaped unless it is marked as markup."""

import json
import re
from html import escape, unescape

from tfgan_kit.wording import lines

_VOID = frozenset({"img", "input", "link", "meta"})
_TAG = re.compile(r"<[^>]*>")
_LONG = 20  # Number of characters from which a cell may be broken into lines.


class Html(str):
    """Text that is already markup."""


def element(tag: str, *children, **attributes) -> Html:
    """One element.

    Args:
      tag: its name.
      *children: text, which is escaped, or `Html`; None is left out.
      **attributes: "_" becomes "-", and a trailing "_" is dropped; True makes an attribute without
        a value, None and False make no attribute.
    """
    written = ""
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = name.rstrip("_").replace("_", "-")
        written += f" {name}" if value is True else f' {name}="{escape(str(value))}"'
    if tag in _VOID:
        return Html(f"<{tag}{written}>")
    return Html(f"<{tag}{written}>{join(*children)}</{tag}>")


def join(*children) -> Html:
    """Concatenates text, which is escaped, and `Html`; None is left out."""
    return Html(
        "".join(
            child if isinstance(child, Html) else escape(lines(child))
            for child in children
            if child is not None
        )
    )


def data_block(name: str, content) -> Html:
    """JSON for the page's script, which finds it by the ID `name`.

    Nothing in it can end the element, whatever strings the content contains.
    """
    text = json.dumps(content, allow_nan=False, separators=(",", ":"), ensure_ascii=True)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Html(f'<script type="application/json" id="{escape(name)}">{text}</script>')


def table(head, rows, *, caption: str | None = None) -> Html:
    """A table; on a narrow screen, each row becomes a list of its cells with their headings.

    Args:
      head: cells of the header row.
      rows: lists of cells, the first of which names its row; a cell is text or `Html`.
      caption: what the table shows.
    """
    names = [element("th", cell, scope="col") for cell in head]
    heads = [_text(cell) for cell in head[1:]]
    lines = [
        element("tr", element("th", row[0], scope="row"), *map(_cell, row[1:], heads))
        for row in rows
    ]
    body = element(
        "table",
        caption and element("caption", caption),
        element("thead", element("tr", *names)),
        element("tbody", *lines),
    )
    label = caption or " and ".join(str(cell) for cell in head[:2])
    return element("div", body, class_="wide", tabindex=0, role="region", aria_label=label)


def _cell(content, head):
    # Long words such as paths may break anywhere; numbers and names should not.
    long = not isinstance(content, Html) and len(str(content)) > _LONG
    return element("td", content, class_="long" if long else None, data_head=head or None)


def _text(cell):
    """The text of a cell without its markup."""
    return unescape(_TAG.sub(" ", cell)).strip() if isinstance(cell, Html) else str(cell)
