"""What a method that learns from networks alone takes from the data: nothing."""


def open_nothing(config):
    """Opens no data, and leaves the configuration as it is; see `data.feeds.open_feed.open_feed`.

    Args:
      config: a `RunConfig`, of which no setting is read.
    """
    return NoData(), config


class NoData:
    """A run without data, as `tfgan_kit.engine.session.Session` wants it.

    Attributes:
      spec: of a batch without fields, an empty dictionary. The training loop makes no data set of
        it, since TensorFlow has none of empty dictionaries, and hands its steps `{}`.
      readers: none.
      notes: none.
    """

    def __init__(self):
        self.spec, self.readers, self.notes = {}, (), ()

    def __str__(self):
        return "none: it learns from networks alone"

    def held_out(self) -> tuple[()]:
        """Examples that are not trained on: none."""
        return ()

    def raise_pending(self) -> None:
        """Raises nothing: nothing is read."""

    def reference(self, count: int) -> tuple[()]:
        """Real examples, one array per set: none."""
        return ()
