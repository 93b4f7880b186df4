"""`main.py evaluate DIR`: measures what a run has learned so far."""

from tfgan_kit.engine.checkpoints import Checkpoints
from tfgan_kit.engine.evaluations import Evaluations
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.table import table


def evaluate(trainer, run, *, method: str, feed, count: int, tools=None) -> str:
    """Measures the newest checkpoint, and writes it into the run's evaluation.json.

    Args:
      trainer: the method, built.
      run: the locked `RunDir`.
      method: the method's name.
      feed: see `tfgan_kit.engine.session.Session`.
      count: number of samples to measure on.
      tools: `tfgan_kit.evaluation.instruments.Instruments` of metrics to measure by beside the
        method's own measures, or None.

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
    step = manifest["step"]
    measured = trainer.evaluate(feed, count)
    if tools is not None:
        from tfgan_kit.evaluation.of_run import metrics_of_run

        name = f"{run.path.name}, step {step}"
        found = metrics_of_run(trainer, feed, name, count, tools, StatusLine())
        measured = measured | found
    if not measured:
        raise UserError(
            f"{run.path}: the method {method} has no measures for {feed}; name --metrics"
        )
    Evaluations(run.evaluation).add(step, measured)
    return "\n".join([*notes, f"step {step}, {count} samples", *table(measured)])
