"""Which processes train together, as the command line or TF_CONFIG says."""

import json

import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.settings.arguments import Parser
from tfgan_kit.settings.workers import ALONE, Workers, add_worker_arguments, take_worker_arguments


def taken(*arguments, **environ):
    parser = Parser(prog="train")
    add_worker_arguments(parser)
    given = parser.parse(list(arguments))
    workers = take_worker_arguments(given, environ)
    assert given == {}
    return workers


def of_cluster(cluster, kind="worker", index=0):
    content = {"cluster": cluster, "task": {"type": kind, "index": index}}
    return taken(TF_CONFIG=json.dumps(content))


def test_flags():
    found = taken("--workers", "a:1, [::1]:65535", "--worker-index", "1", "--worker-timeout", "9")
    assert found == Workers(("a:1", "[::1]:65535"), 1, 9)
    assert found.several
    assert not found.is_chief
    assert found.named(0) == "worker 0 (a:1)"


def test_a_process_alone():
    assert taken() == ALONE
    assert taken(TF_CONFIG="") == ALONE
    assert of_cluster({}) == ALONE
    alone = taken("--workers", "a:1", "--worker-index", "0")
    assert alone.is_chief
    assert not alone.several


def test_the_variable():
    found = of_cluster({"worker": ["a:1", "b:1"]}, index=1)
    assert (found.addresses, found.index) == (("a:1", "b:1"), 1)
    cluster = {"worker": ["b:1", "c:1"], "chief": ["a:1"]}
    for kind, index, expected in [("chief", 0, 0), ("worker", 0, 1), ("worker", 1, 2)]:
        found = of_cluster(cluster, kind, index)
        assert (found.addresses, found.index) == (("a:1", "b:1", "c:1"), expected)


def test_flags_win_over_the_variable():
    content = {"cluster": {"worker": ["x:1", "y:1"]}, "task": {"type": "worker", "index": 1}}
    found = taken("--workers", "a:1,b:1", "--worker-index", "0", TF_CONFIG=json.dumps(content))
    assert found == Workers(("a:1", "b:1"), 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "a:1,b:1"], "--workers and --worker-index need each other"),
        (["--worker-index", "0"], "--workers and --worker-index need each other"),
        (["--workers", "a:1,b", "--worker-index", "0"], "--workers: 'b' is not an address"),
        (["--workers", "a:1,:2", "--worker-index", "0"], "':2' is not an address"),
        (["--workers", "a:1,b:0", "--worker-index", "0"], "'b:0' is not an address"),
        (["--workers", "a:1,b:65536", "--worker-index", "0"], "'b:65536' is not an address"),
        (["--workers", "a:1,", "--worker-index", "0"], "'' is not an address"),
        (["--workers", "a:1,a:1", "--worker-index", "0"], "a:1 occurs twice"),
        (["--workers", "a:1,b:1", "--worker-index", "2"], "--worker-index: there is no worker 2"),
        (["--workers", "a:1,b:1", "--worker-index", "-1"], "--worker-index"),
        (["--worker-timeout", "0"], "at least 1, not '0'"),
    ],
)
def test_flags_that_make_no_sense(arguments, message):
    with pytest.raises(UserError, match=message):
        taken(*arguments)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"cluster": {"worker": ["a:1", 2]}}',
        '{"cluster": {"worker": ["a:1", "b:1"]}}',
        '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker"}}',
        '{"cluster": {"worker": ["a:1", "b:1"]}, "task": {"type": "worker", "index": "x"}}',
    ],
)
def test_a_malformed_variable(text):
    with pytest.raises(UserError, match=r'^TF_CONFIG is malformed; it needs the form \{"cluster"'):
        taken(TF_CONFIG=text)


def test_a_variable_for_something_else():
    with pytest.raises(UserError, match="TF_CONFIG: training has no job 'ps'"):
        of_cluster({"worker": ["a:1"], "ps": ["b:1"]})
    with pytest.raises(UserError, match="TF_CONFIG: the cluster has no worker 2"):
        of_cluster({"worker": ["a:1", "b:1"]}, index=2)
    with pytest.raises(UserError, match="TF_CONFIG: the cluster has no evaluator 0"):
        of_cluster({"worker": ["a:1", "b:1"]}, "evaluator")
    with pytest.raises(UserError, match="TF_CONFIG: 'b' is not an address"):
        of_cluster({"worker": ["a:1", "b"]})
