"""What the registry knows of a method. Nothing heavy is imported until it is loaded."""

import dataclasses
import importlib


@dataclasses.dataclass(frozen=True)
class Method:
    """Where a method's configuration and trainer live.

    Attributes:
      about: a one-line description.
      config: "module:class" of the configuration.
      trainer: "module:class" of the trainer.
      uses: what its runs can do, see `tfgan_kit.uses`; some uses may need a setting.
      feed: the form of its batches, one of `data.feeds.open_feed.FEEDS`.
      prepare: "module:function" that completes the configuration and returns what must be trained
        first; see `trainers.core.domain_judges.prepare`.
      adapt: "module:function" that adapts a run to a task; see `tfgan_kit.adaptation`.
    """

    about: str
    config: str
    trainer: str
    uses: tuple[str, ...] = ()
    feed: str = "set"
    prepare: str | None = None
    adapt: str | None = None

    @property
    def family(self) -> str:
        """The family that the method belongs to, given by its place in `trainers/`."""
        return self.trainer.split(".")[1]

    def config_class(self):
        """Imports the configuration's class; this does not import TensorFlow."""
        return _load(self.config)

    def trainer_class(self):
        """Imports the trainer's class, and TensorFlow with it."""
        return _load(self.trainer)

    def prepared(self, config, feed, open_feed, strategy):
        """The configuration with what the method needs beside it, and what of that is missing."""
        if self.prepare is None:
            return config, []
        return _load(self.prepare)(config, feed, open_feed, strategy)

    def adapted(self, run, examples, *, steps, seed):
        """The networks of a run after steps on a task's examples, by name, as new models."""
        return _load(self.adapt)(run, examples, steps=steps, seed=seed)

    def build(self, config, feed, strategy):
        """The trainer of the method on that data.

        Raises:
          UserError: if the method cannot be built like this, or the data that it will be measured
            on is damaged.
        """
        from tfgan_kit.engine.stages import feed_of

        kind = self.trainer_class()
        trainer = kind(config, feed_of(kind.stages(config)[0], feed).spec, strategy)
        if trainer.reads_held_out:
            feed.held_out()  # Fails now and not after hours of training.
        return trainer


def _load(place):
    module, name = place.split(":")
    return getattr(importlib.import_module(module), name)
