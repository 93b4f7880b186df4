"""Draws metrics.csv as curves."""

import math

from matplotlib.figure import Figure

from tfgan_kit.pictures.images import write_figure
from tfgan_kit.runs.journal import read_metrics

SYSTEM = ("images_per_second", "data_wait", "memory_mb")


def draw_curves(metrics_path, output) -> None:
    """Writes a PNG with one plot per player's metric over the steps; nothing if there are no rows.

    Args:
      metrics_path: a run's metrics.csv.
      output: path of the picture.
    """
    rows = read_metrics(metrics_path)
    if not rows:
        return
    names = [n for n in rows[0] if n != "step" and n not in SYSTEM] + ["images_per_second"]
    columns = min(3, len(names))
    lines = math.ceil(len(names) / columns)
    width, height = 4.2 * columns, 2.8 * lines
    figure = Figure(figsize=(width, height))
    # In inches, for the longest labels: to have matplotlib measure them takes as long as to draw.
    figure.subplots_adjust(
        left=0.9 / width,
        right=1 - 0.15 / width,
        bottom=0.5 / height,
        top=1 - 0.3 / height,
        wspace=0.9 / 3.2,
        hspace=0.3,
    )
    steps = [int(row["step"]) for row in rows]
    for i, name in enumerate(names):
        axes = figure.add_subplot(lines, columns, i + 1)
        # Empty before a metric first appears.
        axes.plot(steps, [float(row[name] or "nan") for row in rows], linewidth=1.2)
        axes.set_title(name, fontsize=10, y=1.0)
        axes.grid(alpha=0.3)
        # Ticks are what takes time.
        axes.locator_params(nbins=4)
        if i >= len(names) - columns:
            axes.set_xlabel("step")
        else:
            axes.tick_params(labelbottom=False)
    write_figure(figure, output)
