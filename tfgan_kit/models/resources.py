"""What a network costs where it is used: parameters, operations, time and size on disk."""

import contextlib
import os
import statistics
import tempfile
import time

import keras
import tensorflow as tf

MATRIX_OPERATIONS = (
    *("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", "DepthwiseConv2dNative", "Conv3D"),
    *("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"),
)
TIMED = 20  # Passes whose median is the time.
BATCH = 32  # Examples of a timed pass.


def resources(network: keras.Model, size: tuple[int, int] | None = None) -> dict[str, float]:
    """The costs of using a network, as measures of a run.

    Args:
      network: from any number of inputs.
      size: (height, width) of the images, for a network that takes any.

    Returns:
      "parameters", all numbers in its weights; "operations" of a pass on one example, see
      `operations`; "kilobytes" of its .keras file, in units of 1,000; "ms_per_image", see
      `milliseconds`.
    """
    return {
        "parameters": network.count_params(),
        "operations": operations(network, size),
        "kilobytes": file_size(network) / 1000,
        "ms_per_image": milliseconds(network, size),
    }


def operations(network: keras.Model, size: tuple[int, int] | None = None) -> int:
    """Floating-point operations of the convolutions and products of a pass on one example.

    A multiplication with an addition counts as two. Normalisations, activations and pooling are
    left out: they are a few operations per value where a convolution has hundreds.

    Args:
      network, size: see `resources`.
    """
    traced = tf.function(lambda given: network(given, training=False), autograph=False)
    return of_graph(traced.get_concrete_function(_specs(network, 1, size)))


def of_graph(function: tf.types.experimental.ConcreteFunction) -> int:
    """Operations of the convolutions and products in a graph, as TensorFlow's profiler counts them.

    Args:
      function: of known shapes, as the profiler skips what it does not know. It counts the input
        gradient of an unpadded convolution too high, as if there were an output at every input.
    """
    graph = function.graph
    # The trace holds gradients that nobody reads, which TensorFlow drops before it runs it.
    ends = [tensor.op.name for tensor in graph.outputs] + [op.name for op in graph.control_outputs]
    definition = graph.as_graph_def(add_shapes=True)
    with _without_advice():
        used = tf.compat.v1.graph_util.extract_sub_graph(definition, ends)
    options = tf.compat.v1.profiler.ProfileOptionBuilder.float_operation()
    options["output"] = "none"
    with tf.Graph().as_default() as pruned:
        tf.graph_util.import_graph_def(used, name="")
    with _without_advice():
        found = tf.compat.v1.profiler.profile(pruned, cmd="op", options=options)
    total, nodes = 0, list(found.children)
    while nodes:
        node = nodes.pop()
        nodes += node.children
        if node.name in MATRIX_OPERATIONS:
            total += node.float_ops
    return total


def milliseconds(
    network: keras.Model, size: tuple[int, int] | None = None, batch: int = BATCH
) -> float:
    """The time of a traced pass per example, on this machine and in its present load.

    Args:
      network, size: see `resources`.
      batch: number of examples of a pass. For single ones, calling the pass takes much of the time
        of a small network.

    Returns:
      The median over `TIMED` passes, after one that is not timed.
    """
    traced = tf.function(lambda given: network(given, training=False), autograph=False)
    given = keras.tree.map_structure(
        lambda spec: tf.zeros(spec.shape, spec.dtype), _specs(network, batch, size)
    )
    seconds = []
    for _ in range(1 + TIMED):
        start = time.perf_counter()
        outputs = traced(given)
        for output in keras.tree.flatten(outputs):
            output.numpy()  # On a GPU, the pass is done only then.
        seconds.append(time.perf_counter() - start)
    return 1000 * statistics.median(seconds[1:]) / batch


def file_size(network: keras.Model) -> int:
    """Bytes of the .keras file that the network is saved as."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "network.keras")
        network.save(path)
        return os.path.getsize(path)


@contextlib.contextmanager
def _without_advice():
    """Keeps TensorFlow from telling users how to migrate code from version 1."""
    logger = tf.get_logger()
    level = logger.level
    logger.setLevel("ERROR")
    try:
        yield
    finally:
        logger.setLevel(level)


def _specs(network, batch, size):
    """The inputs of a batch, in the structure that the network takes."""

    def spec(tensor):
        shape = list(tensor.shape[1:])
        if None in shape and size is not None:
            shape[:2] = size
        return tf.TensorSpec((batch, *shape), tensor.dtype)

    return keras.tree.map_structure(spec, network.input)
