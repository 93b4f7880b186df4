"""A description of the machine for logs and reports."""

import os
import platform

import tensorflow as tf


def describe_system() -> str:
    """The processor, the cores available to this process, the memory and the GPUs, in one line."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parts = [f"{_processor()}, {cores} core{'s' * (cores > 1)}"]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        gigabytes = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        parts.append(f"{gigabytes:.0f} GiB of memory")
    for gpu in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(gpu)
        parts.append(details.get("device_name", "a GPU"))
    return ", ".join([*parts, f"{platform.system()} {platform.machine()}"])


def _processor() -> str:
    try:
        with open("/proc/cpuinfo") as file:
            names = [line.split(":", 1)[1].strip() for line in file if "model name" in line]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or "unknown processor"
