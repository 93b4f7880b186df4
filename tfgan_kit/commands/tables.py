"""Text tables for the terminal: the output of `main.py list`, and the lists in help texts."""

from collections.abc import Mapping, Sequence

from tfgan_kit.outcome import Outcome

Rows = Sequence[Sequence[str]]


def table(rows: Rows, indent: str = "") -> str:
    """Aligned lines of cells; a column is as wide as its widest cell plus two spaces."""
    return sections({"": rows}, indent)


def sections(parts: Mapping[str, Rows], indent: str = "  ") -> str:
    """Tables under headings, whose columns are aligned across all tables.

    Args:
      parts: heading -> rows; "" for no heading. Headings without rows are left out.
      indent: the prefix of each row.
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
    """A table of names, each with a one-line description."""
    return Outcome(table(list(abouts.items())), **abouts)


def names_by(abouts: Mapping[str, Mapping[str, str]]) -> Outcome:
    """A table of names and descriptions under each of several headings."""
    return Outcome(sections({of: list(part.items()) for of, part in abouts.items()}), **abouts)


def methods_by_family(families: Mapping[str, Mapping]) -> Outcome:
    """The table of methods, with what their runs can do.

    Args:
      families: family -> name -> row in the registry of methods.
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
