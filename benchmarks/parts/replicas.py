"""What it costs to split the cores between two replicas: one logical device against two."""

from benchmarks.child import Child, Remote
from benchmarks.turns import take_turns

WORKLOADS = ("dcgan-32", "dcgan-64")
DEVICES = {"one device": "cpu:0", "two devices": "cpu:0,cpu:1"}


def measure(*, windows: int, seconds: float, say) -> list[dict]:
    """Measures the engine with the same global batch on one and on two devices, in turn.

    Each lives in a process of its own, as devices are set up once per process.

    Returns:
      One row per workload and number of devices: "workload", "name", "seconds" per step.
    """
    rows = []
    for workload in WORKLOADS:
        children = {name: Child("benchmarks.parts.replica_child") for name in DEVICES}
        try:
            steps = {}
            for name, child in children.items():
                say(f"replicas: first step of {workload}, {name}")
                child.ask("build", workload=workload, devices=DEVICES[name])
                again = child.ask("window", name=name, steps=1)
                steps[name] = max(1, round(seconds / again))
            contestants = {name: Remote(child, name) for name, child in children.items()}
            times = take_turns(contestants, steps, windows, lambda t: say(f"replicas: {t}"))
        finally:
            for child in children.values():
                child.close()
        rows += [
            {"workload": workload, "name": name, "seconds": [wall for wall, _ in times[name]]}
            for name in DEVICES
        ]
    return rows
