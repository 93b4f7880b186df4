"""What users are told is one line in the house's form: no capital, no full stop."""

import ast
import re

import pytest

from tests.conftest import ROOT

PACKAGES = ("tfgan_kit", "nets", "trainers", "data")


def messages(path):
    """Beginning and end of each message that a file raises as a UserError, placeholders as {}."""
    for node in ast.walk(ast.parse(path.read_text())):
        call = node.exc if isinstance(node, ast.Raise) else None
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "UserError" and call.args:
            parts = getattr(call.args[0], "values", [call.args[0]])
            texts = [p.value if isinstance(p, ast.Constant) else "{}" for p in parts]
            yield "".join(map(str, texts))


@pytest.mark.parametrize("package", PACKAGES)
def test_messages_begin_small_and_end_without_a_stop(package):
    found = {m for path in (ROOT / package).rglob("*.py") for m in messages(path)}
    assert len(found) >= 1
    # Names and abbreviations keep their capitals.
    assert not [m for m in found if re.match(r"(A|An|[A-Z][a-z]+) ", m)]
    assert not [m for m in found if re.search(r"(?<!\.\.)[.\n]$", m)]
