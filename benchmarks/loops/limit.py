"""Operations of each workload's step, counted three ways; the tables set them against the peak."""

import tempfile

from benchmarks.child import Child, ChildError
from benchmarks.loops import chains, operations
from benchmarks.loops.loops import Engine, configured
from benchmarks.loops.workloads import WORKLOADS
from benchmarks.peers import environment, torch_setup
from benchmarks.step import make_updates
from data.feeds.open_feed import open_feed
from tfgan_kit.models.resources import of_graph


def count(name: str) -> dict:
    """Counts the operations of one step of a workload.

    Returns:
      "workload"; "parts" as `operations.per_step` counts them, for the whole batch; "graph", what
      the engine's graph holds after what nobody reads is dropped; "pytorch", what PyTorch counts in
      its own step, None where it is not installed or cannot (second derivatives); "images", the
      real images that a step reads.
    """
    workload = WORKLOADS[name]
    with tempfile.TemporaryDirectory() as folder:
        config = configured(workload, folder)
        feed = open_feed(workload.feed, config)[0]
        updates = make_updates(config, workload.method)
        parts = operations.per_step(chains.setup(config, updates))
        engine = Engine(config, workload.method, feed)
        step = engine.trainer.whole_step
        return {
            "workload": name,
            "images": workload.images(config),
            "parts": {key: value * config.batch_size for key, value in parts.items()},
            "graph": of_graph(operations.graph_of(step, feed, config.critic_steps)),
            "pytorch": _of_pytorch(folder, config, updates, feed),
        }


def _of_pytorch(folder, config, updates, feed):
    python = environment.python()
    if python is None:
        return None
    torch_setup.write(folder, config, updates, feed)
    child = Child("benchmarks.peers.torch_child", str(python))
    try:
        child.ask("open", folder=folder)
        child.ask("build", name="counted", compiled=False, bfloat16=False)
        return child.ask("operations", name="counted")
    except ChildError:
        return None
    finally:
        child.close()
