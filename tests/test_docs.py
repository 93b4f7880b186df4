"""Links in the documentation lead somewhere, and its commands are those that there are."""

import re

import pytest

from tests.conftest import ROOT

FLAGS_IN = ("settings/arguments.py", "evaluation/request.py", "settings/workers.py")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_relative_links_resolve(page):
    prose = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)]+)\)", prose):
        if not target.startswith("http"):
            path = target.split("#")[0]
            assert (page.parent / path).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_options_in_the_text_exist(page):
    import argparse

    from tfgan_kit.commands.parsers.runs import INPUTS
    from tfgan_kit.settings.option import add_arguments
    from trainers.registry import METHODS

    parser = argparse.ArgumentParser(conflict_handler="resolve")
    for method in METHODS.values():
        add_arguments(parser, method.config_class())
    told = [ROOT / "tfgan_kit" / place for place in FLAGS_IN]
    told += (ROOT / "tfgan_kit" / "commands" / "parsers").glob("*.py")
    told += (ROOT / "benchmarks").rglob("*.py")
    source = "".join(p.read_text() for p in told)
    text = re.sub(r"#SBATCH.*", "", page.read_text())
    for option in set(re.findall(r"(?<![\w-])--[a-z][a-z0-9_-]+", text)):
        known = option in parser._option_string_actions or f'"{option}"' in source
        known = known or "_" in option  # of TF Serving
        known = known or option.removeprefix("--") in INPUTS
        assert known or option == "--logdir", f"{page.name} speaks of {option}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_presets_in_the_commands_exist(page):
    from trainers import registry

    for method, rest in re.findall(r"\btrain ([a-z0-9_]+)( [^`\n]*)", page.read_text()):
        for name in re.findall(r"--preset ([a-z0-9][\w-]*)", rest):
            known = registry.presets(method)
            assert name in known, f"{page.name} trains {method} with --preset {name}"


def test_the_ring_in_the_docs_is_the_ring():
    from data.drawn.points import RING_POINTS, RING_RADIUS, RING_SIGMA

    row = f"| `ring` | 10 on a circle | {RING_RADIUS:g} | {RING_SIGMA:g} | {RING_POINTS} |"
    assert row in (ROOT / "docs" / "data.md").read_text()
