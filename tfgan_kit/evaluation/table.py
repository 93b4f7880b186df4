"""Measures as text."""

WIDTH = 28


def table(measured: dict) -> list[str]:
    """One line per number: its name, its value, and its value in each reference.

    Args:
      measured: name -> number or detail; "reference" holds the measures of each reference and
        "protocols" how numbers were measured, see `protocol_lines`; "samples", the number of
        samples, is left to the headline.
    """
    references = measured.get("reference", {})
    shown = {k: v for k, v in measured.items() if isinstance(v, int | float | list)}
    shown.pop("samples", None)
    width = max([WIDTH, *(len(name) + 1 for name in shown)])
    lines = [f"{'':<{width}}{'samples':>12}" + "".join(f"{r:>14}" for r in references)]
    for name, value in shown.items():
        if isinstance(value, list):
            lines.append(f"{name:<{width}}  " + " ".join(f"{v:.3g}" for v in value))
            continue
        row = f"{name:<{width}}{value:>12.4g}"
        for reference in references.values():
            row += f"{reference[name]:>14.4g}" if name in reference else f"{'-':>14}"
        lines.append(row)
    return lines + protocol_lines(measured.get("protocols", {}))


def protocol_lines(protocols: dict) -> list[str]:
    """How the numbers were measured: first what they share, then each metric's own protocol."""
    lines = []
    for key in ("features", "real", "held_out", "generated", "first", "second"):
        shown = key.replace("_", "-")
        lines += dict.fromkeys(f"{shown}: {p[key]}" for p in protocols.values() if key in p)
    lines += dict.fromkeys(f"seed: {p['seed']}" for p in protocols.values())
    names_of = {}
    for name, told in protocols.items():
        # The features have their own line.
        names_of.setdefault(told["words"], []).append(name.partition("[")[0])
    return lines + [f"{', '.join(names)}: {words}" for words, names in names_of.items()]
