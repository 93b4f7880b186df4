"""A player of the game: networks that are trained together by one optimiser."""

import keras
import tensorflow as tf

from tfgan_kit.engine.adam import Adam
from tfgan_kit.layers import spectral_layers

OPTIMIZERS = {
    "adam": Adam,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}


class Player:
    """Networks, the optimiser that updates them, and what else changes their weights.

    Args:
      name: the player's name, the first part of the names of its logged terms.
      networks: Keras models, whose trainable variables the player owns. A variable that several
        networks share is updated once, a frozen layer's variable not at all.
      optimizer: a Keras optimiser, not yet built. For `mixed_float16`, wrap it in a
        `keras.optimizers.LossScaleOptimizer`.
      weight_decay: lambda of the L2 term lambda/2 * sum w^2 over all the player's variables.
      clip_weights: if above 0, every weight is clipped to [-c, c] after each update.
    """

    def __init__(self, name, networks, optimizer, *, weight_decay=0.0, clip_weights=0.0):
        self.name = name
        self.networks = networks = tuple(networks)
        self.optimizer = optimizer
        self.weight_decay = weight_decay
        self.clip_weights = clip_weights
        # Keras would silently update a variable twice if it is listed twice.
        unique = {id(v): v for network in networks for v in network.trainable_variables}
        self.variables = list(unique.values())
        # An optimiser's variables must exist before the first step is traced under a strategy.
        optimizer.build(self.variables)
        self.spectral_layers = [
            layer for net in networks for layer in spectral_layers(net) if layer.trainable
        ]

    @property
    def tensors(self):
        """The player's variables as `tf.Variable`s, for a gradient tape."""
        return [v.value for v in self.variables]

    def decay_term(self):
        """The L2 term of the player's weights as a float32 scalar, or None without weight decay."""
        if not self.weight_decay:
            return None
        squares = [tf.nn.l2_loss(tf.cast(t, tf.float32)) for t in self.tensors]
        return self.weight_decay * tf.add_n(squares)

    def apply(self, gradients) -> None:
        """Takes one optimiser step with this replica's share of the gradients.

        Args:
          gradients: one tensor per variable; their sum over the replicas is the gradient. None for
            a variable to leave unchanged.
        """
        given = [(g, v) for g, v in zip(gradients, self.variables, strict=True) if g is not None]
        gradients, variables = (list(each) for each in zip(*given, strict=True))
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        if replicas > 1 and self._needs_whole_gradient:
            context = tf.distribute.get_replica_context()
            gradients = context.all_reduce(tf.distribute.ReduceOp.MEAN, gradients)
        self.optimizer.apply(gradients, variables)
        if self.clip_weights:
            clip_weights(self.tensors, self.clip_weights)

    @property
    def _needs_whole_gradient(self):
        # Clipping and the overflow check must see the gradient of the whole batch. Keras sums over
        # the replicas only afterwards; with the mean on each replica, that sum is correct.
        inner = getattr(self.optimizer, "inner_optimizer", self.optimizer)
        return inner is not self.optimizer or inner.global_clipnorm is not None


def make_optimizer(
    name,
    schedule,
    *,
    beta_1,
    beta_2,
    clip_norm,
    precision,
    replicas,
    rho=0.9,
    momentum=0.0,
    epsilon=1e-7,
):
    """Builds a Keras optimiser.

    Args:
      name: "adam", "rmsprop" or "sgd".
      schedule: learning rate or `LearningRateSchedule`.
      beta_1, beta_2: Adam's decay rates; the others ignore them.
      clip_norm: maximum global norm of the whole batch's gradient; 0 for no clipping.
      precision: with "mixed_float16", the loss is scaled dynamically.
      replicas: number of replicas; each sees its share of the gradient.
      rho: RMSprop's decay rate.
      momentum: the momentum of RMSprop and of SGD.
      epsilon: added to the root of the mean square by Adam, and inside the root by RMSprop.
    """
    keywords = {
        "adam": {"beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon},
        "rmsprop": {"rho": rho, "momentum": momentum, "epsilon": epsilon},
        "sgd": {"momentum": momentum},
    }[name]
    if clip_norm:
        keywords["global_clipnorm"] = clip_norm / replicas
    optimizer = OPTIMIZERS[name](schedule, **keywords)
    if precision == "mixed_float16":
        return keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer


def clip_weights(variables, c=0.01):
    """Clips variables to [-c, c] in place on every replica (Arjovsky 2017, algorithm 1)."""
    for variable in variables:
        variable.assign(tf.clip_by_value(tf.convert_to_tensor(variable), -c, c))
