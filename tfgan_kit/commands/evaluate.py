"""`main.py evaluate`: measures what a run has learned so far."""

from tfgan_kit.engine.checkpoints import Checkpoints
from tfgan_kit.engine.evaluations import Evaluations
from tfgan_kit.errors import UserError


def evaluate(trainer, run, *, method: str, feed, count: int) -> str:
    """Measures the newest checkpoint, and writes it into the run's evaluation.json.

    Args:
      trainer: the method, built.
      run: the locked `RunDir`.
      method: the method's name.
      feed: see `tfgan_kit.engine.session.Session`.
      count: number of samples to measure on.

    Returns:
      A table: of each number its value for the samples, and for the references where there are any.

    Raises:
      UserError: if there is no checkpoint, or nothing to measure.
    """
    checkpoints = Checkpoints(
        run.checkpoints,
        trainer,
        method=method,
        data=str(feed),
        keep=trainer.config.keep_checkpoints,
    )
    notes = []
    manifest = checkpoints.restore(notes.append)
    if manifest is None:
        raise UserError(f"{run.path} has no checkpoint yet; there is nothing to measure")
    measured = trainer.evaluate(feed, count)
    if not measured:
        raise UserError(f"{run.path}: the method {method} has no measures for {feed}")
    Evaluations(run.evaluation).add(manifest["step"], measured)
    return "\n".join([*notes, f"step {manifest['step']}, {count} samples", *table(measured)])


def table(measured: dict) -> list[str]:
    """One line per number: its name, its value, and its values in each of the references."""
    references = measured.get("reference", {})
    lines = [f"{'':<28}{'samples':>12}" + "".join(f"{r:>14}" for r in references)]
    for name, value in measured.items():
        if isinstance(value, int | float):
            row = f"{name:<28}{value:>12.4g}"
            for reference in references.values():
                row += f"{reference[name]:>14.4g}" if name in reference else f"{'-':>14}"
            lines.append(row)
        elif isinstance(value, list):
            lines.append(f"{name:<28}  " + " ".join(f"{v:.3g}" for v in value))
    return lines
