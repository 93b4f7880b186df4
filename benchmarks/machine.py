"""What the numbers were measured on, and how the programs are set up."""

import datetime
import importlib.metadata
import os
import platform
import sys
from collections.abc import Callable

from tfgan_kit.errors import UserError

FLAGS = ("avx2", "fma", "avx512f", "avx512_bf16", "amx_tile", "amx_bf16")


def prepare() -> None:
    """Imports TensorFlow as `main.py` does; call it before anything is measured."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    from tfgan_kit.machine.quiet import quiet_import

    with quiet_import():
        import tensorflow
    # That the profiler's interface is an old one concerns nobody who reads a table.
    tensorflow.get_logger().setLevel("ERROR")


def run_main(main: Callable[[], int]) -> None:
    """Ends the process with what `main` returns, or with one line if it raises UserError."""
    try:
        sys.exit(main())
    except UserError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.status)
    except KeyboardInterrupt:
        sys.exit(130)


def machine() -> dict:
    """Returns processor, its matrix instructions, cores, memory and versions."""
    info = _cpu_info()
    flags = set(info.get("flags", "").split())
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": info.get("model name", platform.processor() or platform.machine()),
        "flags": [flag for flag in FLAGS if flag in flags],
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(pages / 2**30),
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "numpy")},
    }


def today() -> str:
    """The date, as in 2026-01-31."""
    return datetime.date.today().isoformat()


def _cpu_info():
    try:
        with open("/proc/cpuinfo") as file:
            first = file.read().split("\n\n")[0]
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in first.splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}
