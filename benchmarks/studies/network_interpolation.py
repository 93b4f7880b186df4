"""From faithful to sharp: `python -m benchmarks.studies.network_interpolation RUN...`.

Measures the networks between the first stage of a super-resolution run (alpha 0) and its GAN (1),
Wang et al. 2018, section 3.4, on held-out images of its data set. With several runs, such as those
of several seeds, the table has their mean and spread.
"""

import argparse

import numpy as np

from benchmarks.machine import run_main
from benchmarks.studies.runs import cell
from data.reading.open import open_source
from tfgan_kit.fields import image_field
from tfgan_kit.fields.network import as_in_files, from_network
from tfgan_kit.pictures.resampling import downscale
from tfgan_kit.runs.between import between
from tfgan_kit.runs.saved_run import SavedRun
from trainers.core.pair_measures import load_lpips, measure_pairs

ALPHAS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
EXAMPLES, BATCH = 300, 50
COLUMNS = ("psnr", "ssim", "psnr_y", "ssim_y", "lpips")


def curve(run: str, lpips) -> dict[float, dict[str, float]]:
    """What each network measures; alpha -> see `measure_pairs`.

    Args:
      run: path of a run of srgan or esrgan.
      lpips: see `load_lpips`.
    """
    saved = SavedRun(run)
    side, scale = saved.setting("image_size"), saved.setting("scale")
    source = open_source(saved.setting("dataset"), split="test", image_size=side, channels=3)
    count = min(EXAMPLES, len(source))
    chosen = np.random.default_rng(0).choice(len(source), count, replace=False)
    large = source.read(chosen)["image"].astype(np.float32) / 127.5 - 1
    field = image_field((*(length // scale for length in large.shape[1:3]), 3))
    small = as_in_files(field, downscale(large, scale)).numpy()
    found = {}
    for alpha in ALPHAS:
        made = between(saved, alpha).render({"input": from_network(field, small)})["image"]
        parts = [slice(start, start + BATCH) for start in range(0, count, BATCH)]
        batches = ({"output": made[p], "target": large[p], "input": small[p]} for p in parts)
        found[alpha] = measure_pairs(batches, lpips=lpips, scale=scale)
    return found


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+", metavar="RUN", help="of srgan or esrgan")
    lpips, note = load_lpips()
    if note:
        print(note)
    curves = [curve(run, lpips) for run in parser.parse_args().runs]
    shown = [name for name in COLUMNS if name in curves[0][0.0]]
    print(f"| alpha | {' | '.join(shown)} |", "|---" * (len(shown) + 1) + "|", sep="\n")
    for alpha in ALPHAS:
        cells = [cell([found[alpha][name] for found in curves]) for name in shown]
        print(f"| {alpha:g} | {' | '.join(cells)} |")


if __name__ == "__main__":
    run_main(main)
