import pytest
import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.devices import make_strategy
from tfgan_kit.settings.workers import Workers


@pytest.fixture
def two_gpus(monkeypatch):
    def devices(kind=None):
        return [f"{kind}:0", f"{kind}:1"] if kind == "GPU" else ["CPU:0"]

    monkeypatch.setattr(tf.config, "list_physical_devices", devices)


@pytest.mark.parametrize(
    ("devices", "message"),
    [
        ("gpu:2", "there is no gpu:2; this machine has 2 GPUs"),
        ("gpu:00", "'gpu:00' is not a device"),
        ("gpu", "'gpu' is not a device"),
        ("gpu:0,gpu:0", "must name different devices"),
        ("gpu:0,cpu:0", "of one kind"),
        ("cpu:1", "number the CPUs from 0"),
    ],
)
def test_devices_that_cannot_be_used(two_gpus, devices, message):
    with pytest.raises(UserError, match=message):
        make_strategy(devices)


def test_all_gpus_are_too_many_for_xla(two_gpus):
    with pytest.raises(UserError, match="--jit cannot compile a step that is spread over 2"):
        make_strategy(None, jit=True)


def test_numbers_are_gpus(two_gpus):
    with pytest.raises(UserError, match="there is no gpu:2"):
        make_strategy("1,2")


def test_workers_that_cannot_be(two_gpus):
    workers = Workers(("a:1", "b:1"), 0)
    with pytest.raises(UserError, match="spread over 2 workers; drop --jit or train without"):
        make_strategy("gpu:0", jit=True, workers=workers)
    with pytest.raises(UserError, match="a worker has one CPU, cpu:0"):
        make_strategy("cpu:0,cpu:1", workers=workers)


def test_one_device_needs_no_mirroring(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind=None: [])
    assert make_strategy(None).num_replicas_in_sync == 1
    assert make_strategy("cpu:0", jit=True).num_replicas_in_sync == 1
