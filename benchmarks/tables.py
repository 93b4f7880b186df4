"""The tables of docs/performance.md, written from the stored results between its markers."""

import re
import statistics

from benchmarks import aims, check, results
from benchmarks.child import ROOT
from benchmarks.loops.workloads import LOOPS, WORKLOADS
from benchmarks.turns import spread
from tfgan_kit.machine.files import write_bytes

PAGE = ROOT / "docs" / "performance.md"
NOT_RUN = "not run"
_BLOCK = re.compile(r"(<!-- results: ([a-z]+) -->\n).*?(<!-- end of results -->)", re.DOTALL)


def machine(found: dict) -> str:
    """What was measured when, on what: one line per machine, date and set of versions."""
    groups = {}
    for part, content in found.items():
        m = content["machine"]
        flags = ", ".join(m["flags"]) or "neither AVX2 nor AMX"
        text = (
            f"{m['cores']} cores of {m['processor']} ({flags}), {m['memory_gb']} GB, "
            f"TensorFlow {m['tensorflow']}, Keras {m['keras']}, NumPy {m['numpy']}, "
            f"Python {m['python']}; {content['date']}"
        )
        groups.setdefault(text, []).append(part)
    if not groups:
        return f"* {NOT_RUN}"
    return "\n".join(f"* {text}: {', '.join(parts)}" for text, parts in groups.items())


def speeds(found: dict) -> str:
    """Speed of the engine over everything else in float32: a column per workload."""
    columns = {name: found.get(name) for name in WORKLOADS}
    loops = [*LOOPS, "called loop", "naive order"]
    variants = {v for w in WORKLOADS.values() for v in w.variants}
    lines = [["engine, images/s", *(_speed(c, "float32") for c in columns.values())]]
    for name in [*loops, *sorted(variants)]:
        lines.append([name, *(_ratio(c, name, "float32") for c in columns.values())])
    return _table(["engine over", *columns], lines)


def bfloat16(found: dict) -> str:
    """The same in mixed precision, and what it gains over float32."""
    columns = {name: found.get(name) for name in WORKLOADS}
    precision = "mixed_bfloat16"
    lines = [
        ["engine, images/s", *(_speed(c, precision) for c in columns.values())],
        ["over the engine in float32", *(_gain(c) for c in columns.values())],
    ]
    for name in ("pytorch eager", "pytorch compiled"):
        lines.append([f"over {name}", *(_ratio(c, name, precision) for c in columns.values())])
    return _table(["bfloat16", *columns], lines)


def first(found: dict) -> str:
    """Seconds that the first step takes: tracing and compiling, mostly."""
    columns = {name: found.get(name) for name in WORKLOADS}
    lines = []
    for name in ("engine", "bare loop", "pytorch eager", "pytorch compiled", "engine, XLA"):
        cells = [_value(c, name, "float32", "first_seconds") for c in columns.values()]
        lines.append([name, *(c if isinstance(c, str) else f"{c:.1f}" for c in cells)])
    return _table(["first step, s", *columns], lines)


def peak(found: dict) -> str:
    """The fastest product and convolution of each precision."""
    rows = found.get("peak", {"rows": []})["rows"]
    lines = []
    for kind in ("product", "convolution"):
        cells = []
        for precision in ("float32", "bfloat16"):
            best = _best(rows, kind, precision)
            cells.append(f"{_cell(best['gflops'])}, {_shape(best)}" if best else NOT_RUN)
        lines.append([f"best {kind}", *cells])
    return _table(["GFLOP/s", "float32", "bfloat16"], lines)


def limit(found: dict) -> str:
    """Operations per image, and the share of the peak that the step reaches."""
    counted = {r["workload"]: r for r in found.get("operations", {"rows": []})["rows"]}
    peaks = found.get("peak", {"rows": []})["rows"]
    lines = []
    for name in (name for name, workload in WORKLOADS.items() if workload.counted):
        row = counted.get(name)
        if row is None:
            lines.append([name, *[NOT_RUN] * 8])
            continue
        total = sum(row["parts"].values())
        theirs = f"{row['pytorch'] / total:.3f}" if row["pytorch"] else "-"
        line = [name, f"{total / row['images'] / 1e6:.1f}", f"{row['graph'] / total:.3f}", theirs]
        for precision, dtype in (("float32", "float32"), ("mixed_bfloat16", "bfloat16")):
            seconds = _value(found.get(name), "engine", precision, "seconds")
            if isinstance(seconds, str):
                line += [seconds] * (3 if dtype == "float32" else 1)
                continue
            speed = total / statistics.median(seconds) / 1e9
            shares = []
            for kind in ("product", "convolution"):
                best = _best(peaks, kind, dtype)
                shares.append(f"{speed / best['gflops'][0]:.0%}" if best else NOT_RUN)
            line += [f"{speed:.1f}", *shares] if dtype == "float32" else [shares[0]]
        lines.append(line)
    head = [
        "",
        "MFLOP per image",
        "graph / counted",
        "PyTorch's count / ours",
        "GFLOP/s float32",
        "of the best product",
        "of the best convolution",
        "bfloat16: of its best product",
    ]
    return _table(head, [line[: len(head)] for line in lines])


