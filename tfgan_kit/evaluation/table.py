"""Measures as text."""

from tfgan_kit.numbers import plain

WIDTH = 28


def table(measured: dict, column: str = "samples") -> list[str]:
    """One line per number: its name, its value, and its value in each reference; details below.

    Args:
      measured: name -> number or detail; "reference" holds the measures of each reference and
        "protocols" how numbers were measured, see `protocol_lines`; "samples", the number of
        samples, is left to the headline.
      column: the heading of the values.
    """
    references = measured.get("reference", {})
    shown = {k: v for k, v in measured.items() if isinstance(v, int | float | list)}
    shown.pop("samples", None)
    width = max([WIDTH, *(len(name) + 1 for name in shown)])
    lines = [f"{'':<{width}}{column:>12}" + "".join(f"{r:>14}" for r in references)]
    details = []
    for name, value in shown.items():
        if isinstance(value, list):
            details.append(f"{name}: " + " ".join(map(plain, value)))
            continue
        row = f"{name:<{width}}{plain(value):>12}"
        for reference in references.values():
            row += f"{plain(reference[name]) if name in reference else '-':>14}"
        lines.append(row)
    return lines + details + protocol_lines(measured.get("protocols", {}))


def protocol_lines(protocols: dict) -> list[str]:
    """How the numbers were measured: first what they share, then each metric's own protocol."""
    lines = []
    for key in ("features", "real", "held_out", "training", "generated", "first", "second"):
        shown = key.replace("_", "-")
        lines += dict.fromkeys(f"{shown}: {p[key]}" for p in protocols.values() if key in p)
    lines += dict.fromkeys(f"seed: {p['seed']}" for p in protocols.values())
    names_of = {}
    for name, told in protocols.items():
        # The features have their own line.
        names_of.setdefault(told["words"], []).append(name.partition("[")[0])
    return lines + [f"{', '.join(names)}: {words}" for words, names in names_of.items()]
