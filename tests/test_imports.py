"""The walls of the house: who may import whom, and what must stay light."""

import ast
import functools
import graphlib
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
# Rooms of tfgan_kit, and what none of their files may import.
WALLS = {
    "tfgan_kit.terms": ("tfgan_kit.engine", "tfgan_kit.runs"),
    "tfgan_kit.layers": ("tfgan_kit.engine", "tfgan_kit.runs", "tfgan_kit.terms"),
    "tfgan_kit.metrics": ("tfgan_kit.engine", "tfgan_kit.runs"),
    "tfgan_kit.engine": ("tfgan_kit.terms", "tfgan_kit.latent", "tfgan_kit.evaluation"),
    "tfgan_kit.runs": ("tfgan_kit.terms", "tfgan_kit.evaluation"),
}


def files_of(package):
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    return files


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for package in ALLOWED for path in files_of(package)}


@functools.cache
def imports(path):
    """(module, name or None) of each import, those inside functions included."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found += [(alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide where things come from"
            found += [(node.module, alias.name) for alias in node.names]
    return found


def imported(path):
    """The modules that a file imports, with `from package import module` resolved."""
    for module, name in imports(path):
        whole = f"{module}.{name}"
        yield whole if whole in MODULES else module


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_go_one_way(package):
    for path in files_of(package):
        packages = {module.split(".")[0] for module in imported(path)}
        wrong = packages & OURS - ALLOWED[package] - {package}
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


@pytest.mark.parametrize("room", WALLS)
def test_rooms_of_the_kit_keep_their_walls(room):
    for path in files_of(room.replace(".", "/")):
        wrong = [module for module in imported(path) if module.startswith(WALLS[room])]
        assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


# What only methods know, and the doors to what runs of some methods, or of an old version, have.
DOORS = ("saved_generator.py", "version_0_1.py")
OF_METHODS = ("generator", "discriminator", "encoder", "classifier", "adversarial", "chance_level")


@pytest.mark.parametrize("room", ["tfgan_kit/engine", "tfgan_kit/runs"])
def test_the_engine_and_its_runs_know_no_method(room):
    for path in files_of(room):
        if path.name not in DOORS:
            known = {word for text in code_of(path) for word in OF_METHODS if word in text}
            assert not known, f"{path.relative_to(ROOT)} knows {known}"


def code_of(path):
    """Names and texts in a file, but for what is said about it."""
    tree = ast.parse(path.read_text())
    said = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value
        for field in ("id", "attr", "arg", "name"):
            if isinstance(getattr(node, field, None), str):
                yield getattr(node, field)


def test_every_saved_layer_comes_with_the_package():
    # Else models that have it could be opened only where something else has imported it.
    reached, ahead = set(), ["tfgan_kit.layers"]
    while ahead:
        name = ahead.pop()
        if name in MODULES and name not in reached:
            reached.add(name)
            ahead += imported(MODULES[name])
    mark = "register_keras_serializable"
    saved = {name for name, path in MODULES.items() if mark in path.read_text()}
    assert "tfgan_kit.layers.relief.relief" in saved
    assert saved <= reached


def test_only_main_imports_commands():
    for name, path in MODULES.items():
        if not name.startswith("tfgan_kit.commands"):
            wrong = [m for m in imported(path) if m.startswith("tfgan_kit.commands")]
            assert not wrong, f"{path.relative_to(ROOT)} imports {wrong}"


def test_no_circles():
    graph = {name: {m for m in imported(path) if m in MODULES} for name, path in MODULES.items()}
    for name in graph:
        # A package's own file is imported with any of its modules.
        graph[name].discard(name)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_private_names_stay_in_their_file():
    for package in (*ALLOWED, "benchmarks"):
        for path in files_of(package):
            private = [name for _, name in imports(path) if name and name.startswith("_")]
            assert not [n for n in private if not n.startswith("__")], path.relative_to(ROOT)


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
    large = [p for package in (*ALLOWED, "benchmarks") for p in (ROOT / package).rglob("*.py")]
    assert not [p for p in [*large, ROOT / "main.py"] if p.stat().st_size > 20_000]


def test_rooms_are_no_lists():
    for package in (*ALLOWED, "benchmarks"):
        for folder in [ROOT / package, *(ROOT / package).rglob("*")]:
            if folder.is_dir():
                count = len([p for p in folder.glob("*.py") if p.name != "__init__.py"])
                assert count <= 16, f"{folder.relative_to(ROOT)} has {count} modules"
