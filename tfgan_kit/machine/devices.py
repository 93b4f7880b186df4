"""The devices that training runs on."""

import re
import signal

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.rendezvous import meet
from tfgan_kit.settings.workers import Workers


def make_strategy(
    devices: str | None,
    *,
    jit: bool = False,
    workers: Workers | None = None,
    told: dict | None = None,
) -> tf.distribute.Strategy:
    """Returns the strategy for a `--devices` setting; call it before creating any tensor.

    Args:
      devices: comma-separated names such as "gpu:0,gpu:1", or "0,1" for short, or "cpu:0,cpu:1";
        None for all GPUs of the machine, or its CPU if there are none. Naming k CPUs splits the CPU
        into k logical devices, which is how replicas are tested on a machine without GPUs.
      jit: whether the step will be compiled with XLA, which works on one device only.
      workers: the processes that train together, each on such devices; None for this process alone.
      told: settings that must be the same for all of them, see `tfgan_kit.machine.rendezvous.meet`.

    Raises:
      UserError: if a device is misspelt, named twice or does not exist, several devices are
        requested with XLA, or the workers cannot connect.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if devices is None:
        names = [f"gpu:{i}" for i in range(len(gpus))]
    else:
        names = [name.strip().lower() for name in devices.split(",")]
        names = [f"gpu:{name}" if name.isdecimal() else name for name in names]
    for name in names:
        if not re.fullmatch(r"(cpu|gpu):(0|[1-9]\d?)", name):
            raise UserError(f"--devices: {name!r} is not a device; write cpu:0, gpu:0,gpu:1 or 0,1")
        kind, index = name.split(":")
        if kind == "gpu" and int(index) >= len(gpus):
            raise UserError(f"--devices: there is no {name}; this machine has {len(gpus)} GPUs")
    if len(set(names)) < len(names) or len({name[:3] for name in names}) > 1:
        raise UserError(f"--devices: {devices!r} must name different devices of one kind")
    several = workers is not None and workers.several
    if jit and (several or len(names) > 1):
        spread, instead = f"{len(names)} devices", "name one device with --devices"
        if several:
            spread, instead = f"{len(workers.addresses)} workers", "train without the others"
        raise UserError(
            f"--jit cannot compile a step that is spread over {spread}; drop --jit or {instead}"
        )
    cpus = [int(name[4:]) for name in names if name.startswith("cpu")]
    if cpus:
        if sorted(cpus) != list(range(len(cpus))):
            raise UserError(f"--devices: number the CPUs from 0 without gaps, not {devices!r}")
        if several and len(cpus) > 1:
            raise UserError("--devices: a worker has one CPU, cpu:0; start more workers instead")
        _split_cpu(len(cpus))
    if several:
        return _with_others(names, workers, told or {})
    if len(names) > 1:
        return tf.distribute.MirroredStrategy(names)
    return tf.distribute.OneDeviceStrategy(names[0]) if cpus and gpus else _default(names)


def _with_others(names, workers, told):
    """This process' part of a strategy over all workers."""
    gpus = [int(name[4:]) for name in names if name.startswith("gpu")]
    kinds = ",".join(name[:3] for name in names) or "cpu"
    meet(workers, {**told, "the devices": kinds, "the TensorFlow": tf.__version__})
    physical = tf.config.list_physical_devices("GPU")
    # TensorFlow uses the first devices that it sees, as many as needed.
    tf.config.set_visible_devices([physical[i] for i in gpus], "GPU")
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
        tf.train.ClusterSpec({"worker": list(workers.addresses)}),
        task_type="worker",
        task_id=workers.index,
        num_accelerators={"GPU": len(gpus)},
        rpc_layer="grpc",
    )
    on_terminate = signal.getsignal(signal.SIGTERM)
    try:
        strategy = tf.distribute.MultiWorkerMirroredStrategy(cluster_resolver=resolver)
    except (RuntimeError, tf.errors.OpError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(f"{workers.named(workers.index)} could not start: {reason}") from None
    # TensorFlow has installed its own handler for the signal, which would swallow it.
    signal.signal(signal.SIGTERM, on_terminate)
    return strategy


def _default(names) -> tf.distribute.Strategy:
    """One device: TensorFlow's own placement, or the one GPU that was requested."""
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
    except RuntimeError:  # TensorFlow has started: the number of devices is fixed.
        if len(tf.config.list_logical_devices("CPU")) != count:
            raise UserError(
                f"--devices: {count} CPU devices must be set up before TensorFlow has started"
            ) from None
