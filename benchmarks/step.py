"""Speed of the training step: `python -m benchmarks.step [--method cogan] [--quick] [--json PATH]`.

The engine's loop against the same DCGAN training in two hand-written loops, in Keras' `fit` and run
eagerly, on the same data. All run in one process and take turns, a window of some steps each, so
that whatever else the machine does falls on all of them; figures are medians over the windows with
their smallest and largest. The seconds of CPU that a window took are compared as well: unlike time
on the clock they say little about the speed, but hardly change with what else is running. For the
joint methods see `benchmarks.joint_step`.
"""

import argparse
import json
import os
import time

from benchmarks import joint_step
from benchmarks.turns import eager_steps, show, table, take_turns
from tfgan_kit.quiet import quiet_import

# Before TensorFlow is imported, as main.py has it.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
STEPS = {32: 30, 64: 10}  # By size of the images: about a second on two idle cores.
WIDTH = 0.25


def measure(setting, *, windows: int, steps: int, variants: bool = False) -> list[dict]:
    """Measures all loops in one setting.

    Args:
      setting: a `benchmarks.contestants.Setting`.
      windows: number of windows of each loop.
      steps: length of a window, for all but the eager loop, which does a tenth.
      variants: whether the engine with EMA and with XLA take part, too.

    Returns:
      The rows of `table`, each with the setting and "first_seconds", which is the time of the
      first step (of `fit`, the first window) and so mostly that of tracing and compiling it.
    """
    from benchmarks import contestants as loops

    feed = setting.feed()
    contestants = {"engine": loops.Engine(setting, feed)}
    # Glyphs are drawn when first asked for: otherwise the first to come would draw for all.
    batches = iter(feed.dataset(0, loops.ONE_INPUT))
    for _ in range(min(steps * (windows + 1) + 16, len(feed.reader) // setting.batch_size)):
        next(batches)
    contestants["function of n steps"] = loops.Bare(setting, feed)
    contestants["function of one step"] = loops.Called(setting, feed)
    contestants["keras fit"] = loops.Fit(setting, feed, steps=steps)
    contestants["eager"] = loops.Called(setting, feed, eager=True)
    if variants:
        contestants["engine, EMA"] = loops.Engine(setting, feed, ema_decay=0.999)
        contestants["engine, XLA"] = loops.Engine(setting, feed, jit=True)
    per_window = dict.fromkeys(contestants, steps)
    per_window["eager"] = eager_steps(steps)
    # `fit` cannot vary the length of its epochs: its first window is a whole one.
    first = {
        name: loop.window(steps if name == "keras fit" else 1) for name, loop in contestants.items()
    }
    rows = table(take_turns(contestants, per_window, windows), setting.batch_size)
    contestants["keras fit"].close()
    known = {"method": "gan", "setting": str(setting), "width": setting.width, "steps": steps}
    return [known | row | {"first_seconds": first[row["loop"]]} for row in rows]


def run(*, windows: int, width: float, batch_size: int, quick: bool) -> list[dict]:
    """Measures every setting, printing each table as it comes, and returns all rows."""
    from benchmarks.contestants import Setting

    rows = []
    for size, channels in ((32, 1),) if quick else ((32, 1), (64, 3)):
        for precision in ("float32", "mixed_bfloat16"):
            setting = Setting(size, channels, precision, width, batch_size)
            variants = precision == "float32" and not quick
            steps = STEPS[size] // 3 if quick else STEPS[size]
            new = measure(setting, windows=windows, steps=steps, variants=variants)
            print(f"\n{setting}, width {width}, batch {batch_size}, {new[0]['steps']} steps")
            print(show(new), flush=True)
            rows += new
    return rows


def main() -> None:
    """Prints the tables and, on request, writes them as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--method", choices=("gan", *joint_step.METHODS), default="gan", help="(default: gan)"
    )
    parser.add_argument("--windows", type=int, default=7, help="windows of each loop (default: 7)")
    parser.add_argument(
        "--width",
        type=float,
        help=f"of the networks (default: {WIDTH}, of cogan and scogan {joint_step.WIDTH})",
    )
    parser.add_argument(
        "--discriminator-width",
        type=float,
        help=f"cogan and scogan only (default: {joint_step.DISCRIMINATOR_WIDTH})",
    )
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--quick", action="store_true", help="32x32 only, short windows")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    arguments = parser.parse_args()
    joint = arguments.method != "gan"
    if arguments.discriminator_width is not None and not joint:
        parser.error("--discriminator-width is for --method cogan and scogan")
    with quiet_import():
        import tensorflow  # noqa: F401 (for its effect)
    start = time.perf_counter()
    common = {
        "windows": arguments.windows,
        "batch_size": arguments.batch_size,
        "quick": arguments.quick,
    }
    if joint:
        rows = joint_step.run(
            arguments.method,
            width=arguments.width or joint_step.WIDTH,
            discriminator_width=arguments.discriminator_width or joint_step.DISCRIMINATOR_WIDTH,
            **common,
        )
    else:
        rows = run(width=arguments.width or WIDTH, **common)
    print(f"\nmeasured in {time.perf_counter() - start:.0f} s")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"cores": os.cpu_count(), "rows": rows}, file, indent=2)


if __name__ == "__main__":
    main()
