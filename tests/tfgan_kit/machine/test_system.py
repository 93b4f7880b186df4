"""The line about the machine."""

import os
import re

import tensorflow as tf

from tfgan_kit.machine.system import describe_system


def test_it_is_one_line_about_this_machine():
    told = describe_system()
    cores = len(os.sched_getaffinity(0))
    assert re.fullmatch(rf".+, {cores} cores?(, \d+ GiB of memory)?, \S+ \S+", told)


def test_gpus_are_named(monkeypatch):
    details = {"a": {"device_name": "NVIDIA X"}, "b": {}}
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: list(details))
    monkeypatch.setattr(tf.config.experimental, "get_device_details", details.get)
    assert ", NVIDIA X, a GPU, " in describe_system()
