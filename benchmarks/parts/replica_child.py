"""The process of one number of devices; see `benchmarks.parts.replicas`."""

import time

from benchmarks.child import serve
from benchmarks.machine import prepare


class Contestant:
    """The engine on some devices."""

    def build(self, workload, devices):
        """Builds the engine and does the first step."""
        prepare()
        from benchmarks.loops import loops
        from benchmarks.loops.workloads import WORKLOADS
        from benchmarks.step import DRAWN
        from data.feeds.open_feed import open_feed
        from tfgan_kit.machine.devices import make_strategy

        strategy = make_strategy(devices)
        chosen = WORKLOADS[workload]
        config = chosen.config()
        feed = open_feed(chosen.feed, config)[0]
        loops.draw(feed, DRAWN, config.batch_size)
        self._engine = loops.Engine(config, chosen.method, feed, strategy)
        self._engine.window(1)

    def window(self, name, steps):
        """Does so many steps and returns the seconds it took."""
        return self._engine.window(steps)

    def cpu_seconds(self):
        """Processor time so far."""
        return time.process_time()


if __name__ == "__main__":
    own = Contestant()
    serve({name: getattr(own, name) for name in ("build", "window", "cpu_seconds")})
