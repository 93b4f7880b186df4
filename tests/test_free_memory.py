"""Between modules, tests free the graphs that were traced."""

import weakref

import tensorflow as tf

from tests.conftest import free_memory


@tf.custom_gradient
def halved(x):
    return x, lambda upstream: upstream / 2


def traced():
    """Traces a function with a gradient of its own; gives a weak reference to its graph."""

    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = halved(x * x)
        return tape.gradient(y, x)

    assert slope(tf.constant(3.0)) == 3.0
    return weakref.ref(slope.get_concrete_function(tf.constant(3.0)).graph)


def test_a_graph_with_a_custom_gradient_is_freed():
    graph = traced()
    free_memory()
    assert graph() is None
