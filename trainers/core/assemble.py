"""Assembles the trainer of a run, including what has to be trained before it."""

from tfgan_kit.errors import UserError
from tfgan_kit.machine.team import BEFORE, Team


def assemble(method, config, feed, open_feed, strategy, *, train_missing=True, measure=True):
    """Builds a trainer; worker 0 first trains anything that it needs but is missing.

    Args:
      method: see `trainers.registry`.
      config: its configuration, filled in by `open_feed`.
      feed: the run's data.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.
      train_missing: whether to train what is missing, or only to report it.
      measure: whether to measure the run during training.

    Returns:
      The trainer; its metrics, see `Trainer.metrics`, or None; and descriptions of what was, or
      would be, trained first, one line each.

    Raises:
      UserError: if something cannot be built, before anything is trained.
      WorkerLost: if another worker goes.
    """
    team = Team(strategy)
    with team.contact(BEFORE):
        needed = feed, open_feed, team.own_strategy
        config, missing = method.prepared(config, *needed)
        # Built in any case, so that errors are raised before anything is trained.
        trainer = method.build(config, feed, strategy)
        metrics = trainer.metrics(feed) if measure and team.is_chief else None
        if train_missing and team.any(missing):
            del trainer
            if team.is_chief:
                for part in missing:
                    part.train()
            team.wait()
            config, lacking = method.prepared(config, *needed)
            if lacking:
                raise UserError(
                    f"worker {team.index} does not find the {lacking[0]} that worker 0 has "
                    f"trained, {lacking[0].path}; let TFGAN_KIT_CACHE name a folder that all share"
                )
            trainer = method.build(config, feed, strategy)
    return trainer, metrics, [part.plan for part in missing]