def profile(found: dict) -> str:
    """Share of a step's time by kind of operation."""
    rows = {r["workload"]: r for r in found.get("profile", {"rows": []})["rows"]}
    kinds = list(next(iter(rows.values()))["shares"]) if rows else ["convolutions and products"]
    lines = [
        [kind, *(f"{rows[n]['shares'][kind]:.1%}" if n in rows else NOT_RUN for n in WORKLOADS)]
        for kind in kinds
    ]
    return _table(["share of the time", *WORKLOADS], lines)


def startup(found: dict) -> str:
    """Seconds from a command to its answer."""
    rows = found.get("startup", {"rows": []})["rows"]
    lines = [[f"`{r['command']}`", r["until"], _cell(r["seconds"])] for r in rows]
    return _table(["command", "until", "seconds"], lines or [[NOT_RUN, "", ""]])


def goals(found: dict) -> str:
    """What is aimed at, and what was reached."""
    lines = []
    for aim, values in aims.judged(found):
        bound = f"{'at most' if aim.most else 'at least'} {aim.bound:g}"
        if values is None:
            lines.append([aim.text, bound, NOT_RUN, ""])
        else:
            lines.append([aim.text, bound, _cell(values), aim.verdict(values)])
    return _table(["", "aim", "reached", ""], lines)


BLOCKS = {
    "machine": machine,
    "goals": goals,
    "speeds": speeds,
    "bfloat": bfloat16,
    "first": first,
    "peak": peak,
    "limit": limit,
    "profile": profile,
    "startup": startup,
}


def text(found: dict) -> str:
    """All tables, for the terminal."""
    return "\n\n".join(make(found) for make in BLOCKS.values())


def step(content: dict, workload) -> str:
    """One workload's rows, for the terminal."""
    lines = [f"{workload.name}: {workload.about}"]
    lines.append(f"{'':34}{'images/s':>22}{'engine over it':>22}{'first':>9}")
    ratios = check.speeds(content["rows"])
    for row in content["rows"]:
        name = f"{row['name']} {row['precision']}"
        if "missing" in row:
            lines.append(f"{name:34}{row['missing']:>22}")
            continue
        speed = _cell(spread([row["images"] / s for s in row["seconds"]]))
        ratio = _cell(ratios[name]) if name in ratios else ""
        lines.append(f"{name:34}{speed:>22}{ratio:>22}{row['first_seconds']:>8.1f}s")
    return "\n".join(lines)


def filled(page: str, found: dict) -> str:
    """Returns a page with the tables between its markers."""
    return _BLOCK.sub(lambda m: m[1] + "\n" + BLOCKS[m[2]](found) + "\n\n" + m[3], page)


def write_docs() -> None:
    """Writes the tables of docs/performance.md from the stored results."""
    write_bytes(filled(PAGE.read_text(), results.load(results.FOLDER)).encode(), PAGE)


def _table(head, lines):
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in rows)


def _value(content, name, precision, key):
    """What a contestant's row says, or in words why nothing."""
    if content is None:
        return NOT_RUN
    for row in content["rows"]:
        if (row["name"], row["precision"]) == (name, precision):
            return row.get(key, row.get("missing"))
    return ""


def _speed(content, precision):
    seconds = _value(content, "engine", precision, "seconds")
    if isinstance(seconds, str):
        return seconds
    images = _value(content, "engine", precision, "images")
    return _cell(spread([images / s for s in seconds]))


def _ratio(content, name, precision):
    value = _value(content, name, precision, "seconds")
    if isinstance(value, str):
        return value
    return _cell(check.speeds(content["rows"])[f"{name} {precision}"])


def _gain(content):
    value = _value(content, "engine", "mixed_bfloat16", "seconds")
    if isinstance(value, str):
        return value
    # `speeds` has how much faster float32 is; the extremes change places.
    middle, low, high = check.speeds(content["rows"])["engine mixed_bfloat16"]
    return _cell([1 / middle, 1 / high, 1 / low])


def _best(rows, kind, precision):
    """The row of the peak of one kind, None if it was not measured."""
    found = [row for row in rows if (row["kind"], row["precision"]) == (kind, precision)]
    return max(found, key=lambda row: row["gflops"][0], default=None)


def _shape(row):
    if row["kind"] == "product":
        return f"side {row['shape'][0]}"
    batch, size, inputs, outputs, kernel, strides = row["shape"]
    return f"{kernel}x{kernel}, stride {strides}, {inputs} to {outputs}, {batch} of {size}x{size}"


def _cell(values):
    """Median (smallest-largest), or one number where there is but one."""
    form = ".0f" if values[0] >= 100 else ".1f" if values[0] >= 10 else ".2f"
    middle, low, high = (format(v, form) for v in values)
    return middle if low == middle == high else f"{middle} ({low}-{high})"
