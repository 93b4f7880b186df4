"""How workers find each other: threads stand for their processes."""

import concurrent.futures
import socket

import pytest

from tests.tfgan_kit.engine.two_workers import free_addresses
from tfgan_kit.errors import UserError
from tfgan_kit.machine import rendezvous
from tfgan_kit.machine.rendezvous import meet
from tfgan_kit.settings.workers import Workers

TOLD = {"--batch-size": 8, "--augment": ("flip",), "the data": "ring"}


def together(*calls):
    """Lets workers meet, each with what it is told; gives what each of them was refused with."""

    def outcome(call):
        try:
            meet(*call)
        except UserError as error:
            return str(error)
        return None

    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(outcome, calls))


def workers(count, **keywords):
    addresses = tuple(free_addresses(count))
    return [Workers(addresses, index, **{"timeout": 30, **keywords}) for index in range(count)]


def test_workers_meet_and_leave_their_ports():
    team = workers(3)
    for _ in range(2):
        assert together(*[(worker, TOLD) for worker in team]) == [None] * 3


def test_strangers_do_not_disturb():
    team = workers(2)
    host, port = team[1].addresses[1].split(":")
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        other = pool.submit(meet, team[1], TOLD)
        for content in (b"", b"GET / HTTP/1.1\r\n\r\n", b'"tfgan-kit"\n', b"[1]\n"):
            while True:
                try:
                    with socket.create_connection((host, int(port))) as stranger:
                        stranger.sendall(content)
                    break
                except ConnectionRefusedError:
                    continue
        meet(team[0], TOLD)
        assert other.result() is None


def test_different_settings_are_told_to_all():
    a, b, c = workers(3)
    found = together((a, TOLD), (b, TOLD), (c, TOLD | {"--batch-size": 16}))
    expected = (
        f"worker 2 ({a.addresses[2]}) has --batch-size 16, worker 0 has 8; start all workers alike"
    )
    assert found == [expected] * 3
    found = together((a, TOLD), (b, {}), (c, TOLD))
    assert f"worker 1 ({a.addresses[1]}) has --augment None, worker 0 has ['flip']" in found[0]


def test_different_lists(monkeypatch):
    a, b = workers(2)
    longer = Workers((*a.addresses, "elsewhere:1"), 1, 30)
    found = together((a, TOLD), (longer, TOLD))
    assert len(set(found)) == 1
    assert found[0].endswith(f"worker 0 was given {','.join(a.addresses)}; give all the same list")
    assert f"{','.join(a.addresses)},elsewhere:1" in found[0]
    monkeypatch.setattr(rendezvous, "_TALK", 1.0)
    swapped = Workers((b.addresses[1], b.addresses[0]), 0, 1)
    assert "does not answer as a worker" in together((a, TOLD), (swapped, TOLD))[0]


def test_a_worker_that_does_not_come():
    a, b, c = workers(3, timeout=1)
    found = together((a, TOLD), (b, TOLD))
    assert found[0].startswith(f"worker 2 ({c.addresses[2]}) does not answer after 1 s (")
    assert found[0] == found[1]
    (found,) = together((b, TOLD))
    assert found.startswith(f"worker 0 ({a.addresses[0]}) has not called within 1 s")


def test_a_name_that_nobody_knows():
    worker = Workers((*free_addresses(1), "nobody.invalid:2222"), 0, 1)
    (found,) = together((worker, TOLD))
    assert found.startswith("worker 1 (nobody.invalid:2222) does not answer after 1 s (")


def test_a_port_in_use():
    worker, _ = workers(2)
    port = int(worker.addresses[0].split(":")[1])
    with socket.create_server(("", port)), pytest.raises(UserError) as refused:
        meet(worker, TOLD)
    assert str(refused.value) == (
        f"port {port} of worker 0 ({worker.addresses[0]}) cannot be used (address already in use); "
        "stop what uses it, or name another in --workers"
    )
