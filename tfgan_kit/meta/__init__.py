"""Inner loops of meta-learning: what a network would be after some steps on a task.

An inner loop works on tensors, not on variables. It starts from a copy of a network's weights, and
each step makes new tensors (`rules`), through which gradients flow back to the start. A network is
called with such weights by `call`. Nothing else changes: neither the network's variables nor its
moving statistics. As tensors, unlike mirrored variables, can differ between replicas, each replica
takes tasks of its own.

    weights = weights_of(network)
    rule = SGD(0.01)

    def step(number, state):
        weights, slots = state
        gradients = gradients_of(lambda w: loss(call(network, w, images)), weights)
        return rule.apply(weights, gradients, slots, number)

    adapted, _ = repeat(step, (weights, rule.slots(weights)), 5)
"""

from tfgan_kit.meta.checked import adapted
from tfgan_kit.meta.loops import gradients_of, over_tasks, repeat
from tfgan_kit.meta.rules import SGD, Adam
from tfgan_kit.meta.weights import call, changed, statistics_of, weights_of

__all__ = [
    "SGD",
    "Adam",
    "adapted",
    "call",
    "changed",
    "gradients_of",
    "over_tasks",
    "repeat",
    "statistics_of",
    "weights_of",
]
