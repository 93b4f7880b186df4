"""The walls of the house: who may import whom, and what must stay light."""

import ast
import subprocess
import sys

import pytest

from tests.conftest import ROOT

ALLOWED = {
    "tfgan_kit": set(),
    "nets": {"tfgan_kit"},
    "data": {"tfgan_kit"},
    "trainers": {"nets", "tfgan_kit"},
}
OURS = {*ALLOWED, "main", "tests", "benchmarks"}


def imported(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            yield node.module.split(".")[0]


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_go_one_way(package):
    files = list((ROOT / package).rglob("*.py"))
    assert files
    for path in files:
        wrong = {name for name in imported(path) if name in OURS - ALLOWED[package] - {package}}
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_parsing_imports_nothing_heavy():
    heavy = ["tensorflow", "keras", "cv2", "scipy", "matplotlib", "numpy", "PIL"]
    code = (
        "import sys, main\n"
        "for words in main.actions():\n"
        "    try: main.main([*words.split(), '--help'])\n"
        "    except SystemExit: pass\n"
        "for what in main.TABLES: main.main(['list', what])\n"
        f"sys.exit(', '.join(n for n in {heavy} if n in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for option in ("--penalty-every", "--adapt-weight", "--cycle-weight", "--learning-rate"):
        assert option in done.stdout


def test_files_hold_one_idea():
    large = [p for package in ALLOWED for p in (ROOT / package).rglob("*.py")]
    assert not [p for p in [*large, ROOT / "main.py"] if p.stat().st_size > 20_000]
