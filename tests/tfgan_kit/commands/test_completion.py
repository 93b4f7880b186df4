"""Shell completion: what bash offers after the script was read."""

import subprocess
import sys

import pytest

shtab = pytest.importorskip("shtab")

ASK = """
source /dev/stdin
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
name=$(complete -p tfgan-kit | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$name 2> /dev/null
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script():
    import main

    return main.actions()["completion"][1]("bash")


@pytest.fixture
def offered(script):
    def ask(*words):
        done = subprocess.run(
            ["bash", "-c", ASK, "bash", "tfgan-kit", *words],
            input=script,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.split()

    return ask


def test_commands_methods_and_actions(offered):
    import main

    assert set(offered("")) == set(main.COMMANDS)
    assert set(offered("train", "")) == set(main.methods.METHODS)
    assert offered("train", "sco") == ["scogan"]
    assert {"inspect", "prune", "weights"} <= set(offered("data", ""))
    assert set(offered("list", "")) == set(main.TABLES)


def test_options(offered):
    assert {"--resume", "--steps"} <= set(offered("train", "--"))
    assert offered("train", "gan", "--preset", "dcgan", "--penalty-w") == ["--penalty-weight"]
    assert {"--grid", "--truncation", "--best"} <= set(offered("sample", "runs", "--"))
    assert "--grid" not in offered("export", "runs", "--")


@pytest.mark.parametrize(
    ("words", "some"),
    [
        (("train", "gan", "--preset", ""), {"dcgan", "wgan-gp"}),
        (("train", "scogan", "--preset", "de"), {"demo"}),
        (("train", "gan", "--loss", "h"), {"hinge"}),
        (("train", "gan", "--dataset", "glyphs-s"), {"glyphs-street"}),
        (("train", "scogan", "--dataset", "glyph2s"), {"glyph2street"}),
        (("data", "inspect", "mni"), {"mnist", "mnistm"}),
        (("evaluate", "runs", "--metrics", "f"), {"fid"}),
        (("export", "runs", "--format", "o"), {"onnx"}),
        (("evaluate", "runs", "--features", "inc"), {"inception-2015"}),
        (("neighbours", "runs", "--features", "vgg"), {"vgg16-lpips"}),
        (("completion", ""), {"bash", "zsh", "fish"}),
    ],
)
def test_values(offered, words, some):
    assert set(offered(*words)) >= some
    assert all(name.startswith(words[-1]) for name in offered(*words))


def test_files_and_folders(offered, tmp_path, monkeypatch):
    (tmp_path / "runs").mkdir()
    (tmp_path / "report.html").touch()
    monkeypatch.chdir(tmp_path)
    assert offered("sample", "r") == ["runs"]
    assert sorted(offered("sample", "runs", "--output", "r")) == ["report.html", "runs"]
    assert offered("sample", "runs", "--seed", "") == []


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_a_script_of_their_own(command, shell):
    status, out, err = command("completion", shell)
    assert (status, err) == (0, "")
    assert "tfgan-kit" in out
    assert "glyphs-dcgan" in out


def test_bad_input(refused, monkeypatch):
    assert "'ksh'" in refused("completion", "ksh")
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert "pip install shtab" in refused("completion", "bash")
