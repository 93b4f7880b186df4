"""Players of methods that search in a frozen generator: Adam with its usual decay rates."""

from tfgan_kit.engine.player import Player, make_optimizer


def adam_player(trainer, name, networks, learning_rate, *, clip_norm=0.0, **settings) -> Player:
    """Returns the player of one network, or of layers of networks.

    Args:
      trainer: the method's trainer.
      name: name of the player.
      networks: Keras models or layers, or one of them, whose trainable variables the player owns.
      learning_rate: of Adam, whose decay rates are 0.9 and 0.999.
      clip_norm: maximum global norm of the player's gradient; 0 for no clipping.
      **settings: further ones of the `Player`.
    """
    optimizer = make_optimizer(
        "adam",
        learning_rate,
        beta_1=0.9,
        beta_2=0.999,
        clip_norm=clip_norm,
        precision=trainer.config.precision,
        replicas=trainer.strategy.num_replicas_in_sync,
    )
    several = isinstance(networks, (list, tuple))
    return Player(name, networks if several else [networks], optimizer, **settings)
