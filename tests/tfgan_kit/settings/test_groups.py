"""The groups of options: each shared option says its own, and a method's own come first."""

import dataclasses
import inspect

import pytest

from tfgan_kit.settings.groups import GROUPS, OWN, grouped
from tfgan_kit.settings.option import option
from tfgan_kit.settings.run import RunConfig
from trainers.registry import METHODS

CONFIGS = {name: method.config_class() for name, method in METHODS.items()}


@pytest.mark.parametrize("name", METHODS)
def test_what_all_methods_share_says_its_group(name):
    """Without one it would be shown as if it were the method's own."""
    shared = [c for c in CONFIGS[name].__mro__ if not c.__module__.startswith("trainers.")]
    shared += [c for c in CONFIGS[name].__mro__ if c.__module__.startswith("trainers.core.")]
    assert RunConfig in shared
    for config_class in shared:
        for field in inspect.get_annotations(config_class):
            group = config_class.__dataclass_fields__[field].metadata["group"]
            assert group != OWN, f"{config_class.__name__}.{field} needs a group"


@pytest.mark.parametrize("name", METHODS)
def test_an_option_with_another_default_stays_in_its_group(name):
    for config_class in CONFIGS[name].__mro__[:-1]:
        for base in config_class.__mro__[1:-1]:
            for field in inspect.get_annotations(base):
                groups = [
                    c.__dataclass_fields__[field].metadata["group"] for c in (config_class, base)
                ]
                assert groups[0] == groups[1], f"{config_class.__name__}.{field}"


@pytest.mark.parametrize("name", METHODS)
def test_every_option_is_in_one_group(name):
    groups = grouped(CONFIGS[name])
    assert list(groups) == list(GROUPS)
    shown = [field for fields in groups.values() for field in fields]
    assert sorted(f.name for f in shown) == sorted(
        f.name for f in dataclasses.fields(CONFIGS[name])
    )
    for group, fields in groups.items():
        assert all(field.metadata["group"] == group for field in fields)


def test_what_is_special_comes_first():
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Base:
        width: int = option(1, "a width", group="networks")
        steps: int = option(1, "steps", group="when")
        depth: int = option(1, "a depth", group="networks")

    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Special(Base):
        own: int = option(1, "its own")
        network: str = option("a", "a network", group="networks")
        depth: int = option(2, "a depth", group="networks")

    names = {group: [field.name for field in fields] for group, fields in grouped(Special).items()}
    assert {group: found for group, found in names.items() if found} == {
        "own": ["own"],
        "networks": ["network", "depth", "width"],
        "when": ["steps"],
    }
    assert next(iter(names)) == "own"
    assert grouped(Special)["networks"][1].default == 2


def test_a_group_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="there is no group 'network' of options, only own, data"):
        option(1, "a width", group="network")
