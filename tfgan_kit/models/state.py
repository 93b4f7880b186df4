"""Variables that training carries beside networks and optimisers."""

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
      dtype: its type.
      combine: what becomes of the values that the replicas assign in a step. "mean", "sum" and
        "first" keep one value, the same on every replica; as the replicas then meet, assign outside
        of `tf.cond`. None lets each replica have a value of its own.

    Returns:
      A variable that is not trained.
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
    """Whether each replica has a value of its own, as `state_variable` makes it with None."""
    return (
        variable.synchronization == tf.VariableSynchronization.ON_READ
        and variable.aggregation == tf.VariableAggregation.NONE
    )
