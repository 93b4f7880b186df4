"""Rows of free numbers, which are trained like weights because they are."""

import keras


def table(name, rows, **columns):
    """Returns a network that looks up rows of numbers, all 0 at first.

    Args:
      name: the network's name.
      rows: how many.
      **columns: name of each output -> how many numbers it has.

    Returns:
      A Keras model from row numbers (batch,), integers, to each output (batch, numbers), float32. A
      layer of the same name has the weights (rows, numbers).
    """
    row = keras.Input((), dtype="int32", name="row")
    made = {
        column: keras.layers.Embedding(
            rows, count, embeddings_initializer="zeros", dtype="float32", name=column
        )(row)
        for column, count in columns.items()
    }
    return keras.Model(row, made, name=name)
