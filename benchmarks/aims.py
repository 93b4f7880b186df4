"""The figures that the kit aims for, and what was reached."""

import dataclasses
from collections.abc import Callable

from benchmarks import check
from benchmarks.loops.workloads import WORKLOADS
from benchmarks.turns import ratios


@dataclasses.dataclass(frozen=True)
class Aim:
    """One figure.

    Attributes:
      text: what it is.
      bound: what is aimed at.
      most: whether the bound is the most that it should be, in place of the least.
      of: from all results (part -> content) to [median, smallest, largest]; KeyError if what it
        needs was not run.
    """

    text: str
    bound: float
    of: Callable[[dict], list[float]]
    most: bool = False

    def verdict(self, values: list[float]) -> str:
        """Whether the median reaches the bound, or else the best of the windows does."""
        middle, low, high = values
        if middle <= self.bound if self.most else middle >= self.bound:
            return "yes"
        best = low if self.most else high
        near = best <= self.bound if self.most else best >= self.bound
        return "within the spread" if near else "no"


def row(content: dict, name: str, precision="float32") -> dict:
    """Returns a contestant's row that has times.

    Raises:
      KeyError: if there is none.
    """
    for found in content["rows"]:
        if (found["name"], found["precision"]) == (name, precision) and "seconds" in found:
            return found
    raise KeyError(name)


def over(part: str, name: str):
    """The engine's speed over a contestant's."""
    return lambda results: check.speeds(results[part]["rows"])[f"{name} float32"]


def over_pytorch(part: str, precision: str):
    """The engine's speed over PyTorch's best variant of the same precision."""

    def find(results):
        speeds = check.speeds(results[part]["rows"])
        found = [v for k, v in speeds.items() if k.startswith("pytorch") and k.endswith(precision)]
        if not found:
            raise KeyError("pytorch")
        return min(found)

    return find


def cost_per_real_image(part: str, dear: str, cheap: str):
    """Time per real image that a step reads, of one training over another."""

    def find(results):
        a, b = row(results[part], dear), row(results[part], cheap)
        per_image = [[s / r["images"] for s in r["seconds"]] for r in (a, b)]
        return ratios(*per_image)

    return find


def _counted(results, workload):
    return {r["workload"]: r for r in results["operations"]["rows"]}[workload]


def _operations_over_parts(results):
    found = _counted(results, "scogan-slfr")
    return [found["graph"] / sum(found["parts"].values())] * 3


def _time_over_parts(results):
    content = results["scogan-slfr"]
    coupled, alone = row(content, "engine"), row(content, "engine, uncoupled")
    parts = _counted(results, "scogan-slfr")["parts"]
    whole = sum(parts.values())
    expected = whole / (whole - parts["coupling"])
    return [value / expected for value in ratios(coupled["seconds"], alone["seconds"])]


def _replicas(workload):
    def find(results):
        seconds = {
            r["name"]: r["seconds"]
            for r in results["replicas"]["rows"]
            if r["workload"] == workload
        }
        return ratios(seconds["one device"], seconds["two devices"])

    return find


def _startup(until, command):
    def find(results):
        for found in results["startup"]["rows"]:
            if found["until"] == until and found["command"].startswith(command):
                return found["seconds"]
        raise KeyError(command)

    return find


def comparing(contestant: str) -> list[str]:
    """The workloads in which a contestant takes turns with the engine."""
    return [name for name, workload in WORKLOADS.items() if contestant in workload.loops]


AIMS = (
    *(
        Aim(f"{name}: engine over the bare loop", 1.0, over(name, "bare loop"))
        for name in WORKLOADS
    ),
    *(
        Aim(f"{name}: engine over PyTorch's best, {precision}", 1.25, over_pytorch(name, precision))
        for name in comparing("pytorch eager")
        for precision in ("float32", "mixed_bfloat16")
    ),
    *(
        Aim(f"{name}: engine over eager TensorFlow", 4.0, over(name, "eager"))
        for name in comparing("eager")
    ),
    Aim(
        "cyclegan-64: engine over itself without a pool",
        1.0,
        over("cyclegan-64", "engine, no pool"),
    ),
    *(
        Aim(
            f"{name}: WGAN-GP with 5 critic steps, cost per real image over non-saturating",
            2.5,
            cost_per_real_image(name, dear, cheap),
            most=True,
        )
        for name, dear, cheap in (
            ("wgan-gp", "engine", "engine, non-saturating"),
            ("cogan", "engine, WGAN-GP", "engine"),
            ("scogan-slfr", "engine, WGAN-GP", "engine"),
        )
    ),
    Aim(
        "SCoGAN: operations of the graph over those of the parts",
        1.15,
        _operations_over_parts,
        True,
    ),
    Aim(
        "SCoGAN: time over what the uncoupled step's speed makes of the parts",
        1.15,
        _time_over_parts,
        True,
    ),
    *(
        Aim(f"{name}: speed on two logical devices over one", 0.9, _replicas(name))
        for name in ("dcgan-32", "dcgan-64")
    ),
    Aim("seconds of `main.py --help`", 0.5, _startup("its end", "python main.py --help"), True),
    Aim("seconds to the first step", 10.0, _startup("first step", "python main.py train"), True),
)


def judged(results: dict) -> list[tuple[Aim, list[float] | None]]:
    """Returns each aim with what was reached, None if that was not run."""
    found = []
    for aim in AIMS:
        try:
            found.append((aim, aim.of(results)))
        except KeyError:
            found.append((aim, None))
    return found
