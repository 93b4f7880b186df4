"""Variables that training keeps in addition to networks and optimisers."""

import tensorflow as tf

_COMBINED = {
    "mean": tf.VariableAggregation.MEAN,
    "sum": tf.VariableAggregation.SUM,
    "first": tf.VariableAggregation.ONLY_FIRST_REPLICA,
}


def state_variable(initial, *, dtype=tf.float32, combine: str | None) -> tf.Variable:
    """Makes a variable for `Trainer.state`; call it in `Trainer.build`, under the scope.

    Args:
      initial: its first value.
      dtype: its dtype.
      combine: how to combine the values that the replicas assign in a step. "mean", "sum" and
        "first" keep one value, the same on every replica; as the replicas then synchronise, assign
        outside `tf.cond`. With None, each replica has its own value.

    Returns:
      A non-trainable variable.
    """
    each = tf.VariableSynchronization.ON_READ, tf.VariableAggregation.NONE
    one = tf.VariableSynchronization.ON_WRITE, _COMBINED.get(combine)
    synchronization, aggregation = each if combine is None else one
    if aggregation is None:
        raise ValueError(f"combine is {combine!r}, not one of {[*_COMBINED, None]}")
    return tf.Variable(
        initial,
        trainable=False,
        dtype=dtype,
        synchronization=synchronization,
        aggregation=aggregation,
    )


def is_per_replica(variable: tf.Variable) -> bool:
    """Whether each replica has its own value, as with `state_variable(combine=None)`."""
    return (
        variable.synchronization == tf.VariableSynchronization.ON_READ
        and variable.aggregation == tf.VariableAggregation.NONE
    )
