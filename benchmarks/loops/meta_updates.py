"""The steps of MAML and Reptile in plain TensorFlow: what one would write without the engine.

The network is a function of explicit weights, and the tasks of a batch come one after the other in
the graph: unrolled, as the loop that was the fastest of those tried. Initial weights, tasks, draws
and optimisers are the engine's, and so are the weights that come of it (which the tests check).
"""

import keras
import tensorflow as tf

from benchmarks.loops.loops import weights_of
from benchmarks.loops.plain import minimize, seed_pair, to_floats
from benchmarks.loops.workloads import SEED
from nets.few_shot import learner

BLOCKS, EPSILON = 4, 1e-3


class _Learner:
    """The network of four convolutions of stride 2, and how well weights do on examples.

    Args:
      config: of `benchmarks.loops.workloads.Workload.config`.

    Attributes:
      networks: see `benchmarks.loops.gan_updates.GANUpdates`.
    """

    critic_steps = 1
    losses = 3

    def __init__(self, config):
        keras.utils.set_random_seed(SEED)
        keras.config.set_dtype_policy(config.precision)
        self._config = config
        shape = (*config.image_size, config.channels)
        network = learner.convolutional(shape, config.ways, filters=config.filters)
        self.networks = {"learner": network}
        self._variables = network.trainable_variables

    def weights(self) -> dict:
        """See `benchmarks.loops.loops.Engine.weights`."""
        return weights_of(self.networks)

    def _tensors(self):
        return [tf.convert_to_tensor(variable.value) for variable in self._variables]

    def _tasks(self, batch):
        """The examples of each task: those to learn from, and the queries."""
        parts = {name: batch[name] for name in ("support", "query")}
        return [
            tf.nest.map_structure(lambda x, k=k: x[k], parts)
            for k in range(self._config.batch_size)
        ]


def _logits(weights, examples):
    x = to_floats(examples["image"])
    for k in range(BLOCKS):
        kernel, scale, offset = weights[3 * k : 3 * k + 3]
        x = tf.nn.conv2d(x, kernel, 2, "SAME")
        mean, variance = tf.nn.moments(x, [0, 1, 2])
        x = tf.nn.relu(tf.nn.batch_normalization(x, mean, variance, offset, scale, EPSILON))
    kernel, bias = weights[3 * BLOCKS :]
    return tf.reduce_mean(x, [1, 2]) @ kernel + bias


def _loss(logits, examples):
    """Softmax cross-entropy."""
    return tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=examples["label"], logits=logits)
    )


def _accuracy(logits, examples):
    found = tf.argmax(logits, -1, output_type=examples["label"].dtype)
    return tf.reduce_mean(tf.cast(found == examples["label"], tf.float32))


def _means(found):
    """Of each value, the mean over tasks."""
    return tuple(tf.add_n(each) / len(found) for each in zip(*found, strict=True))


def _gradients(weights, examples):
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(weights)
        loss = _loss(_logits(weights, examples), examples)
    return tape.gradient(loss, weights)


class MAMLUpdates(_Learner):
    """MAML with steps of gradient descent, of second or of first order; see `_Learner`."""

    def __init__(self, config):
        super().__init__(config)
        self._optimizer = keras.optimizers.Adam(config.learning_rate)
        self._optimizer.build(self._variables)

    def step(self, batches: list):
        """An update of the start; returns the queries' loss, and accuracy before and after."""
        (batch,) = batches
        scores = []

        def loss():
            weights = self._tensors()
            found = [self._learned(weights, task) for task in self._tasks(batch)]
            losses, before, after = _means(found)
            scores.extend([before, after])
            return losses

        return minimize(loss, self._variables, self._optimizer), *scores

    def _learned(self, start, task):
        config, weights, query = self._config, start, task["query"]
        for _ in range(config.inner_steps):
            gradients = _gradients(weights, task["support"])
            if config.first_order:
                gradients = [tf.stop_gradient(g) for g in gradients]
            moves = zip(weights, gradients, strict=True)
            weights = [w - config.inner_learning_rate * g for w, g in moves]
        logits = _logits(weights, query)
        before = _accuracy(_logits(start, query), query)
        return _loss(logits, query), before, _accuracy(logits, query)


class ReptileUpdates(_Learner):
    """Reptile, whose inner steps are Adam's without momentum; see `_Learner`."""

    def __init__(self, config):
        super().__init__(config)
        share = keras.optimizers.schedules.PolynomialDecay(
            config.learning_rate, config.steps, end_learning_rate=0.0
        )
        self._optimizer = keras.optimizers.SGD(share)
        self._optimizer.build(self._variables)
        self._counter = tf.Variable(0, dtype=tf.int64)

    def step(self, batches: list):
        """An update of the start; returns the loss, and the accuracy before and after."""
        (batch,) = batches
        start = self._tensors()
        found = [
            self._learned(start, _joined(task), order)
            for task, order in zip(self._tasks(batch), self._orders(), strict=True)
        ]
        learned = _means([weights for weights, *_ in found])
        away = [w - mean for w, mean in zip(start, learned, strict=True)]
        self._optimizer.apply(away, self._variables)
        self._counter.assign_add(1)
        return _means([scores for _, *scores in found])

    def _orders(self):
        """For each task, the examples of each step."""
        config = self._config
        examples = config.ways * (config.shots + config.queries)
        shape = (config.batch_size, config.inner_steps, examples)
        seed = seed_pair("inner steps", self._counter)
        drawn = tf.random.stateless_uniform(shape, seed, alg="philox")
        return tf.unstack(tf.argsort(drawn, -1)[:, :, : config.inner_batch])

    def _learned(self, start, examples, orders):
        config, decay, weights = self._config, 0.999, start
        squares = [tf.zeros_like(w) for w in start]
        for k in range(config.inner_steps):
            few = {name: tf.gather(values, orders[k]) for name, values in examples.items()}
            gradients = _gradients(weights, few)
            squares = [
                decay * s + (1 - decay) * g * g for s, g in zip(squares, gradients, strict=True)
            ]
            rate = config.inner_learning_rate * (1 - decay ** (k + 1)) ** 0.5
            moves = zip(weights, gradients, squares, strict=True)
            weights = [w - rate * g / (tf.sqrt(s) + 1e-7) for w, g, s in moves]
        logits = _logits(weights, examples)
        before = _accuracy(_logits(start, examples), examples)
        return weights, _loss(logits, examples), before, _accuracy(logits, examples)


def _joined(task):
    support, query = task["support"], task["query"]
    return {name: tf.concat([support[name], query[name]], 0) for name in support}
