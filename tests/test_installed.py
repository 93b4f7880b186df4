"""The package as it is installed: complete, and not confused by others of the same names."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile

import pytest

from tests.conftest import ROOT

PACKAGES = ("tfgan_kit", "nets", "trainers", "data")


def do(*words, cwd, **variables):
    env = {name: text for name, text in os.environ.items() if name != "PYTHONPATH"} | variables
    words = [str(word) for word in words]
    return subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from a copy of the sources, where building leaves its files."""
    folder = tmp_path_factory.mktemp("wheel")
    waste = shutil.ignore_patterns("__pycache__")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / "source" / name, ignore=waste)
    for name in ("main.py", "setup.py", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / "source")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--no-index"]
    how = ["--no-deps", "--no-build-isolation", "--wheel-dir", folder]
    done = do(*pip, *how, folder / "source", cwd=folder)
    assert done.returncode == 0, done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def program(wheel, tmp_path_factory):
    """`tfgan-kit` in a new environment, which borrows the other packages from this one."""
    folder = tmp_path_factory.mktemp("environment")
    do(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python]
    done = do(*pip, "install", "--no-index", "--no-deps", wheel, cwd=folder)
    assert done.returncode == 0, done.stderr
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = do(python, "-c", where, cwd=folder).stdout.strip()
    # Only the folder, not its .pth files, one of which can lead to the sources.
    with open(os.path.join(site, "borrowed.pth"), "w") as file:
        file.write(sysconfig.get_path("purelib"))
    return folder / "bin" / "tfgan-kit"


def test_every_file_is_in_the_wheel(wheel):
    listed = do("git", "ls-files", *PACKAGES, "main.py", cwd=ROOT).stdout.split()
    ours = listed or [str(p.relative_to(ROOT)) for n in PACKAGES for p in (ROOT / n).rglob("*.py")]
    names = set(zipfile.ZipFile(wheel).namelist())
    assert len(ours) > 100
    assert not set(ours) - names


def test_it_runs_beside_a_folder_of_the_same_name(program, tmp_path):
    for name in ("data", "trainers"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise SystemExit('the wrong one')\n")
    (tmp_path / "main.py").write_text("raise SystemExit('the wrong one')\n")
    for what, known in (("methods", "scogan"), ("presets", "wgan-gp")):
        done = do(program, "list", what, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert known in done.stdout
    code = "import main; print(main.__file__)"
    installed = do(program.parent / "python", "-P", "-c", code, cwd=tmp_path)
    assert str(program.parent.parent) in installed.stdout


@pytest.mark.parametrize("name", ["data", "nets", "trainers", "main"])
def test_a_module_that_hides_ours_is_named(name, program, tmp_path):
    hiding = tmp_path / "main.py" if name == "main" else tmp_path / name / "__init__.py"
    hiding.parent.mkdir(exist_ok=True)
    hiding.write_text("raise SystemExit('the wrong one')\n")
    done = do(program, "list", "methods", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"error: {hiding} hides tfgan-kit's own '{name}', which is in ")
    assert done.stderr.count("\n") == 1
    assert "PYTHONPATH" in done.stderr


def test_a_folder_without_init_hides_nothing(program, tmp_path):
    (tmp_path / "data").mkdir()
    done = do(program, "list", "methods", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")


def test_main_py_names_what_hides_its_packages(tmp_path):
    """`python main.py` looks in its own folder first, unless Python is told not to."""
    (tmp_path / "nets.py").write_text("")
    main, path = ROOT / "main.py", f"{tmp_path}:{ROOT}"
    done = do(sys.executable, main, "list", "methods", cwd=tmp_path, PYTHONPATH=path)
    assert done.returncode == 0
    hidden = {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    done = do(sys.executable, main, "list", "methods", cwd=tmp_path, **hidden)
    assert done.returncode == 2
    assert f"{tmp_path / 'nets.py'} hides tfgan-kit's own 'nets', which is in {ROOT}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_missing_package_is_named(tmp_path):
    shutil.copytree(ROOT / "tfgan_kit", tmp_path / "tfgan_kit")
    shutil.copy(ROOT / "main.py", tmp_path)
    # Without the packages of an environment, in which the kit may be installed.
    done = do(sys.executable, "-S", tmp_path / "main.py", "list", "methods", cwd=tmp_path)
    assert done.returncode == 2
    assert f"tfgan-kit's 'data' is missing in {tmp_path}" in done.stderr
