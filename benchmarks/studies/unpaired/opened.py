"""The data and settings of a run, opened again to measure other translators as it was measured."""

import dataclasses

from data.feeds.open_feed import open_feed
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.settings.option import make
from trainers import registry


def opened(path):
    """Opens the data of a run.

    Args:
      path: of the run.

    Returns:
      The run's settings as its method's configuration, and its feed.

    Raises:
      UserError: if there is no such run or its data is gone.
    """
    saved = SavedRun(path)
    row = registry.find(saved.method)
    kind = row.config_class()
    known = {field.name for field in dataclasses.fields(kind)}
    given = {name: value for name, value in saved.settings.items() if name in known}
    feed, config = open_feed(row.feed, make(kind, given))
    return config, feed
