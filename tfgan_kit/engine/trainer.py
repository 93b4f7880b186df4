"""The base of every method: networks, players, losses and one training step."""

import abc
import dataclasses
import types
from collections.abc import Callable, Iterable, Mapping, Sequence

import keras
import numpy as np
import tensorflow as tf

from tfgan_kit.engine.player import Player
from tfgan_kit.engine.stages import Carried, Stage, checked
from tfgan_kit.errors import UserError
from tfgan_kit.machine import ordered_sums
from tfgan_kit.models.ema import EMA
from tfgan_kit.models.shapes import image_shape_of
from tfgan_kit.pictures.drawing import draw_samples
from tfgan_kit.randomness import Random, seed_of
from tfgan_kit.settings.names import DOMAINS
from tfgan_kit.uses import Use
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import draw_inputs


@dataclasses.dataclass(frozen=True)
class Term:
    """One part of a loss: its name in the logs, its value and its weight.

    The value is a scalar, a mean over this replica's part of the batch.
    """

    name: str
    value: tf.Tensor
    weight: float | tf.Tensor = 1.0


class Trainer(abc.ABC):
    """A method. Subclasses build their networks and players and implement `train_step`.

    A step consumes `batches_per_step` fresh batches: `critic_step` runs on each of them in turn,
    then `train_step` on the last.

    Args:
      config: the method's configuration.
      spec: describes a batch by `tfgan_kit.fields.Field`s in the batch's own structure: a
        dictionary of fields by name for one set of examples, a tuple of such dictionaries for
        domains, a dictionary of them for several sets or for the parts of episodes, and an empty
        dictionary for methods that learn without data.
      strategy: the distribution strategy to build under.

    Raises:
      UserError: if the batch cannot be split over the devices, or a network does not support the
        data.

    Attributes:
      spec: see above.
      sets: the fields of each set of examples in a batch; for episodes, those of the support and
        the query examples.
      domains: letters of the sets.
      networks: name -> Keras model; all are checkpointed.
      players: name -> `Player`.
      averages: name of a network -> its `EMA`.
      state: name -> anything else that a step changes; also checkpointed. Values are variables made
        by `state_variable` in `tfgan_kit.models.state`, lists of them, or objects with `variables`.
      stage: number of the current stage, from 0; see `stages`.
      begins_as: name of a network -> name of the network of the previous stage that it begins as,
        for one that has another name; of an averaged network, as its average.
      notes: lines about the networks, for the run's header.
      network_names: alternative names of the networks; see `read_weights` in
        `tfgan_kit.runs.donor`.
      step: number of training steps done, an int64 variable.
      random: random draws that depend only on (seed, step, turn, purpose).
      batches_per_step: number of fresh batches that one step consumes.
      fixed_statistics: names of the networks whose batch normalisation always uses its moving
        statistics, as in inference, or those of each task by itself, so that the size of a batch
        does not matter to it.
      measures_stages: whether the end of each stage is measured, and not only that of the training.
      remedies: what to do about losses that diverge, in words.
      reads_held_out: whether `evaluate` needs the held-out split, if there is one.
      target: the field that translations are to resemble, else None. Methods with one have
        `translated_examples(feed, count, use)`: an iterator over held-out examples in the order of
        `feed.examples(count)`, with the outputs of a use that translates.
      left_out: lines about what `evaluate` could not measure.
    """

    batches_per_step = 1
    stage = 0
    notes: tuple[str, ...] = ()
    network_names: tuple[str, ...] = ()
    begins_as: Mapping[str, str] = types.MappingProxyType({})
    fixed_statistics: Sequence[str] = ()
    measures_stages = False
    remedies: tuple[str, ...] = ("lower the learning rates",)
    reads_held_out = False
    target: str | None = None
    left_out: tuple[str, ...] = ()

    def __init__(self, config, spec, strategy):
        ordered_sums.fix()
        self.config, self.strategy = config, strategy
        replicas = strategy.num_replicas_in_sync
        for stage in checked(self.stages(config)):
            size = stage.settings.get("batch_size", config.batch_size)
            if size % replicas:
                raise UserError(
                    f"--batch-size {size} cannot be split over {replicas} devices; "
                    f"use a multiple of {replicas}"
                )
        with strategy.scope():
            self.step = tf.Variable(
                0, dtype=tf.int64, aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA
            )
        self.random = Random(config.seed, self.step)
        self._build(spec)

    def _build(self, spec):
        self.spec, self.sets = spec, _sets(spec)
        self.domains = DOMAINS[: len(self.sets)]
        self.networks: dict[str, keras.Model] = {}
        self.players: dict[str, Player] = {}
        self.averages: dict[str, EMA] = {}
        self.state: dict[str, object] = {}
        config = self.config
        seed = seed_of(config.seed, f"stage {self.stage}") if self.stage else config.seed
        keras.utils.set_random_seed(seed % 2**32)
        keras.config.set_dtype_policy(config.precision)
        with self.strategy.scope():
            self.build()

    @classmethod
    def stages(cls, config) -> tuple[Stage, ...]:
        """The stages of training, for methods that grow or train in phases; by default one stage.

        At the end of each stage, after the events due at that step, `build` is called again with
        the next number in `stage`. It may build other networks and players; weights are carried
        over by name, see `tfgan_kit.engine.stages.Carried`.
        """
        return (Stage(),)

    @property
    def batch_size(self) -> int:
        """The global batch size of the stage."""
        settings = self.stages(self.config)[self.stage].settings
        return settings.get("batch_size", self.config.batch_size)

    def enter(self, stage: int, spec, *, carry: bool = True) -> list[str]:
        """Builds another stage.

        Args:
          stage: its number.
          spec: the spec of its data.
          carry: whether to carry over the previous stage; False if a checkpoint will be restored.

        Returns:
          Lines that say what was carried over.
        """
        carried = Carried(self) if carry else None
        self.stage = stage
        # Resets the numbering of Keras' automatic names, so that they do not depend on where a run
        # was interrupted.
        keras.utils.clear_session()
        self._build(spec)
        return carried.into(self) if carried else []

    @abc.abstractmethod
    def build(self) -> None:
        """Fills `networks`, `players`, `averages` and `state` for the stage number `stage`."""

    def critic_step(self, batch) -> dict:
        """What one replica does with each batch of a step. By default nothing.

        It is traced once, however many turns there are: differences between turns come from
        `random`, which knows the turn.

        Args:
          batch: see `train_step`.

        Returns:
          Metrics as in `train_step`, with different names. Those of the last turn are logged.
        """
        return {}

    @abc.abstractmethod
    def train_step(self, batch) -> dict:
        """What one replica does at the end of each step.

        AutoGraph converts neither `critic_step` nor `train_step`, as that takes as long as all the
        rest of tracing: code that depends on data needs `tf.cond` or `tf.where`.

        Args:
          batch: the last batch of the step, in the structure of `spec`: (b, *shape) for each field,
            as the source yields it, or (b, examples, *shape) in the parts of episodes. Without data
            it is empty, and the step makes `replica_batch_size` examples itself.

        Returns:
          Name -> float32 scalar, a mean over the replica's batch, as `update` returns.
        """

    def whole_step(self, batches: Sequence) -> dict:
        """One step of one replica on its batches; `Loop` does the same, looping over the turns."""
        turns = [self.critic_turn(batch, turn) for turn, batch in enumerate(batches)]
        last = self.last_turn(batches[-1])
        check_distinct(turns[-1], last)
        return turns[-1] | last

    def critic_turn(self, batch, turn) -> dict:
        """Runs `critic_step` in the given turn of the step, a number or an integer tensor."""
        self.random.take_turn(turn, self.batches_per_step)
        return self.critic_step(batch)

    def last_turn(self, batch) -> dict:
        """Runs `train_step`, which comes after the turns."""
        self.random.take_turn(None, self.batches_per_step)
        return self.train_step(batch)

    @property
    def replica_batch_size(self) -> int:
        """Each replica's part of the global batch, which a method without data makes itself."""
        return self.batch_size // self.strategy.num_replicas_in_sync

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Shape of the images, (height, width, channels), or of points, (d,).

        It is the shape of the field "image" of the first set; without data, that of the images of
        the first network that produces or accepts some.

        Raises:
          UserError: if the data have other fields, and no network has been built yet.
          ValueError: if there are no data and no such network, or none has been built.
        """
        field = self.sets[0].get("image")
        if field is None and self.sets[0] and not self.networks:
            raise UserError(
                f"--dataset {self.config.dataset} has the fields {', '.join(self.sets[0])}, but "
                "this method takes single images; choose another data set or a method for pairs"
            )
        return image_shape_of(self.networks) if field is None else field.shape

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes or attributes in the first set's field "label", if it has one."""
        field = self.sets[0].get("label")
        return () if field is None else field.names

    @property
    def multi_label(self) -> bool:
        """Whether an example of the first set can have any number of the labels."""
        field = self.sets[0].get("label")
        return field is not None and field.kind == "attributes"

    def uses(self) -> tuple[Use, ...]:
        """What the trained networks can do; this is written into the run's directory."""
        return ()

    def bound(self, name: str) -> Bound | None:
        """A use with the averaged networks, or None if the method has no such use."""
        use = next((use for use in self.uses() if use.name == name), None)
        return None if use is None else Bound(use, self.models())

    def sample(self, seed: int, count: int) -> tuple[np.ndarray, ...]:
        """Samples of the averaged networks, one float32 array (count, ...) per domain.

        Methods that generate nothing return an empty tuple.
        """
        bound = self.bound("generate")
        if bound is None:
            return ()
        made = bound.render(draw_inputs(bound.use, seed, count))
        return tuple(made[name] for name in bound.use.examples)

    def draw(self, step: int, feed, path) -> dict[str, str]:
        """Writes a picture of what was learned; by default, of samples if the method generates any.

        Args:
          step: the step reached.
          feed: the run's data, see `Session`.
          path: path of the picture, a .png that need not be written.

        Returns:
          Signs that something has gone wrong: name -> one line. For each name, only the first line
          in a run is reported.
        """
        draw_samples(self, feed, path)
        return {}

    def watch(self, step: int, means: dict) -> dict[str, str]:
        """Checks the means of a log window for signs of trouble.

        Args:
          step: the step reached.
          means: name -> mean of what the steps returned.

        Returns:
          See `draw`.
        """
        return {}

    def examples(self, feed, count: int) -> tuple[np.ndarray, ...]:
        """Held-out examples of a method that translates, as pictures.

        Args:
          feed: the run's data, see `Session`.
          count: how many.

        Returns:
          Inputs, translations and truths, or for methods with domains translations back; each
          (n, height, width, channels), uint8 or float in [-1, 1]. By default, nothing.
        """
        return ()

    def evaluate(self, feed, count: int) -> dict:
        """Measures what was learned.

        Args:
          feed: the run's data, see `Session`.
          count: number of samples to measure on.

        Returns:
          Name -> number, or a JSON value with more detail; "samples" is not a measure, but the
          number of samples measured.

        Raises:
          UserError: if the data cannot be read.
        """
        return {}

    def goals(self, feed) -> dict:
        """The results of `evaluate` by which the best models can be selected.

        Args:
          feed: the run's data, see `Session`.

        Returns:
          Name -> `tfgan_kit.evaluation.goal.Goal`.
        """
        return {}

    def metrics(self, feed):
        """The metrics measured in addition to `evaluate`, with the networks that they need.

        Args:
          feed: the run's data, see `Session`.

        Returns:
          `tfgan_kit.evaluation.in_training.TrainingMetrics`, or None if none are requested.

        Raises:
          UserError: if one of them does not apply to this method or data.
        """
        return None

    def models(self) -> dict[str, keras.Model]:
        """The networks that are worth saving; for an averaged network, the average."""
        averages = {name: average.network for name, average in self.averages.items()}
        return {**self.networks, **averages}

    def warnings(self) -> list[str]:
        """One-line warnings about the configuration, given once at the start."""
        return []

    def update(
        self,
        players: str | Sequence[str],
        terms: Callable[[], list[Term]],
        *,
        may_be_unused: Sequence[keras.Layer] = (),
    ) -> dict:
        """Minimises the weighted sum of `terms()` over the variables of exactly these players.

        Each player takes one step of its own optimiser with the gradient of this sum, so several
        players can share a forward pass. Weight decay is added as a term. Call it in `train_step`,
        outside any Python or TensorFlow condition on data.

        Args:
          players: name or names of players.
          terms: computes the loss's parts, each a mean over this replica's batch.
          may_be_unused: layers or networks on which the loss need not depend, such as heads that a
            batch does not use, or the last bias where the loss is R1 alone. Their variables on
            which the loss does not depend stay unchanged, and so does the optimiser's state for
            them. A variable whose gradient is merely 0, such as one in an untaken branch of
            `tf.cond`, is moved by the optimiser's momentum like any other, and weight decay is a
            term that depends on all variables.

        Returns:
          "player/term" -> unweighted value of each term, and "player/loss" -> their weighted sum,
          where "player" is the name of the first player.

        Raises:
          ValueError: if players share variables, two terms have the same name, or the loss does not
            depend on a variable of a player.
        """
        names = (players,) if isinstance(players, str) else tuple(players)
        group = [self.players[name] for name in names]
        for player in group:
            # Once per update and before any pass: all passes of the update see the same weights.
            for layer in player.spectral_layers:
                layer.power_iteration()
        tensors = [t for player in group for t in player.tensors]
        if len({id(t) for t in tensors}) < len(tensors):
            raise ValueError(f"the players {names} share variables, which would be stepped twice")
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(tensors)
            parts = list(terms())
            decay = [d for d in (player.decay_term() for player in group) if d is not None]
            if decay:
                parts.append(Term("weight_decay", tf.add_n(decay)))
            _check_names(names[0], parts)
            loss = tf.add_n([tf.cast(part.value, tf.float32) * part.weight for part in parts])
            # Every term is a mean over the replica's batch; Keras sums gradients over replicas.
            share = loss / tf.distribute.get_strategy().num_replicas_in_sync
            scale = group[0].optimizer.scale_loss(1.0)
            scaled = share * scale
        gradients = tape.gradient(scaled, [player.tensors for player in group])
        optional = {id(v) for layer in may_be_unused for v in layer.trainable_variables}
        for player, own in zip(group, gradients, strict=True):
            missing = [v for v, g in zip(player.variables, own, strict=True) if g is None]
            fatal = [v.path for v in missing if id(v) not in optional]
            if fatal or len(missing) == len(own):
                raise ValueError(
                    f"the loss of {player.name} does not depend on "
                    f"{fatal or 'any of its variables'}"
                )
            if player is not group[0] and self.config.precision == "mixed_float16":
                # Each optimiser removes its own loss scale.
                factor = player.optimizer.scale_loss(1.0) / scale
                own = [None if g is None else g * factor for g in own]
            player.apply(own)
        values = {f"{names[0]}/{part.name}": part.value for part in parts}
        return {**values, f"{names[0]}/loss": loss}


def _sets(spec) -> tuple[dict, ...]:
    """The dictionaries of fields in a spec."""
    if isinstance(spec, tuple):
        return spec
    return tuple(part for part in spec.values() if isinstance(part, dict)) or (spec,)


def check_distinct(turn: Iterable[str], step: Iterable[str]) -> None:
    """Raises ValueError if `critic_step` and `train_step` return metrics of the same name."""
    both = sorted(set(turn) & set(step))
    if both:
        raise ValueError(
            f"critic_step and train_step both give {both}, of which one would be lost; name a "
            "player of its own, or other terms"
        )


def _check_names(player, parts):
    names = [part.name for part in parts] + ["loss"]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(
            f"the loss of {player} has two terms of the name {twice[0]!r}, of which one would be "
            "lost; 'loss' is their sum"
        )
