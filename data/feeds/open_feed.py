"""The data of a run, whatever its method wants of it."""

from data.feeds.feed import Feed, open_for
from data.feeds.joint_feed import JointFeed, open_joint


def open_feed(config):
    """Opens the data that a configuration names.

    Args:
      config: a `TrainConfig`; one with a `dataset_a` is of a joint method.

    Returns:
      A `Feed` or `JointFeed`, and the configuration with paths made absolute and size and channels
      filled in.

    Raises:
      UserError: if the data cannot be opened.
    """
    if hasattr(config, "dataset_a"):
        domains, config = open_joint(config)
        return JointFeed(domains, config), config
    reader, config = open_for(config)
    return Feed(reader, config), config
