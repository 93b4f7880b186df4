"""`main.py evaluate DIR`: measures what a run has learned so far."""

from tfgan_kit.engine.stages import feed_of, shown_feed_of
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.instruments import Instruments
from tfgan_kit.evaluation.of_run import metrics_of_run
from tfgan_kit.evaluation.table import table
from tfgan_kit.machine.files import write_json
from tfgan_kit.metrics.registry import WITHOUT_WEIGHTS
from tfgan_kit.models.saved_models import load_keras
from tfgan_kit.outcome import Outcome
from tfgan_kit.report.evaluation_file import numbers_of
from tfgan_kit.report.measures import about, better, parse
from tfgan_kit.report.words.references import in_order, reference
from tfgan_kit.runs.best import best_step
from tfgan_kit.runs.checkpoints import Checkpoints
from tfgan_kit.runs.evaluations import Evaluations, joined


def evaluate(
    trainer, run, *, method: str, feed, count: int, tools=None, best: bool = False, output=None
) -> Outcome:
    """Measures the newest checkpoint, and writes the results into the run's evaluation.json.

    The results of a read-only run are only returned.

    Args:
      trainer: the method, built.
      run: the locked `RunDir`.
      method: the method's name.
      feed: see `tfgan_kit.engine.session.Session`.
      count: number of samples to measure on.
      tools: `tfgan_kit.evaluation.instruments.Instruments` with the metrics to compute in addition
        to the method's own measures. If None, `tfgan_kit.metrics.registry.WITHOUT_WEIGHTS` is used
        for a method without measures.
      best: whether to measure the networks of the best evaluation instead.
      output: a .json to write the results to instead, or None.

    Returns:
      A table of each number's value for the samples, and for the references if there are any.

    Raises:
      UserError: if there is no checkpoint, the best networks were not kept, or there is nothing to
        measure.
    """
    checkpoints = Checkpoints(
        run.checkpoints,
        trainer,
        method=method,
        data=str(feed),
        keep=trainer.config.keep_checkpoints,
    )
    models = run.models_of(best)
    status = StatusLine()
    stages, of_run = trainer.stages(trainer.config), feed
    feed = shown_feed_of(stages[trainer.stage], of_run)

    def enter(stage):
        nonlocal feed
        feed = shown_feed_of(stages[stage], of_run)
        trainer.enter(stage, feed_of(stages[stage], of_run).spec, carry=False)

    manifest = checkpoints.restore(status.line, enter)
    if manifest is None:
        raise UserError(f"{run.path} has no checkpoint yet; there is nothing to measure")
    step = _load_best(trainer, models) if best else manifest["step"]
    status.begin(f"step {step}: measuring {count:,} samples")
    measured, notes = trainer.evaluate(feed, count), []
    name = f"{run.path.name}, step {step}"
    if tools is not None:
        found = metrics_of_run(trainer, feed, name, count, tools, status)
        measured = joined(measured, found)
    if not measured:
        try:
            tools = Instruments(WITHOUT_WEIGHTS, seed=trainer.config.seed)
            count = min([count, *map(len, feed.readers)])
            measured = metrics_of_run(trainer, feed, name, count, tools, status)
        except UserError:
            told = "; name --metrics" if feed.readers else ""
            raise UserError(
                f"{run.path}: the method {method} has no measures for {feed}{told}"
            ) from None
        notes = [f"for FID and KID: python main.py evaluate {run.path} --metrics fid,kid"]
    notes += [*trainer.left_out, *_store(run, step, measured, output)]
    told = {"run_dir": str(run.path), "step": step, "count": count}
    count = measured.get("samples", count)  # Of pairs there may be fewer.
    if trainer.target:
        lines = [f"step {step}, {count} examples", *table(measured, "output"), *_words(measured)]
    else:
        lines = [f"step {step}, {count} samples", *table(measured)]
    lines += notes
    return Outcome("\n".join(lines), **told, measures=measured)


def _words(measured):
    """What the numbers of a run that translates mean, and what they are compared with."""
    names = [n for n in numbers_of(measured) if n not in measured.get("protocols", {})]
    told = {name: parse(name, has_domains=False) for name in names}
    ways = {"less": "; lower is better", "more": "; higher is better", None: ""}
    lines = [
        f"{name}: {about(measure)}{ways[better(measure)]}"
        for name, measure in told.items()
        if about(measure)
    ]
    references = map(reference, in_order(measured.get("reference", {})))
    return lines + [f"{each.name}: {each.about}" for each in references]


def _store(run, step, measured, output):
    """Stores the results; returns notes for the user."""
    if output:
        write_json({"step": step, **measured}, output)
        return []
    if run.read_only:
        return [f"not stored: {run.path} is read-only; --output FILE.json stores them elsewhere"]
    evaluations = Evaluations(run.evaluation)
    before = (evaluations.at(step) or {}).get("samples")
    evaluations.add(step, measured)
    if before in (None, measured.get("samples")):
        return []
    return [f"the method's measures of {before} samples at this step are replaced"]


def _load_best(trainer, folder):
    """Loads kept weights into the trainer's networks and averages; returns their step."""
    for name, network in trainer.models().items():
        path = folder / f"{name}.keras"
        weights = load_keras(path).get_weights()
        try:
            network.set_weights(weights)
            trainer.networks[name].set_weights(weights)
        except ValueError:
            raise UserError(
                f"{path} does not fit this run's networks; move {folder} away"
            ) from None
    return best_step(folder)
