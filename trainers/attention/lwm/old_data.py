"""The held-out images of the classes that a teacher knows, from the data that its run names."""

import dataclasses
import os

from tfgan_kit.errors import UserError
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.settings.option import make
from tfgan_kit.settings.train import TrainConfig

_OTHER = {"train": "test", "test": "train"}
_READ = ("dataset", "data_dir", "split", "classes", "image_size", "fit", "channels")
_READ += ("depth", "value_range", "pages", "max_bad_files")


def prepare(config, feed, open_feed, strategy):
    """Opens the data that old classes are measured on, as `feed.further["old"]`.

    Only the split that the teacher was not trained on is opened: no image that it has learned from
    is read. What cannot be opened is noted, and not measured.

    Args:
      config: a `LwMConfig`.
      feed: the run's data, see `data.feeds.feed`.
      open_feed: see `data.feeds.open_feed.open_feed`.
      strategy: the strategy to train under.

    Returns:
      The configuration, and an empty list: nothing is trained first.
    """
    del strategy
    found, reasons, teacher = [], [], config.teacher
    while teacher:
        opened, reason, teacher = _of(teacher, open_feed)
        found += opened
        reasons += [f"not all old classes are measured: {reason}"] if reason else []
    feed.further["old"] = found
    feed.notes = (*feed.notes, *reasons)
    return config, []


def _of(teacher, open_feed):
    """The data of one teacher, why it is not there, and the teacher's own teacher."""
    if not os.path.exists(teacher):
        return [], f"{teacher} is not there any more; put the run back", None
    if not os.path.isdir(teacher):
        return [], f"{teacher} does not say what it has learned from; name its run", None
    before = None
    try:
        saved = SavedRun(teacher)
        before = saved.settings.get("teacher") if saved.method == "lwm" else None
        known = {name: value for name, value in saved.settings.items() if name in _READ}
        known["classes"] = _learned(saved, before)
        settings = make(TrainConfig, known, {"batch_size": 1})
        other = dataclasses.replace(settings, split=_OTHER[settings.split])
        opened, _ = open_feed("set", other)
    except UserError as error:
        return [], f"the data of {teacher}: {error}", before
    return [opened], None, before


def _learned(saved, before):
    """The classes that a run learned from its own data, in which there may be others by now."""
    if before is None:
        return _names(saved)
    if not os.path.isdir(before):
        return saved.settings["classes"]
    known = _names(SavedRun(before))
    return tuple(name for name in _names(saved) if name not in known)


def _names(saved):
    use = saved.uses.get("classify")
    if use is None:
        raise UserError(f"it is a run of {saved.method}, which classifies nothing")
    return use.outputs["logits"].names
