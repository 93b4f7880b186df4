"""A process that computes on demand."""

import pytest

from benchmarks.child import Child, ChildError, Remote


def test_a_child_answers_until_it_ends():
    child = Child("tests.benchmarks.echo_child")
    assert Remote(child, "x").window(3) == ["x", 3]
    # What a library prints does not come between the answers.
    assert child.ask("noise") == "said"
    with pytest.raises(ChildError, match="ValueError: no such thing"):
        child.ask("fail")
    assert child.ask("noise") == "said"
    with pytest.raises(ChildError, match="ended: a last word"):
        child.ask("die")
    child.close()
