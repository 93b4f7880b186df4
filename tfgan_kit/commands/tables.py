"""Tables of words for the terminal: what `main.py list` shows, and the lists of help texts."""

from collections.abc import Mapping, Sequence

from tfgan_kit.outcome import Outcome

Rows = Sequence[Sequence[str]]


def table(rows: Rows, indent: str = "") -> str:
    """Lines of cells under each other; a column is as wide as its widest cell and two spaces."""
    return sections({"": rows}, indent)


def sections(parts: Mapping[str, Rows], indent: str = "  ") -> str:
    """Tables under headings, whose columns line up over all of them.

    Args:
      parts: heading -> rows; "" is no heading. Those without rows are left out.
      indent: what each row begins with.
    """
    rows = [row for part in parts.values() for row in part]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    blocks = []
    for heading, part in parts.items():
        if not part:
            continue
        lines = [heading] if heading else []
        for row in part:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append((indent + "  ".join(cells)).rstrip())
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)


def names(abouts: Mapping[str, str]) -> Outcome:
    """A table of names, each with one line about it."""
    return Outcome(table(list(abouts.items())), **abouts)


def names_by(abouts: Mapping[str, Mapping[str, str]]) -> Outcome:
    """Such a table under each of several headings."""
    return Outcome(sections({of: list(part.items()) for of, part in abouts.items()}), **abouts)


def methods_by_family(families: Mapping[str, Mapping]) -> Outcome:
    """The table of methods, with what their runs can do.

    Args:
      families: family -> name -> row of the registry of methods.
    """
    rows = {
        family: [(name, row.about, ", ".join(row.uses)) for name, row in part.items()]
        for family, part in families.items()
    }
    told = {
        name: {"family": family, "about": row.about, "uses": list(row.uses)}
        for family, part in families.items()
        for name, row in part.items()
    }
    return Outcome(sections(rows), **told)
