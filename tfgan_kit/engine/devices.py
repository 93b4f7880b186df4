"""Which devices a training runs on."""

import re

import tensorflow as tf

from tfgan_kit.errors import UserError


def make_strategy(devices: str | None, *, jit: bool = False) -> tf.distribute.Strategy:
    """Returns the strategy for a `--devices` setting; call it before any tensor is made.

    Args:
      devices: comma-separated names such as "gpu:0,gpu:1" or "cpu:0,cpu:1"; None for all GPUs of
        the machine, or its CPU if there are none. Naming k CPUs splits the CPU into k logical
        devices, which is how replicas are tested on a machine without GPUs.
      jit: whether the step will be compiled with XLA, which works on one device only.

    Raises:
      UserError: if a device is misspelt, named twice or does not exist, or several are to be used
        with XLA.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if devices is None:
        names = [f"gpu:{i}" for i in range(len(gpus))]
    else:
        names = [name.strip().lower() for name in devices.split(",")]
    for name in names:
        if not re.fullmatch(r"(cpu|gpu):(0|[1-9]\d?)", name):
            raise UserError(f"--devices: {name!r} is not a device; write cpu:0 or gpu:0,gpu:1")
        kind, index = name.split(":")
        if kind == "gpu" and int(index) >= len(gpus):
            raise UserError(f"--devices: there is no {name}; this machine has {len(gpus)} GPUs")
    if len(set(names)) < len(names) or len({name[:3] for name in names}) > 1:
        raise UserError(f"--devices: {devices!r} must name different devices of one kind")
    if jit and len(names) > 1:
        raise UserError(
            f"--jit cannot compile a step that is spread over {len(names)} devices; "
            "drop --jit or name one device with --devices"
        )
    cpus = [int(name[4:]) for name in names if name.startswith("cpu")]
    if cpus:
        if sorted(cpus) != list(range(len(cpus))):
            raise UserError(f"--devices: number the CPUs from 0 without gaps, not {devices!r}")
        _split_cpu(len(cpus))
    if len(names) > 1:
        return tf.distribute.MirroredStrategy(names)
    return tf.distribute.OneDeviceStrategy(names[0]) if cpus and gpus else _default(names)


def _default(names) -> tf.distribute.Strategy:
    """One device: TensorFlow's own placement, or the one GPU that was asked for."""
    if names and names[0] not in ("cpu:0", "gpu:0"):
        return tf.distribute.OneDeviceStrategy(names[0])
    return tf.distribute.get_strategy()


def _split_cpu(count: int) -> None:
    if count == 1:
        return
    (cpu,) = tf.config.list_physical_devices("CPU")
    try:
        tf.config.set_logical_device_configuration(
            cpu, [tf.config.LogicalDeviceConfiguration()] * count
        )
    except RuntimeError:  # TensorFlow has started: the number of devices is settled.
        if len(tf.config.list_logical_devices("CPU")) != count:
            raise UserError(
                f"--devices: {count} CPU devices must be set up before TensorFlow has started"
            ) from None
