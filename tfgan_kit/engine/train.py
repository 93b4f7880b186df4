"""`main.py train`: starts or resumes a run."""

import platform

import keras
import tensorflow as tf

from tfgan_kit import __version__
from tfgan_kit.engine.follower import Follower
from tfgan_kit.engine.session import Session
from tfgan_kit.machine.files import NotWritten, write_json
from tfgan_kit.machine.system import describe_system
from tfgan_kit.machine.team import Team
from tfgan_kit.runs.complete import complete_steps
from tfgan_kit.runs.evaluations import Evaluations
from tfgan_kit.settings.origins import told_apart
from tfgan_kit.uses import write_uses
from tfgan_kit.wording import word


def header(trainer, method: str, data: str, metrics=None, origins=None) -> list[str]:
    """Lines that say what is trained on what, and which settings differ from the defaults.

    Takes the arguments of `train`, and `data`, which describes the data.
    """
    config = trainer.config
    sizes = [f"{name} {net.count_params():,}" for name, net in trainer.networks.items()]
    replicas, team = trainer.strategy.num_replicas_in_sync, Team(trainer.strategy)
    count = f"{replicas} replica{'s' * (replicas > 1)}"
    if team.size > 1:
        count += f" of {team.size} workers, of which this is worker {team.index}"
    measured = [f"metrics   {metrics.described}"] if metrics and metrics.described else []
    warned = [f"warning: {text}" for text in metrics.warnings] if metrics else []
    return [
        f"method    {method}",
        f"data      {data}",
        f"networks  {', '.join(sizes)} parameters",
        *trainer.notes,
        f"devices   {config.devices or 'default'}: {count}, "
        f"{config.precision}{', XLA' * config.jit}",
        f"system    {describe_system()}",
        *measured,
        *warned,
        *told_apart(config, origins),
        f"versions  tfgan-kit {__version__}, TensorFlow {tf.__version__}, "
        f"Keras {keras.__version__}, Python {platform.python_version()}",
    ]


def train(
    trainer,
    run,
    *,
    method: str,
    feed,
    metrics=None,
    begun=(),
    origins=None,
    accept_data: bool = False,
) -> dict:
    """Trains in the locked run directory, resuming from its last checkpoint if it has one.

    With several workers, all of them call this, but only worker 0 writes.

    Args:
      trainer: the method, built.
      run: the `RunDir`; only worker 0 holds the lock.
      method: the method's name.
      feed: see `Session`; `str(feed)` describes the data.
      metrics: see `Session`.
      begun: lines that say what was done before, such as those of
        `tfgan_kit.runs.warm_start.warm_start`.
      origins: where each setting came from, see `tfgan_kit.settings.origins`; None if unknown.
      accept_data: see `Session`.

    Returns:
      "run_dir", "step" and "evaluation", the measurements at that step or None.

    Raises:
      UserError: see `Session.train`.
    """
    try:
        return _train(trainer, run, method, feed, metrics, begun, origins, accept_data)
    except NotWritten as error:
        step = max(complete_steps(run.checkpoints), default=None)
        safe = "begins anew: there is no checkpoint yet"
        if step is not None:
            safe = f"goes on from step {step}, which is safe"
        resume = f"python main.py train --resume {word(run.path)}"
        raise error.then(f"continue with: {resume}, which {safe}") from error


def _train(trainer, run, method, feed, metrics, begun, origins, accept_data):
    is_chief = Team(trainer.strategy).is_chief
    kind = Session if is_chief else Follower
    told = {"method": method, "feed": feed, "metrics": metrics}
    session = kind(trainer, run, **told, accept_data=accept_data)
    if is_chief:
        # Only now: a run that cannot be resumed keeps its settings.
        run.write_config(method, trainer.config)
        write_uses(trainer.uses(), run.uses)
        if origins is not None:
            write_json(origins, run.origins)
    for line in [*header(trainer, method, str(feed), metrics, origins), *begun]:
        session.say(line)
    session.say(f"step {session.step} of {trainer.config.steps}, in {run.path}")
    session.train()
    evaluation = Evaluations(run.evaluation).at(session.step)
    return {"run_dir": str(run.path), "step": session.step, "evaluation": evaluation}
