"""What was measured, as text."""

WIDTH = 28


def table(measured: dict) -> list[str]:
    """One line per number: its name, its value, and its values in each of the references.

    Args:
      measured: name -> number or detail; "reference" is the measures of each of the references,
        "protocols" says how numbers came about, see `protocol_lines`; "samples", how many there
        were, is left to the headline.
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
    """How the numbers came about: what they share once, then each metric's own words."""
    lines = []
    for key in ("features", "real", "generated", "first", "second"):
        lines += dict.fromkeys(f"{key}: {p[key]}" for p in protocols.values() if key in p)
    lines += dict.fromkeys(f"seed: {p['seed']}" for p in protocols.values())
    names_of = {}
    for name, told in protocols.items():
        # The features stand in a line of their own.
        names_of.setdefault(told["words"], []).append(name.partition("[")[0])
    return lines + [f"{', '.join(names)}: {words}" for words, names in names_of.items()]
