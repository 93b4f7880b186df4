"""A child for the tests of `benchmarks.child`."""

import os
import sys

from benchmarks.child import serve


def noise():
    print("a library prints", flush=True)
    return "said"


def fail():
    raise ValueError("no such thing\nand more")


def die():
    print("a last word", file=sys.stderr, flush=True)
    os._exit(3)


if __name__ == "__main__":
    window = {"window": lambda name, steps: [name, steps]}
    serve(window | {"noise": noise, "fail": fail, "die": die})
