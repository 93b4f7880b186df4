"""Methods that exist for the length of a test module."""

import contextlib

import pytest

from trainers import registry


@contextlib.contextmanager
def known(name: str, row):
    """Has the registry know one more method while it lasts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "METHODS", registry.METHODS | {name: row})
        yield
