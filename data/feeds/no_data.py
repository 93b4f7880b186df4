"""The empty data of a method that learns only from networks."""


def open_nothing(config):
    """Opens no data and leaves the configuration unchanged; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `RunConfig`; none of its settings is read.
    """
    return NoData(), config


class NoData:
    """The feed of a run without data, for `tfgan_kit.engine.session.Session`.

    Attributes:
      spec: an empty dictionary, for a batch without fields. TensorFlow does not support data sets
        of empty dictionaries, so the training loop makes none and passes `{}` to its steps.
      readers: none.
      notes: none.
    """

    def __init__(self):
        self.spec, self.readers, self.notes = {}, (), ()

    def __str__(self):
        return "none: it learns from networks alone"

    def held_out(self) -> tuple[()]:
        """Held-out examples: none."""
        return ()

    def raise_pending(self) -> None:
        """Does nothing, as nothing is read."""

    def reference(self, count: int) -> tuple[()]:
        """Real examples, one array per set: none."""
        return ()
