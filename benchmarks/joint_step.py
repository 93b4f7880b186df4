"""Speed of the joint methods' training step: `python -m benchmarks.step --method scogan`.

CoGAN, or SCoGAN with feature regulariser, semantic loss and latent cycle, on `glyph2street` at
32x32x3. The first table is of loops that train alike: the engine, the same mathematics written by
hand, that run eagerly, and an order in which each network is updated on its own. The second is of
the engine with other losses: how much a step of WGAN-GP costs, with k critic steps in each.
Everything takes turns as in `benchmarks.step`. A step is one update of the generators; the images
per second are those of one domain in its batch, whatever the number of critic steps.
"""

import tempfile

from benchmarks.turns import eager_steps, show, table, take_turns

METHODS = ("cogan", "scogan")
WIDTH, DISCRIMINATOR_WIDTH = 0.125, 0.5
STEPS, QUICK_STEPS = 10, 2
WGAN_GP = {"loss": "wasserstein", "penalty": "wgan_gp", "penalty_weight": 10.0}
LOSSES = {
    "non_saturating, k=1": {"loss": "non_saturating", "critic_steps": 1},
    "wgan_gp, k=5": WGAN_GP | {"critic_steps": 5},
    "wgan_gp, k=1": WGAN_GP | {"critic_steps": 1},
}


def measure_loops(setting, *, windows: int, steps: int) -> list[dict]:
    """Measures the loops.

    Args:
      setting: a `benchmarks.joint_contestants.JointSetting`.
      windows: number of windows of each.
      steps: length of a window, for all but the eager loop, which does a tenth.

    Returns:
      The rows of `table`, each with the setting and "first_seconds", the time of the first step.
    """
    from benchmarks import joint_contestants as loops
    from benchmarks.joint_updates import JointUpdates, SeparateUpdates

    feed = setting.feed()
    _draw(feed, steps * (windows + 1), setting.batch_size)
    contestants = {
        "engine": loops.Engine(setting, feed),
        "function of n steps": loops.Function(JointUpdates(setting), feed),
        "naive order": loops.Function(SeparateUpdates(setting), feed),
        "eager": loops.Eager(JointUpdates(setting), feed),
    }
    per_window = dict.fromkeys(contestants, steps) | {"eager": eager_steps(steps)}
    return _rows(setting, contestants, per_window, windows)


def measure_losses(setting, *, windows: int, steps: int) -> list[dict]:
    """Measures the engine with each of `LOSSES`; ratios are costs of a step over the first's.

    Takes and returns what `measure_loops` does.
    """
    from benchmarks import joint_contestants as loops

    feed = setting.feed()
    most = max(changes["critic_steps"] for changes in LOSSES.values())
    _draw(feed, most * steps * (windows + 1), setting.batch_size)
    contestants = {name: loops.Engine(setting, feed, **more) for name, more in LOSSES.items()}
    return _rows(setting, contestants, dict.fromkeys(contestants, steps), windows)


def _draw(feed, batches, batch_size):
    # Glyphs are drawn when first asked for: otherwise the first to come would draw for all.
    from benchmarks.contestants import ONE_INPUT

    epoch = min(len(reader) for reader in feed.domains.readers) // batch_size
    stream = iter(feed.dataset(0, ONE_INPUT))
    for _ in range(min(batches + 16, epoch)):
        next(stream)


def _rows(setting, contestants, per_window, windows):
    first = {name: loop.window(1) for name, loop in contestants.items()}
    rows = table(take_turns(contestants, per_window, windows), setting.batch_size)
    known = {
        "method": setting.method,
        "setting": str(setting),
        "width": setting.width,
        "discriminator_width": setting.discriminator_width,
        "steps": max(per_window.values()),
    }
    return [known | row | {"first_seconds": first[row["loop"]]} for row in rows]


def run(method, *, windows, width, discriminator_width, batch_size, quick) -> list[dict]:
    """Measures both tables of a method, printing each as it comes, and returns all rows."""
    from benchmarks.joint_contestants import JointSetting, write_classifier

    steps = QUICK_STEPS if quick else STEPS
    with tempfile.TemporaryDirectory() as folder:
        setting = JointSetting(
            method, width, discriminator_width, batch_size, write_classifier(folder)
        )
        print(
            f"\n{setting}, width {width}, of discriminators {discriminator_width}, "
            f"batch {batch_size}, {steps} steps"
        )
        loops = measure_loops(setting, windows=windows, steps=steps)
        print(show(loops), flush=True)
        losses = measure_losses(setting, windows=windows, steps=steps)
        print("\nthe engine with k critic steps, and the cost of a step over that of the first")
        print(show(losses, ratio="cost"), flush=True)
    return loops + losses
