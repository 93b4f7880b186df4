"""Where the time of a step goes: a profile of the engine's graph, by kind of operation."""

import re
import tempfile
from collections import Counter
from pathlib import Path

import tensorflow as tf
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from benchmarks.loops.loops import Engine, configured, draw
from benchmarks.loops.workloads import WORKLOADS
from data.feeds.open_feed import open_feed

STEPS = 5
# The first that fits an operation's path or type decides.
KINDS = {
    "convolutions and products": r":.*(Conv2D|MatMul)",
    "normalizations": r"[/_]norm[_/]|:.*FusedBatchNorm",
    "optimiser": r"/(adam|rmsprop|sgd)(_\d+)?/|:ResourceApply",
    "random numbers": r":.*Stateless|/dropout_",
    "data": r":Iterator|/to_model_range",
    "activations, losses and all other": r"",
}
BETWEEN = "between operations"


def one_at_a_time() -> None:
    """Has operations run one after the other, each on all cores; call it before anything else.

    Only then their times add up to that of the step.
    """
    tf.config.threading.set_inter_op_parallelism_threads(1)


def kind_of(path: str) -> str:
    """Returns which of `KINDS` an operation "path/in/the/graph:Type" is of."""
    return next(kind for kind, pattern in KINDS.items() if re.search(pattern, path, re.IGNORECASE))


def profile(name: str, say) -> dict:
    """Profiles some steps of a workload's engine in float32.

    Returns:
      "workload", "seconds" per step under the profiler, and "shares": kind -> share of that time,
      with what passes between operations (scheduling, mostly).
    """
    workload = WORKLOADS[name]
    say(f"profile: {name}")
    with tempfile.TemporaryDirectory() as folder:
        config = configured(workload, folder)
        feed = open_feed(workload.feed, config)[0]
        draw(feed, 100, config.batch_size)
        engine = Engine(config, workload.method, feed)
        engine.window(1)
        engine.window(1)
        with tf.profiler.experimental.Profile(folder):
            seconds = engine.window(STEPS)
        (path,) = Path(folder).rglob("*.xplane.pb")
        shares = {k: t / seconds for k, t in times(path.read_bytes()).items()}
    shares[BETWEEN] = max(0.0, 1.0 - sum(shares.values()))
    return {"workload": name, "seconds": seconds / STEPS, "shares": shares}


def times(trace: bytes) -> dict[str, float]:
    """Returns kind -> seconds of its operations, from a profile in the form XSpace."""
    space, total = xplane_pb2.XSpace(), Counter(dict.fromkeys(KINDS, 0.0))
    space.ParseFromString(trace)
    for plane in space.planes:
        for line in plane.lines:
            # The threads of the step; those that prepare data wait for no one here.
            if not line.name.startswith("tf_Compute"):
                continue
            for event in line.events:
                path = plane.event_metadata[event.metadata_id].name
                if re.fullmatch(r"[^:]+:\w+", path):
                    total[kind_of(path)] += event.duration_ps / 1e12
    return dict(total)
